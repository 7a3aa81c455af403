#!/usr/bin/env bash
# budget: 10800
# The fast tier's test programs under ThreadSanitizer: no data race, no lock taken in two orders.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh

builds() {
  cmake --preset tsan >/dev/null
  cmake --build --preset tsan -- --quiet
}

runs() {
  local log status=0
  log=$(mktemp)
  TSAN_OPTIONS="second_deadlock_stack=1 suppressions=$PWD/tests/tsan/suppressions.txt" timeout 1200 "build/tsan/bin/$1" >"$log" 2>&1 || status=$?
  if [ $status -ne 0 ]; then
    cp "$log" "build/tsan/$1.log"
    grep -E 'FAILED  \]|^SUMMARY|timed out' "$log" | sort | uniq -c | tail -n 4
    fail "exit $status; all of it: build/tsan/$1.log"
  fi
  rm "$log"
}

check "the tests are built" builds
if [ $failed -eq 0 ]; then
  for name in $(ctest --test-dir build/tsan -L '^fast$' --show-only=json-v1 | jq -r '.tests[].name'); do
    check "$name has no data race" runs "$name"
  done
fi
finish
