#!/usr/bin/env bash
# budget: 10800
# clang-tidy with .clang-tidy over all sources of the programs, two at a time.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh

TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

prepares() {
  cmake --preset tidy >/dev/null
  cmake --build --preset tidy --target generated -- --quiet
}

# tidy FILE: leaves what it found in $TEMP.
tidy() {
  local log=$TEMP/${1//\//_}
  clang-tidy -p build/tidy --quiet "$1" >"$log" 2>"$log.err" || cat "$log.err" >>"$log.failed"
}

is_tidy() {
  local log=$TEMP/${1//\//_}
  [ -e "$log" ] || fail "clang-tidy was not run"
  [ ! -e "$log.failed" ] || fail "$(grep -E 'error:|warning:' "$log" "$log.failed" | cut -d: -f2- | head -n 5)"
}

check "the compile commands are there" prepares
mapfile -t files < <(jq -r '.[].file' build/tidy/compile_commands.json | grep -v '/build/' | sed "s|^$PWD/||" | sort)
[ ${#files[@]} -gt 0 ] || failed=1
export -f tidy
export TEMP
printf '%s\n' "${files[@]}" | xargs -P 2 -I{} bash -c 'tidy {}'
for file in "${files[@]}"; do check "$file" is_tidy "$file"; done
finish
