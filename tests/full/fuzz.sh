#!/usr/bin/env bash
# budget: 7200
# Fuzzes every parser: each target of tests/fuzz for FUZZ_SECONDS (60).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh
SECONDS_EACH=${FUZZ_SECONDS:-60}
# shellcheck source=tests/fuzz/run.bash
. tests/fuzz/run.bash
fuzz_all fuzzers ""
finish
