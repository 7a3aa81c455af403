#!/usr/bin/env bash
# budget: 1200
# The same packages on boxes with Debian 13: they install by apt, the daemons start, enrol and are healthy, and a phase
# with a disk is planned, applied, found done, and survives a reboot.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"
# shellcheck source=scripts/lib/deploy.sh
. "$ROOT/scripts/lib/deploy.sh"

export BOX_OS=debian-13 DISKS=yes
DEVSTATS_SANDBOX=$(mktemp -d /var/tmp/debian13-test.XXXXXX)
export DEVSTATS_SANDBOX
clean_up() { "$ROOT/scripts/sandbox" reset >/dev/null 2>&1 && rm -rf --one-file-system "$DEVSTATS_SANDBOX"; }
trap clean_up EXIT

ctl() { box master devstatsctl "$@"; }
exit_of() { "$@" >&2 && echo 0 || echo $?; }

installs() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up --suite trixie master node-0
  expect_match "$(box node-0 cat /etc/os-release)" '^VERSION_CODENAME=trixie' "what runs on the box"
  deploy_packages master node-0
  expect_eq "$(box master systemctl is-active devstats-coordinator)" active "the coordinator"
}

enrols() {
  deploy_enrol master master node-0
  local name
  for name in master node-0; do
    expect_eq "$(box "$name" systemctl is-active devstats-agent devstats-agent-executor | sort -u)" active "the agent of $name"
  done
}

applies() {
  { host_spec master node-0 && echo 'storage: { layout: single, filesystem: ext4, mount: /data }'; } |
    box master sh -c 'cat > /root/cluster.yaml'
  expect_eq "$(exit_of ctl plan -f /root/cluster.yaml)" 2 "the exit of a plan with changes"
  ctl apply -f /root/cluster.yaml --yes
  expect_eq "$(box node-0 sysctl -n net.core.somaxconn)" 4096 "somaxconn"
  expect_eq "$(box node-0 findmnt -n -o FSTYPE /data)" ext4 "what is mounted at /data"
  expect_eq "$(exit_of ctl plan -f /root/cluster.yaml)" 0 "the exit of a plan without changes"
}

survives_reboot() {
  "$ROOT/scripts/sandbox" reboot node-0
  expect_eq "$(box node-0 findmnt -n -o FSTYPE /data)" ext4 "what is mounted at /data"
  local deadline=$((SECONDS + 60))
  until ctl plan -f /root/cluster.yaml; do
    [ $SECONDS -lt $deadline ] || fail "the plan is not empty again"
  done
}

is_healthy() {
  expect_match "$(box node-0 curl -sf 'http://127.0.0.1:7452/readyz?verbose')" '\[\+\]' "the agent's readiness"
  expect_match "$(box master curl -sf 'http://127.0.0.1:7450/readyz?verbose')" '\[\+\]database' "the coordinator's readiness"
  ctl health
  expect_eq "$(box master systemctl --failed --plain --no-legend)" "" "the list of failed units"
  expect_match "$(ctl node logs node-0 devstats-agent-executor)" . "the executor's log"
}

check "packages install on Debian 13" installs
check "boxes with Debian 13 enrol" enrols
check "a phase with a disk is applied there once" applies
check "a reboot there keeps what was set" survives_reboot
check "the daemons are healthy there" is_healthy
finish
