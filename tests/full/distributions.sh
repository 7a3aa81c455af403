#!/usr/bin/env bash
# budget: 900
# Asks the archives of the distributions that we support whether our packages can be installed there: apt works it out
# for an empty machine, and installs nothing. Needs their mirrors, root, and scripts/packages.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"
# shellcheck source=scripts/lib/common.sh
. "$ROOT/scripts/lib/common.sh"
# shellcheck source=scripts/lib/base.sh
. "$ROOT/scripts/lib/base.sh"

TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT

# installs_on MIRROR SUITE COMPONENTS
installs_on() {
  local root=$TEMP/$2 options
  mkdir -p "$root"/{lists,archives}/partial
  : >"$root/status"
  # Nothing of it is installed, so that it need not be signed by a key that this machine has.
  echo "deb [trusted=yes] $1 $2 $3" >"$root/sources.list"
  options=(-qq -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$root"
    -o Dir::State::status="$root/status" -o Dir::Cache="$root" -o Dir::Cache::archives="$root/archives"
    -o APT::Sandbox::User=root -o Acquire::Languages=none)
  apt-get "${options[@]}" update 2>"$TEMP/said" || fail "$(tail -n 3 "$TEMP/said")"
  local plan
  plan=$(apt-get "${options[@]}" --simulate --no-install-recommends install "$ROOT"/out/*.deb)
  local package
  for package in devstats-agent devstats-coordinator devstatsctl; do
    expect_match "$plan" "^Conf $package " "what apt would do"
  done
}

debian=$(base_mirror)
check "Debian 12 can install the packages" installs_on "$debian" bookworm main
check "Debian 13 can install the packages" installs_on "$debian" trixie main
check "Ubuntu 24.04 can install the packages" installs_on \
  "${DEVSTATS_UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}" noble "main universe"
finish
