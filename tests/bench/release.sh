#!/usr/bin/env bash
# Measures releases on a lone API server: 1,733 objects that start no pod, installed by us and by kubectl in turn, an upgrade
# that changes nothing, and a list of 1,000 releases. usage: scripts/bench release [--runs N]    N: 3 unless given; medians
# Prints a table; exits 1 when something is above twice its goal, or could not be measured.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
OBJECTS=1733 RELEASES=1000 RUNS=3
while [ $# -gt 0 ]; do
  case $1 in
    --runs) RUNS=${2:?--runs needs a number}; shift ;;
    --inside) INSIDE=yes ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
    *) echo "bench: unknown option $1; see --help" >&2; exit 1 ;;
  esac
  shift
done

if [ -z "${INSIDE-}" ]; then
  echo "bench: building" >&2
  cmake --preset release >/dev/null
  cmake --build --preset release --target devstatsctl release_bench -- --quiet >&2
  exec scripts/lib/apiserver.sh -- "$0" --inside --runs "$RUNS"
fi

BENCH=$PWD/build/release/bin/release_bench
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT
median() { sort -n | sed -n "$(((RUNS + 1) / 2))p"; }
ours() { "$BENCH" "$1" "$KUBECONFIG" "${@:2}"; }
# kubectl_seconds SPACE: what it takes to apply the same manifests there.
kubectl_seconds() {
  local start=$EPOCHREALTIME
  kubectl -n "$1" apply --server-side -f "$TEMP/all.yaml" >/dev/null
  jq -n "($EPOCHREALTIME - $start) * 100 | round / 100"
}

python3 tests/bench/charts.py objects $OBJECTS "$TEMP/objects"
ours install warm "$TEMP/objects" >/dev/null # the server's caches, for both sides
for ((i = 1; i <= RUNS; i++)); do
  echo "bench: run $i of $RUNS" >&2
  ours install "ours-$i" "$TEMP/objects" >>"$TEMP/install"
  ours upgrade "ours-$i" "$TEMP/objects" >>"$TEMP/upgrade"
  build/release/bin/devstatsctl chart template bench "$TEMP/objects" -n "theirs-$i" >"$TEMP/all.yaml"
  kubectl create namespace "theirs-$i" >/dev/null
  kubectl_seconds "theirs-$i" >>"$TEMP/kubectl"
done
ours fill list $RELEASES >/dev/null
for ((i = 1; i <= RUNS; i++)); do ours list >>"$TEMP/list"; done

failed=0
# row WHAT SECONDS GOAL [THEIRS]: fails above twice the goal.
row() {
  printf '%-34s %9.2f s %9s s %9s %7s\n' "$1" "$2" "$3" "${4:--}" "${4:+$(jq -n "$2 / $4 * 100 | round / 100")}"
  [ "$(jq -n "$2 > 2 * $3")" = false ] || { failed=1 && echo "bench: $1: above twice its goal" >&2; }
}
printf '%-34s %11s %11s %9s %7s\n' RELEASES OURS GOAL KUBECTL RATIO
kubectl=$(median <"$TEMP/kubectl") install=$(median <"$TEMP/install")
row "install of $OBJECTS objects" "$install" "$(jq -n "$kubectl / 3 * 100 | round / 100")" "$kubectl"
[ "$(jq -n "$install > $kubectl / 2")" = false ] || { failed=1 && echo "bench: install: above half of kubectl's time" >&2; }
row "upgrade that changes nothing" "$(median <"$TEMP/upgrade")" "$(jq -n "$install / 2 * 100 | round / 100")"
row "list of $RELEASES releases" "$(median <"$TEMP/list")" 1
exit $failed
