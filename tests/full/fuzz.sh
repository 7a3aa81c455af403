#!/usr/bin/env bash
# budget: 7200
# Fuzzes every parser: each target of tests/fuzz for FUZZ_SECONDS (60), two at a time. An input that breaks one stays in
# build/fuzz/found/; make it a seed in tests/fuzz/corpus/NAME/ with what mends it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh

SECONDS_EACH=${FUZZ_SECONDS:-60}
FOUND=$PWD/build/fuzz/found
TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

builds() {
  cmake --preset fuzz >/dev/null
  cmake --build --preset fuzz --target fuzzers -- --quiet
  mkdir -p "$FOUND"
}

# fuzz NAME: leaves its words in $TEMP/NAME.log and its status in $TEMP/NAME.status.
fuzz() {
  local name=$1 status=0
  mkdir -p "$TEMP/$name"
  # What runs out of memory or time is a finding, too.
  "build/fuzz/bin/${name}_fuzz" -max_total_time="$SECONDS_EACH" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$FOUND/$name-" "$TEMP/$name" "tests/fuzz/corpus/$name" \
    >"$TEMP/$name.log" 2>&1 || status=$?
  echo $status >"$TEMP/$name.status"
}

judge() {
  local name=$1 runs
  [ "$(<"$TEMP/$name.status")" = 0 ] ||
    fail "$(grep -aE 'does not hold|ERROR: |runtime error|SUMMARY|Test unit written' "$TEMP/$name.log" | cut -c1-300)"
  runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$TEMP/$name.log")
  [ "${runs:-0}" -gt 100 ] || fail "it ran ${runs:-no} inputs only"
}

check "the fuzzers are built" builds
names=()
for source in tests/fuzz/*_fuzz.cc; do
  name=${source##*/}
  names+=("${name%_fuzz.cc}")
done
export -f fuzz
export TEMP FOUND SECONDS_EACH
[ $failed -eq 0 ] && printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -c 'fuzz {}'
for name in "${names[@]}"; do check "$name stands $SECONDS_EACH s of fuzzing" judge "$name"; done
finish
