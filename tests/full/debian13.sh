#!/usr/bin/env bash
# budget: 1200
# The same packages on boxes with Debian 13: they install by apt, the daemons start, enrol and are healthy, and a phase
# with a disk is planned, applied, found done, and survives a reboot.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

export BOX_OS=debian-13 DISKS=yes

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
    write_spec
  expect_exit 2 plan
  apply
  expect_eq "$(box node-0 sysctl -n net.core.somaxconn)" 4096 "somaxconn"
  expect_eq "$(box node-0 findmnt -n -o FSTYPE /data)" ext4 "what is mounted at /data"
  expect_exit 0 plan
}

survives_reboot() {
  "$ROOT/scripts/sandbox" reboot node-0
  expect_eq "$(box node-0 findmnt -n -o FSTYPE /data)" ext4 "what is mounted at /data"
  eventually "an empty plan" 60 plan
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
