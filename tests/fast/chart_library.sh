#!/usr/bin/env bash
# budget: 60
# The program that README.md shows is the one that is built here, and it does what README.md says.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/fast/check.sh
. tests/fast/check.sh

# The body of main, in README.md indented as a code block.
shown=$(sed -n '/^    int main(int, char\*\* argv) {$/,/^    }$/s/^    //p' README.md)
built=$(sed -n '/^int main/,$p' tests/example/render_chart.cc)
check "README.md shows the program" equal "$shown" "$built"

mkdir -p "$TEMP/chart/templates"
printf 'apiVersion: v2\nname: small\nversion: 1.0.0\n' >"$TEMP/chart/Chart.yaml"
printf 'size: 1\n' >"$TEMP/chart/values.yaml"
printf 'kind: Sample\nname: {{ .Release.Name }}\nsize: {{ mul .Values.size 2 }}\n' >"$TEMP/chart/templates/sample.yaml"
expected=$'---\n# Source: small/templates/sample.yaml\nkind: Sample\nname: example\nsize: 42'
check "it renders a chart" equal "$(build/asan/bin/render_chart "$TEMP/chart" size=21)" "$expected"
check "it says what is wrong" contains "$(build/asan/bin/render_chart "$TEMP/chart" size 2>&1)" 'key "size" has no value'
