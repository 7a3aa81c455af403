#!/usr/bin/env bash
# budget: 900
# One run from bare boxes to Kubernetes in which nothing is left undisturbed: the coordinator dies at every boundary of its
# journal, the agents in every kind of act, and one box loses its power while it makes its filesystem.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/cluster/cluster.bash
. "$ROOT/tests/cluster/cluster.bash"

boots() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up --swap node-0 master node-0
  deploy_packages master node-0
  deploy_enrol master master node-0
  sandbox_spec master node-0 | write_spec
}

# Both daemons of the master read these; kill-each is once for every step.
master_faults() {
  printf 'kill-each %s\n' 'journal.intent.*' 'journal.result.*' execute.applied 'step.*' 'command.*' 'kubeadm.*' 'object.*' 'labels.*'
  printf 'kill %s\n' operation.begun operation.forgotten operation.ended network_check.started taints.removed
}
node_faults() {
  printf 'kill-each %s\n' 'command.*' 'disk.*' 'packages.*' 'kubeadm.*' 'containerd.*' 'links.*' 'bridge_cni.*'
  printf 'kill %s\n' file.rename.before file.rename.after swap.off routes.written
  echo 'hold disk.mkfs'
}
restart() { restart_daemons "$1" || :; } # a start may be killed, too
hits() { box "$1" 'cat /var/lib/devstats-*/fault-hits /var/lib/devstats-*/*/fault-hits 2>/dev/null || :'; }

# As an operator who asks again until it is done.
apply_until_done() { eventually "an apply that comes through" 700 apply; }

makes_filesystem() { grep -q '^disk.mkfs' <<<"$(hits node-0)"; }

runs_through_cuts() {
  master_faults | set_faults master
  node_faults | set_faults node-0
  restart node-0
  restart master
  apply_until_done >/var/tmp/cuts.$$ 2>&1 &
  local applying=$!
  eventually "node-0 is about to make its filesystem" 200 makes_filesystem
  "$ROOT/scripts/sandbox" cut node-0
  node_faults | grep -v ^hold | set_faults node-0
  wait $applying || fail "$(tail -n 20 /var/tmp/cuts.$$)"
  rm -f /var/tmp/cuts.$$
}

cut_everything() {
  local on_master on_node
  on_master=$(hits master) on_node=$(hits node-0)
  for point in journal.intent.before journal.intent.after journal.result.before journal.result.after operation.begun operation.forgotten operation.ended \
    execute.applied command.start.before command.ended kubeadm.begun kubeadm.ran; do
    expect_match "$on_master" "^$point " "the cuts on the master"
  done
  for point in file.rename.before packages.installed disk.mkfs disk.done kubeadm.begun kubeadm.ran containerd.set swap.off; do
    expect_match "$on_node" "^$point " "the cuts on node-0"
  done
  echo "$(wc -l <<<"$on_master") cuts on the master, $(wc -l <<<"$on_node") on node-0"
}

# started NAME LABEL: how often the command of that label was started, by the box's own journal.
started() { box "$1" "journalctl -q -o cat _PID=1 | grep -c '^Started devstats-cmd-.*: $2-' || :"; }

ends_as_if_undisturbed() {
  for name in master node-0; do clear_faults "$name"; restart "$name"; done
  eventually_nothing_to_do
  expect_exit 0 apply >/dev/null
  expect_eq "$(nodes_ready)" "master node-0" "the nodes that are Ready"
  expect_eq "$(kubectl get nodes -l node=devstats-app,node2=devstats-db -o name | wc -l)" 2 "the number of labelled nodes"
  # A kill of our daemons must not start what a machine does once again; only a power cut may.
  expect_eq "$(started master init)" 1 "how often kubeadm init ran"
  expect_eq "$(started node-0 join)" 1 "how often kubeadm join ran"
  expect_eq "$(join_tokens)" "" "the join tokens of ours that are left"
  expect_eq "$(started master mkfs)" 1 "how often the master made its filesystem"
  expect_eq "$(box node-0 'swapon --show --noheadings; blkid -s TYPE -o value /dev/nvme0n1; findmnt -no FSTYPE /data')" \
    $'ext4\next4' "node-0's swap, filesystem and mount"
}

check "boxes boot and enrol" boots
check "a run goes through every cut" runs_through_cuts
check "every kind of cut was made" cut_everything
check "the end is that of an undisturbed run" ends_as_if_undisturbed
finish
