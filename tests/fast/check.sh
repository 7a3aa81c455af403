# shellcheck shell=bash
# The few words that our shell tests share. Sourced: it makes a temporary directory $TEMP, and at the end prints the count.

TEMP=$(mktemp -d)
PASSED=0 FAILED=0

finish() {
  rm -rf "$TEMP"
  echo "$PASSED passed, $FAILED failed"
}
trap finish EXIT

# check WHAT COMMAND...: counts whether the command succeeds, and says so when it does not.
check() {
  local what=$1
  shift
  if "$@"; then
    PASSED=$((PASSED + 1))
    echo "ok $what"
  else
    FAILED=$((FAILED + 1))
    echo "FAIL $what: $*"
  fi
}

not() { ! "$@"; }

equal() { [ "$1" = "$2" ] || { printf '  is:      %s\n  must be: %s\n' "$1" "$2" && return 1; }; }

contains() { [[ $1 == *"$2"* ]] || { printf '  no "%s" in: %s\n' "$2" "$1" >&2 && return 1; }; }
