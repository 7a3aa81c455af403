#!/usr/bin/env bash
# budget: 1200
# Packages over time: an older version is upgraded, downgraded, removed, installed again and purged by apt, with boxes
# that are enrolled and have something applied.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

OLD=$DEVSTATS_SANDBOX/old

BOXES=(master node-0)
declare -A PACKAGES=([master]="devstats-agent devstats-coordinator devstatsctl" [node-0]=devstats-agent)
declare -A UNITS=([master]="devstats-agent devstats-agent-executor devstats-coordinator" [node-0]="devstats-agent devstats-agent-executor")

apt_get() {
  local name=$1
  shift
  box "$name" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends -y "$@"
}
new_version() { dpkg-deb -f "$(echo "$ROOT"/out/devstatsctl_*.deb)" Version; }
# Sorts below the version itself.
old_version() { echo "$(new_version)~before"; }

# make_old DEB: the same content as an older version.
make_old() {
  local tree=$DEVSTATS_SANDBOX/tree
  rm -rf "$tree"
  dpkg-deb -R "$1" "$tree"
  sed -i "s/^Version: .*/Version: $(old_version)/" "$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip -b "$tree" "$OLD" >/dev/null
}

# install VERSION: of our packages, on all boxes.
install() {
  local name package wanted
  for name in "${BOXES[@]}"; do
    wanted=()
    for package in ${PACKAGES[$name]}; do wanted+=("$package=$1"); done
    apt_get "$name" --allow-downgrades install "${wanted[@]}"
    # shellcheck disable=SC2086 # words
    expect_eq "$(box "$name" dpkg-query -Wf '${Version}\n' ${PACKAGES[$name]} | sort -u)" "$1" "the version on $name"
  done
}

# What must be the same before and after.
identity_of() { box "$1" sha256sum /var/lib/devstats-agent/front/identity/cert.pem /var/lib/devstats-agent/executor/cluster-id; }
# shellcheck disable=SC2086
pids_of() { box "$1" systemctl show -P MainPID ${UNITS[$1]} | grep -v '^$'; }
operations() { ctl operation list -o json | jq -r '.operations[].id' | sort; }

installs_old() {
  "$ROOT/scripts/sandbox" prepare
  mkdir "$OLD"
  local deb
  for deb in "$ROOT"/out/*.deb; do make_old "$deb"; done
  "$ROOT/scripts/lib/payload.sh" repository "$DEVSTATS_SANDBOX/repo" "$ROOT"/out/*.deb "$OLD"
  "$ROOT/scripts/sandbox" up "${BOXES[@]}"
  local name
  for name in "${BOXES[@]}"; do apt_get "$name" update; done
  install "$(old_version)"
  deploy_enrol "${BOXES[0]}" "${BOXES[@]}"
  host_spec "${BOXES[@]}" | write_spec
  apply
  ctl access add ann --role viewer -o /root/ann
}

works() {
  local name active
  for name in "${BOXES[@]}"; do
    # shellcheck disable=SC2086
    active=$(box "$name" systemctl is-active ${UNITS[$name]} | sort -u)
    expect_eq "$active" active "the daemons on $name"
  done
  eventually "an empty plan" 60 plan
  ctl --context /root/ann status
}

# changes_to VERSION: everything is kept, and what runs is new.
changes_to() {
  local name before=() pids=() was
  was=$(operations)
  for name in "${BOXES[@]}"; do
    before+=("$(identity_of "$name")")
    pids+=("$(pids_of "$name")")
  done
  install "$1"
  works
  local i pid
  for i in "${!BOXES[@]}"; do
    name=${BOXES[i]}
    expect_eq "$(identity_of "$name")" "${before[i]}" "the identity of $name"
    for pid in $(pids_of "$name"); do
      if grep -qx "$pid" <<<"${pids[i]}"; then fail "process $pid on $name is still the old one"; fi
    done
  done
  expect_eq "$(operations)" "$was" "the list of operations"
}

upgrades() { changes_to "$(new_version)"; }
downgrades() { changes_to "$(old_version)"; }

applies_after_an_upgrade() {
  install "$(new_version)"
  box node-0 sysctl -qw net.core.somaxconn=128
  apply
  expect_eq "$(box node-0 sysctl -n net.core.somaxconn)" 4096 "somaxconn"
}

removes() {
  local before
  before=$(identity_of node-0)
  apt_get node-0 remove devstats-agent
  expect_eq "$(box node-0 sh -c 'pgrep devstats-agent || true')" "" "what still runs after a removal"
  apt_get node-0 install devstats-agent
  expect_eq "$(identity_of node-0)" "$before" "the identity after a removal"
  works
}

purges() {
  local name
  for name in "${BOXES[@]}"; do
    # shellcheck disable=SC2086
    apt_get "$name" purge ${PACKAGES[$name]}
    expect_eq "$(box "$name" sh -c 'ls -d /var/lib/devstats-* /run/devstats-* 2>/dev/null || true')" "" "what is left on $name"
    expect_eq "$(box "$name" sh -c 'systemctl --failed --plain --no-legend; pgrep -a devstats || true')" "" "what is wrong on $name"
    # What was set up on the box stays.
    expect_eq "$(box "$name" test -e /etc/sysctl.d/99-zz-devstats.conf && echo there)" there "our drop-in on $name"
  done
}

check "an older version is installed and applies" installs_old
check "it works" works
check "an upgrade keeps everything and restarts the daemons" upgrades
check "a downgrade does, too" downgrades
check "the upgraded agent mends drift" applies_after_an_upgrade
check "a removal keeps the identity" removes
check "a purge leaves nothing but what was set up on the box" purges
finish
