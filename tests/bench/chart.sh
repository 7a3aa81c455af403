#!/usr/bin/env bash
# Measures the chart engine: whole runs of `devstatsctl chart template` (CPU time, memory), then its parts in one process.
# usage: scripts/bench chart [--helm PATH] [--runs N] [CHART...]    charts are generated; CHART... are measured, too
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
HELM='' RUNS=10 charts=()
while [ $# -gt 0 ]; do
  case $1 in
    --helm) HELM=${2:?--helm needs a path}; shift ;;
    --runs) RUNS=${2:?--runs needs a number}; shift ;;
    -h | --help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    -*) echo "bench: unknown option $1; see --help" >&2; exit 1 ;;
    *) charts+=("$1") ;;
  esac
  shift
done

echo "bench: building" >&2
cmake --preset release >/dev/null
cmake --build --preset release --target devstatsctl chart_bench -- --quiet >&2
CTL=$PWD/build/release/bin/devstatsctl
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

generate() { python3 tests/bench/charts.py "$1" "$2" "$TEMP/$3"; }
generate documents 1 one
generate projects 144 projects
generate documents 10000 documents
generate subcharts 100 subcharts
generate tpl 10000 tpl

measure() { env -i PATH=/usr/bin:/bin HOME="$TEMP" TZ=UTC python3 tests/bench/measure.py "$@"; }

# row WHAT CHART GOAL-MS: 0 for no goal but a tenth of Helm's time where it is measured. 64 MB is the goal of memory.
failed=0
row() {
  local what=$1 chart=$2 goal=$3 ours theirs='- -' ratio=-
  ours=$(measure "$RUNS" "$CTL" chart template rel "$chart")
  [ -z "$HELM" ] || theirs=$(measure "$RUNS" "$HELM" template rel "$chart")
  [ -z "$HELM" ] || ratio=$(jq -n "${theirs% *} / ${ours% *} * 10 | round / 10")
  # shellcheck disable=SC2086 # two words each
  printf '%-28s %9s ms %7s MB %9s ms %7s MB %7s times\n' "$what" $ours $theirs "$ratio"
  [ "$(jq -n "${ours#* } > 2 * 64")" = false ] || { failed=1 && echo "bench: $what: above twice its memory" >&2; }
  [ "$goal" = 0 ] || [ "$(jq -n "${ours% *} > 2 * $goal")" = false ] || { failed=1 && echo "bench: $what: above twice its goal" >&2; }
}

printf '%-28s %12s %10s %12s %10s %13s\n' WHOLE-RUN CPU MEMORY HELM-CPU HELM-MEMORY RATIO
row "start: one document" "$TEMP/one" 5
row "projects: 1,728 documents" "$TEMP/projects" 0
row "10,000 documents" "$TEMP/documents" 0
row "100 subcharts" "$TEMP/subcharts" 0
row "10,000 calls of tpl" "$TEMP/tpl" 0
for chart in ${charts[@]+"${charts[@]}"}; do row "$(basename "$chart")" "$chart" 0; done

echo
build/release/bin/chart_bench "$TEMP" --benchmark_min_time=0.2
exit $failed
