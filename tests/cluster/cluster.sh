#!/usr/bin/env bash
# budget: 900
# From bare boxes to Kubernetes as scripts/try does it, then what must stay true of that cluster: nothing to do twice, drift,
# one more worker, releases, a reboot, and both environments of DevStats on it.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/cluster/cluster.bash
. "$ROOT/tests/cluster/cluster.bash"
# shellcheck source=tests/cluster/releases.bash
. "$ROOT/tests/cluster/releases.bash"
# shellcheck source=tests/cluster/standins.bash
. "$ROOT/tests/cluster/standins.bash"
# shellcheck source=tests/cluster/environments.bash
. "$ROOT/tests/cluster/environments.bash"

BOXES=(master node-0 node-1)

comes_up() {
  "$ROOT/scripts/try" --without-devstats
  expect_eq "$(nodes_ready)" "master node-0 node-1" "the nodes that are Ready"
  for name in "${BOXES[@]}"; do
    expect_match "$(box "$name" kubectl --context prod get ns devstats-prod --no-headers)" Active "namespaces seen from $name"
    expect_eq "$(box "$name" 'stat -c %a /root/.kube/config')" 600 "the mode of kubeconfig on $name"
  done
  expect_eq "$(box node-1 'swapon --show --noheadings')" "" "the swap of the box that booted with some"
  expect_eq "$(kubectl get nodes -l node=devstats-app,node2=devstats-db -o name | wc -l)" 3 "the number of labelled nodes"
  expect_eq "$(kubectl get nodes -o jsonpath='{.items[*].spec.taints}')" "" "the taints"
  expect_eq "$(kubectl get ns devstats-verify --ignore-not-found)" "" "what verification left"
  expect_eq "$(join_tokens)" "" "the join tokens of ours that are left"
  expect_match "$(expect_exit 0 ctl health)" '^node@node-1 +ok' "health"
}

# What a second apply must not touch, one line a thing.
api_state() {
  kubectl get nodes,namespaces -o json | jq -c '.items[] | [.kind, .metadata.name, .metadata.uid,
    .metadata.generation, .metadata.labels, [.metadata.managedFields[]? | select(.manager == "devstats")]]'
}
# box_writes NAME: regular files of the system disk written since /run/mark, but for logs and the daemons' own journals.
box_writes() {
  box "$1" 'find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /dev -o -path /var/log \) -prune -o \
    -newer /run/mark -type f -print' | { grep -v '^/var/lib/devstats-[a-z]*/.*\(\.db-\(wal\|shm\)\|audit\.jsonl\)$' || :; }
}
# box_acts NAME: what systemd was asked to do since /run/mark for what is ours or managed by us.
box_acts() {
  box "$1" 'journalctl -q --since "@$(stat -c %.Y /run/mark)" _PID=1 -o cat' | { grep -E '^(Start|Stopp|Reload).*(devstats|kubelet|containerd)|^Reloading\.' || :; }
}

finds_nothing_to_do() {
  local before
  before=$(api_state)
  for name in "${BOXES[@]}"; do box "$name" touch /run/mark; done
  expect_exit 0 plan
  expect_match "$(expect_exit 0 apply)" '^([0-9]+) units: \1 unchanged' "the summary of a second apply"
  expect_eq "$(api_state)" "$before" "what the API server holds after a second apply"
  for name in "${BOXES[@]}"; do
    expect_eq "$(box_acts "$name")" "" "what a second apply started on $name"
    expect_eq "$(box_writes "$name")" "" "what a second apply wrote on $name"
  done
}

mends_drift() {
  box node-1 'swapon /swap.img; systemctl stop kubelet'
  box node-0 'sed -i /somaxconn/d /etc/sysctl.d/99-zz-devstats.conf; echo "debug: true" >>/etc/crictl.yaml'
  kubectl label node node-0 node2- >/dev/null
  expect_exit 2 plan >/dev/null
  expect_eq "$(planned)" "host@node-0/sysctl:1 host@node-1/swap:1 join@node-1/join:1 labels:1 runtime@node-0/containerd:1" "the drift shown"
  # The network is verified again where the stopped kubelet was noticed meanwhile.
  expect_match "$(expect_exit 0 apply)" 'units: [56] done, [0-9]+ unchanged' "the summary of apply"
  expect_eq "$(box node-1 'swapon --show --noheadings; systemctl is-active kubelet')" active "node-1's swap and kubelet"
  expect_eq "$(box node-0 'grep -c debug /etc/crictl.yaml; grep -c somaxconn /etc/sysctl.d/99-zz-devstats.conf')" $'0\n1' "node-0's files"
  expect_eq "$(kubectl get node node-0 -o 'jsonpath={.metadata.labels.node2}')" devstats-db "node-0's label"
  eventually_nothing_to_do
}

