# shellcheck shell=bash
# A test is a function; `check NAME FUNCTION` runs it in a subshell of its own and prints one line. Sourced.
#
#   ok NAME (seconds)      or      FAIL NAME: why
#
# A SIGTERM to the group (the test took too long) fails the test that runs, with what it had said, and ends the script:
# its own trap of EXIT still cleans up.
#
# `finish` prints "N passed, N failed" and returns 1 when a test failed or none ran. Callers must not use set -e
# themselves: it would be off inside the tests.

passed=0 failed=0 running='' output=''

stopped() {
  echo "FAIL $running: stopped: $(tail -n 5 <<<"${output:-it had not said a word}")"
  exit 143
}
trap stopped TERM

check() {
  local start=${EPOCHREALTIME/[^0-9]/} status seconds
  running=$1 output=''
  shift
  output=$( (set -euo pipefail && "$@") 2>&1 </dev/null)
  status=$?
  seconds=$(printf '%02d' $(((${EPOCHREALTIME/[^0-9]/} - start) / 100000))) # tenths
  if [ $status -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok $running (${seconds%?}.${seconds: -1})"
  else
    failed=$((failed + 1))
    echo "FAIL $running: $(tail -n 5 <<<"${output:-ended with status $status without a word}")"
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  [ $failed -eq 0 ] && [ $passed -gt 0 ]
}

fail() {
  echo "$*" >&2
  exit 1
}

# expect_eq ACTUAL EXPECTED WHAT
expect_eq() { [ "$1" = "$2" ] || fail "$3 is '$1', not '$2'"; }

# expect_match ACTUAL PATTERN WHAT: an extended regular expression that matches some line.
expect_match() { grep -qE -- "$2" <<<"$1" || fail "$3 is '$1', which has nothing like '$2'"; }

# expect_distinct WHAT VALUE...
expect_distinct() {
  local what=$1
  shift
  if [ $# -lt 2 ] || [ "$(printf '%s\n' "$@" | sort -u | grep -c .)" -ne $# ]; then
    fail "$what: not all different: $*"
  fi
}

# expect_exit CODE COMMAND...: prints its output.
expect_exit() {
  local code=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  [ $status -eq "$code" ] || fail "'$*' exited $status, not $code: $output"
  printf '%s\n' "$output"
}

# eventually WHAT SECONDS COMMAND...
eventually() {
  local what=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@"; do
    [ $SECONDS -lt $deadline ] || fail "not in time: $what"
  done
}

# expect_failure PATTERN COMMAND...: it must end with an error that says PATTERN.
expect_failure() {
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1); then fail "'$*' succeeded: $output"; fi
  expect_match "$output" "$pattern" "the error of '$*'"
}
