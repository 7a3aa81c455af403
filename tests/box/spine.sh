#!/usr/bin/env bash
# budget: 300
# The spine on real boxes: packages, enrolment, roles, and one resource through plan, apply, drift, cuts and reboot.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

sysctl_of() { box "$1" sysctl -n "$2"; }

installs() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up master node-0
  deploy_packages master node-0
  expect_eq "$(box master systemctl is-active devstats-coordinator)" active "the coordinator"
  # An agent that no cluster owns does not listen.
  expect_eq "$(box node-0 systemctl is-active devstats-agent devstats-agent-executor | sort -u)" inactive "the agent before enrolment"
}

enrols() {
  deploy_enrol master master node-0
  deploy_enrol master master node-0
  expect_eq "$(box node-0 systemctl is-active devstats-agent devstats-agent-executor | sort -u)" active "the agent"
  local front
  front=$(box node-0 sh -c 'stat -c %U /proc/$(systemctl show -P MainPID devstats-agent)')
  expect_eq "$front" devstats-agent "the user of the front"
}

refuses_enrolment() {
  local lines address pin
  lines=$(ctl node token node-0)
  address=$(grep -oE '[0-9.]+:7441' <<<"$lines") pin=$(grep -oE 'sha256:[0-9a-f]{64}' <<<"$lines")
  enrol() { tail -n 1 <<<"$lines" | box node-0 devstats-agent enrol --no-start "$@"; }
  expect_failure "no certificate|pin|authority" enrol "$address" --node node-0 --pin "sha256:$(printf '0%.0s' {1..64})"
  expect_failure "token" enrol "$address" --node node-7 --pin "$pin"
  expect_match "$(box master cat /var/lib/devstats-coordinator/audit.jsonl)" 'node-7' "the audit trail"
}

applies() {
  host_spec master node-0 | write_spec
  local plan
  plan=$(expect_exit 2 plan)
  expect_match "$plan" 'net.ipv4.ip_forward' "the plan"
  expect_eq "$(box node-0 test -e /etc/sysctl.d/99-zz-devstats.conf; echo $?)" 1 "whether planning wrote the file"
  apply
  expect_eq "$(sysctl_of node-0 net.ipv4.ip_forward)" 1 "ip_forward"
  expect_eq "$(sysctl_of master net.core.somaxconn)" 4096 "somaxconn"
}

finds_nothing_to_do() {
  expect_exit 0 plan
  apply
}

mends_drift() {
  box node-0 sysctl -qw net.ipv4.conf.all.rp_filter=1
  local plan
  plan=$(expect_exit 2 plan)
  expect_match "$plan" 'net.ipv4.conf.all.rp_filter' "the plan"
  if grep -q somaxconn <<<"$plan"; then fail "the plan shows more than the drift: $plan"; fi
  apply
  expect_eq "$(sysctl_of node-0 net.ipv4.conf.all.rp_filter)" 0 "rp_filter"
}

refuses_bad_input() {
  box master sh -c 'sed "s/rp_filter: \"0\"/rp_filtre: \"0\"/; s/role: worker/role: werker/" /root/cluster.yaml > /root/bad.yaml'
  local error
  error=$(expect_exit 1 ctl plan -f /root/bad.yaml)
  expect_match "$error" 'bad.yaml:[0-9]+:[0-9]+: .*werker' "the error"
  expect_exit 1 ctl apply -f /root/bad.yaml --yes
}

refuses_what_disks_hold() {
  { DISKS=yes host_spec master node-0 && echo 'storage: { layout: single, filesystem: ext4, mount: /data }'; } |
    box master sh -c 'cat > /root/disks.yaml'
  box node-0 mkfs.ext4 -q -L precious /dev/nvme0n1
  local error
  error=$(expect_exit 1 ctl plan -f /root/disks.yaml)
  expect_match "$error" 'SBX-NODE-0-0.*(ext4|precious)|(ext4|precious).*SBX-NODE-0-0' "the error about a disk that holds data"
  expect_exit 1 ctl apply -f /root/disks.yaml --yes
  expect_eq "$(box node-0 blkid -s LABEL -o value /dev/nvme0n1)" precious "the label of the filesystem"
  box node-0 wipefs -qa /dev/nvme0n1
  box master sed -i 's/SBX-NODE-0-0/SBX-NODE-0-O/' /root/disks.yaml
  error=$(expect_exit 1 ctl plan -f /root/disks.yaml)
  expect_match "$error" 'SBX-NODE-0-O' "the error about a disk that is not there"
  expect_match "$error" 'SBX-NODE-0-0' "what the error suggests"
}

