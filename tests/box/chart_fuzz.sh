#!/usr/bin/env bash
# budget: 420
# Fuzzes what a chart from the internet reaches, shortly; the tier full does it for longer.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/box/assert.sh
. tests/box/assert.sh
SECONDS_EACH=${FUZZ_SECONDS:-5}
# shellcheck source=tests/fuzz/run.bash
. tests/fuzz/run.bash
fuzz_all chart_fuzzers chart_
finish
