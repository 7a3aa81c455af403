#!/usr/bin/env bash
# budget: 900
# The tests on a real Patroni again, with the Patroni before ours (2.0) and the one after it (4.0, whose leader is called
# primary).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh

# serves SUITE VERSION [OPTION]: what that release of Debian has is that version, and the tests pass on it.
serves() {
  local root log
  root=$(scripts/lib/patroni.sh "$1")
  expect_match "$(cat "$root/usr/lib/python3/dist-packages/patroni/version.py")" "'$2" "the version"
  log=$(mktemp)
  if ! DEVSTATS_PATRONI=$root build/asan/bin/patroni_integration_test "${@:3}" >"$log" 2>&1; then
    fail "$(grep -E 'FAILED  \]|Failure' -A 4 "$log" | tail -n 20)"
  fi
  rm "$log"
}

# Its way to rewind a member that led ends with PostgreSQL 13: no replica follows a leader that was killed on 15.
check "Patroni 2.0 is served" serves bullseye 2.0 --gtest_filter=-RealPatroni.TheLeaderIsKilledDuringTuning
check "Patroni 4.0 is served" serves trixie 4.0
finish