adds_a_worker() {
  local before
  "$ROOT/scripts/sandbox" up node-2
  deploy_packages master node-2
  deploy_enrol master node-2
  { sandbox_spec master node-0 node-1 node-2 && standins_spec; } | write_spec
  before=$(for name in "${BOXES[@]}"; do box "$name" 'systemctl show -P ActiveEnterTimestamp kubelet containerd'; done)
  expect_exit 2 plan >/dev/null
  local others
  others=$(planned | tr ' ' '\n' | grep -v '@node-2' | paste -sd ' ')
  expect_eq "$others" "host@master/hosts:1 host@node-0/hosts:1 host@node-1/hosts:1 labels:deferred network@master:deferred network@node-0:deferred network@node-1:deferred taints:deferred verification:2" \
    "what is planned besides the new worker"
  expect_exit 0 apply >/dev/null
  expect_eq "$(nodes_ready)" "master node-0 node-1 node-2" "the nodes that are Ready"
  expect_eq "$(for name in "${BOXES[@]}"; do box "$name" 'systemctl show -P ActiveEnterTimestamp kubelet containerd'; done)" "$before" \
    "since when the services of the other boxes run"
  expect_match "$(box node-0 ip route)" "via $(address_of node-2)" "node-0's routes"
}

# Through a gateway: that of the box's own pods is there only while it has some.
routes_of_node_1() { box node-1 "ip route | grep ' via ' | sort"; }
routes_are() { [ "$(routes_of_node_1)" = "$1" ]; }

survives_a_reboot() {
  local routes
  routes=$(routes_of_node_1)
  "$ROOT/scripts/sandbox" reboot node-1
  eventually "node-1 is Ready again" 120 nodes_are_ready master node-0 node-1 node-2
  expect_eq "$(box node-1 'swapon --show --noheadings')" "" "swap after a reboot"
  expect_eq "$(box node-1 'sysctl -n net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.core.somaxconn')" $'1\n1\n4096' "sysctl after a reboot"
  # Built in or loaded: by what they bring.
  expect_eq "$(box node-1 'grep -c overlay /proc/filesystems; ls /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/netfilter/nf_conntrack_max | wc -l')" \
    $'1\n2' "what modules bring after a reboot"
  expect_eq "$(box node-1 'findmnt -no FSTYPE /data; systemctl is-active kubelet containerd')" $'ext4\nactive\nactive' \
    "mounts and services after a reboot"
  eventually "the routes are back" 60 routes_are "$routes"
  eventually_nothing_to_do
}

check "scripts/try brings up a cluster" comes_up
check "a second apply finds nothing to do and touches nothing" finds_nothing_to_do
check "storage classes make volumes, for one node and for all" stores
check "each class of ingress serves its own pages on every node" routes
check "Patroni has a leader and replicas that stream" elects_a_leader
check "DevStats is provisioned, synced, dumped and restored" runs_devstats
check "a new leader is found by the old name" fails_over
check "drift is shown and mended, and nothing else" mends_drift
check "one more worker touches it and what must know of it" adds_a_worker
check "a release is installed, tested, upgraded, rolled back" release_lives
check "an upgrade that fails says why, and is rolled back" release_fails_kindly
check "an upgrade goes on after each death of the coordinator" release_survives_cuts
check "a release is uninstalled" release_goes
check "a reboot keeps everything, with no hand laid on it" survives_a_reboot
check "both environments of DevStats come up from cluster.yaml" environments_come_up
check "no record holds a secret of theirs" records_hold_no_secret
check "their projects are provisioned, and env status is green" environments_are_healthy
check "a sync and a job are judged by the database" projects_are_worked_on
check "a suspended cron stays so" crons_stay_suspended
check "images are locked to what the nodes' mirror has" images_are_locked
check "another project moves nothing of the others" another_project_moves_nothing
check "a project is restored from production's dump, after a backup" a_project_is_restored
check "operators look around" operators_look_around
check "a project comes and goes" a_project_comes_and_goes
finish
