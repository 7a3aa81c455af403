#!/usr/bin/env bash
# budget: 240
# Ten times the work costs the chart engine no more than eleven times the instructions: documents, subcharts, calls of
# tpl. Counted by callgrind, so it is the same on every machine. Needs scripts/packages (its build is what is counted).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

# instructions KIND COUNT: of rendering that chart.
instructions() {
  local folder=$TEMP/$1-$2
  python3 tests/bench/charts.py "$1" "$2" "$folder"
  valgrind --tool=callgrind --callgrind-out-file=/dev/null build/release/bin/devstatsctl chart template rel "$folder" \
    2>"$TEMP/log" >"$TEMP/out" || fail "it does not render: $(tail -n 5 "$TEMP/log")"
  [ -s "$TEMP/out" ] || fail "it renders nothing"
  awk '/Collected :/ { print $NF }' "$TEMP/log"
}

grows_linearly() {
  local kind=$1 small=$2 one ten
  one=$(instructions "$kind" "$small")
  ten=$(instructions "$kind" $((small * 10)))
  echo "$one -> $ten"
  [ "$ten" -le $((one * 11)) ] || fail "$one instructions for $small, $ten for $((small * 10))"
}

check "documents: 1,000 to 10,000" grows_linearly documents 1000
check "subcharts: 10 to 100" grows_linearly subcharts 10
check "calls of tpl: 1,000 to 10,000" grows_linearly tpl 1000
finish
