# shellcheck shell=bash
# shellcheck disable=SC2154 # assert.sh has $failed
# Runs libFuzzer targets, two at a time. Sourced, with tests/box/assert.sh, from the project's folder.

FOUND=$PWD/build/fuzz/found # an input that breaks a target stays there; make it a seed with what mends it
FUZZ_LOGS=$(mktemp -d)
trap 'rm -rf "$FUZZ_LOGS"' EXIT
export FOUND FUZZ_LOGS SECONDS_EACH

builds_fuzzers() {
  cmake --preset fuzz >/dev/null
  cmake --build --preset fuzz --target "$1" -- --quiet
  mkdir -p "$FOUND"
}

# fuzz NAME: leaves its words in NAME.log and its status in NAME.status.
fuzz() {
  local name=$1 status=0
  mkdir -p "$FUZZ_LOGS/$name"
  # What runs out of memory or time is a finding, too.
  "build/fuzz/bin/${name}_fuzz" -max_total_time="$SECONDS_EACH" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$FOUND/$name-" "$FUZZ_LOGS/$name" "tests/fuzz/corpus/$name" \
    >"$FUZZ_LOGS/$name.log" 2>&1 || status=$?
  echo $status >"$FUZZ_LOGS/$name.status"
}
export -f fuzz

judge_fuzzer() {
  local name=$1 runs
  [ "$(<"$FUZZ_LOGS/$name.status")" = 0 ] ||
    fail "$(grep -aE 'does not hold|ERROR: |runtime error|SUMMARY|Test unit written' "$FUZZ_LOGS/$name.log" | cut -c1-300)"
  runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$FUZZ_LOGS/$name.log")
  [ "${runs:-0}" -gt 100 ] || fail "it ran ${runs:-no} inputs only"
}

# fuzz_all BUILD-TARGET PREFIX: builds and runs every target whose name begins with PREFIX.
fuzz_all() {
  local source name names=()
  check "the fuzzers are built" builds_fuzzers "$1"
  [ $failed -eq 0 ] || return 0
  for source in tests/fuzz/"$2"*_fuzz.cc; do
    name=${source##*/}
    names+=("${name%_fuzz.cc}")
  done
  [ "$failed" -eq 0 ] && printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -c 'fuzz {}'
  for name in "${names[@]}"; do check "$name stands $SECONDS_EACH s of fuzzing" judge_fuzzer "$name"; done
}