# The doors to the real systemd, by the contracts that the fakes of the unit tests keep.
keeps_contracts() {
  local program=$ROOT/build/asan/bin/agent_box_test
  { ldd "$program" | grep -o '/[^ ]*' && echo "$program"; } | tar -chPf - --transform 's,.*/,,' --files-from - |
    box node-0 'mkdir -p /opt/contracts && tar x -C /opt/contracts'
  box node-0 'LD_LIBRARY_PATH=/opt/contracts /opt/contracts/agent_box_test; status=$?; rm -rf /opt/contracts; exit $status'
}

# kill_at BOX RULE...: its daemons die once at each of these points.
kill_at() {
  local name=$1
  shift
  printf '%s\n' "$@" | set_faults "$name"
  restart_daemons "$name" || : # a start may be killed, too
}
kill_no_more() {
  clear_faults "$1"
  restart_daemons "$1"
}
drift() { box node-0 sysctl -qw net.core.somaxconn=128 net.ipv4.conf.all.rp_filter=1; }
is_mended() {
  expect_eq "$(sysctl_of node-0 net.core.somaxconn)" 4096 "somaxconn after the kills"
  expect_eq "$(sysctl_of node-0 net.ipv4.conf.all.rp_filter)" 0 "rp_filter after the kills"
  eventually_plan_is_empty
}

survives_kills_of_the_agent() {
  drift
  kill_at node-0 'kill-each journal.*' 'kill-each sysctl.*' 'kill-each execute.*' 'kill-each step.*'
  apply
  local hits
  hits=$(box node-0 cat /var/lib/devstats-agent/executor/fault-hits)
  expect_match "$hits" 'journal.intent' "the faults that fired"
  expect_match "$hits" 'sysctl.set' "the faults that fired"
  kill_no_more node-0
  is_mended
}

survives_kills_of_the_coordinator() {
  drift
  # Not at every event and every operation: a start writes one, and an operator's next try is one.
  kill_at master 'kill-each journal.intent.*' 'kill-each journal.result.*' 'kill-each execute.*' \
    'kill operation.begun' 'kill operation.ended'
  # It is killed before it can answer, too: then an operator asks again.
  eventually "an apply that comes through" 90 apply
  expect_match "$(box master cat /var/lib/devstats-coordinator/fault-hits)" 'operation.begun' "the faults that fired"
  kill_no_more master
  eventually "the coordinator answers" 60 ctl version
  is_mended
}

survives_reboot() {
  "$ROOT/scripts/sandbox" reboot node-0
  expect_eq "$(sysctl_of node-0 net.ipv4.ip_forward)" 1 "ip_forward after a reboot"
  eventually_plan_is_empty
}
eventually_plan_is_empty() { eventually "an empty plan" 60 plan; }

guards_its_methods() {
  ctl access add ann --role viewer -o /root/ann
  expect_exit 0 ctl --context /root/ann status
  local error
  error=$(expect_exit 1 ctl --context /root/ann node token node-9)
  expect_match "$error" 'viewer' "the refusal"
  ctl access revoke ann
  expect_exit 1 ctl --context /root/ann status
  expect_match "$(box master cat /var/lib/devstats-coordinator/audit.jsonl)" '"ann"' "the audit trail"
  expect_failure "." box master setpriv --reuid=nobody --clear-groups devstatsctl status
}

is_healthy() {
  expect_match "$(box node-0 curl -sf 'http://127.0.0.1:7452/readyz?verbose')" '\[\+\]' "the agent's readiness"
  expect_match "$(box master curl -sf 'http://127.0.0.1:7450/readyz?verbose')" '\[\+\]database' "the coordinator's readiness"
  expect_match "$(box master curl -sf http://127.0.0.1:7450/metrics)" '^# TYPE devstats_coordinator_' "the coordinator's metrics"
  expect_exit 0 ctl health
  # That the clock can be looked at; whether something keeps it in step is this machine's affair.
  if ctl node show node-0 | grep -i 'not permitted'; then fail "the executor may not look at something"; fi
}

purges() {
  box node-0 sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y devstats-agent' >/dev/null
  expect_eq "$(box node-0 test -e /var/lib/devstats-agent; echo $?)" 1 "whether the agent's state is left"
}

check "packages install and start what may start" installs
check "boxes enrol once, and again without harm" enrols
check "wrong pins and tokens are refused and audited" refuses_enrolment
check "a plan shows, an apply makes" applies
check "a second apply finds nothing to do" finds_nothing_to_do
check "drift is shown and mended, and nothing else" mends_drift
check "a bad cluster.yaml changes nothing" refuses_bad_input
check "disks that hold data, or are not there, are refused" refuses_what_disks_hold
check "the agent's doors to systemd keep their contracts" keeps_contracts
check "an agent killed at every boundary goes on" survives_kills_of_the_agent
check "a coordinator killed at every boundary goes on" survives_kills_of_the_coordinator
check "a reboot keeps what was set" survives_reboot
check "roles are enforced and revoked" guards_its_methods
check "health and metrics are served" is_healthy
check "the agent's package can be purged" purges
finish
