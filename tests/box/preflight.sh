#!/usr/bin/env bash
# budget: 180
# Preflight on real boxes: firewalls, programs and boxes in the way of the ports that a cluster needs, before anything of it
# is made.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

address_of() { "$ROOT/scripts/sandbox" status -o json | jq -r --arg n "$1" '.[] | select(.name == $n) | .address'; }
preflight() { ctl plan -f $SPEC --only preflight "$@"; }

# kubernetes_spec: cluster.yaml for both boxes with a cluster on them, none of which is made here.
kubernetes_spec() {
  host_spec master node-0
  cat <<'YAML'
runtime: { sandboxImage: sandbox.local/k8s/pause:3.2 }
kubernetes:
  version: 1.20.2
  packageVersion: 1.20.2-00devstats1
  serviceSubnet: 10.112.0.0/16 # the usual one holds the addresses of the boxes
  cni: { kind: host-gateway }
YAML
}

installs() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up master node-0
  deploy_packages master node-0
  deploy_enrol master master node-0
  kubernetes_spec | write_spec
}

passes_clear_boxes() {
  expect_match "$(expect_exit 0 preflight)" 'Nothing to change: 2 units' "the plan"
}

names_rules() {
  local plan
  box master iptables -A INPUT -p tcp --dport 6443 -j DROP
  plan=$(expect_exit 1 preflight)
  expect_match "$plan" 'a firewall rule of master is in the way of port 6443 \(Kubernetes API\): -A INPUT -p tcp .*--dport 6443 -j DROP' "the plan"
  expect_match "$plan" "node-0 cannot reach master \\($(address_of master)\\) at port 6443: no answer in 2" "the plan"
  expect_match "$plan" 'iptables -I INPUT -p tcp --dport 6443 -j ACCEPT' "the advice"
  if grep -qE 'port (2379|10250|7442)' <<<"$plan"; then fail "the plan names more than the rule: $plan"; fi
  # As the advice says.
  box master iptables -I INPUT -p tcp --dport 6443 -j ACCEPT
  expect_exit 0 preflight
  box master iptables -F INPUT
}

names_policies() {
  box node-0 'iptables -A INPUT -i lo -j ACCEPT && iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT &&
    iptables -A INPUT -p tcp -m multiport --dports 22,7442 -j ACCEPT && iptables -P INPUT DROP'
  local plan
  plan=$(expect_exit 1 preflight)
  box node-0 iptables -P INPUT ACCEPT
  box node-0 iptables -F INPUT
  expect_match "$plan" 'a firewall rule of node-0 is in the way of port 10250 \(kubelet\): policy DROP of chain INPUT' "the plan"
  if grep -q 'in the way of port 7442' <<<"$plan"; then fail "the plan names a port that is let through: $plan"; fi
}

names_ways() {
  local plan
  box node-0 iptables -A INPUT -s "$(address_of master)" -p tcp --dport 10250 -j DROP
  plan=$(expect_exit 1 preflight)
  box node-0 iptables -F INPUT
  expect_match "$plan" "master cannot reach node-0 \\($(address_of node-0)\\) at port 10250: no answer in 2" "the plan"
  if grep -q 'a firewall rule of node-0' <<<"$plan"; then fail "a rule for one source is called in the way of all: $plan"; fi
  expect_exit 0 preflight
}

names_holders() {
  box node-0 "systemd-run --quiet --unit holder perl -MIO::Socket::INET \
    -e 'my \$s = IO::Socket::INET->new(LocalPort => 10250, Listen => 1, ReuseAddr => 1) or die \$!; accept(my \$c, \$s) while 1'"
  eventually "the holder listens" 30 box node-0 sh -c "ss -ltn | grep -q ':10250 '"
  local plan
  plan=$(expect_exit 1 preflight)
  box node-0 systemctl stop holder
  expect_match "$plan" 'port 10250 \(kubelet\) of node-0 is held by perl' "the plan"
  expect_exit 0 preflight
}

warns() {
  box node-0 touch /root/join.sh
  expect_match "$(expect_exit 0 preflight)" 'warning: /root/join.sh is there' "the plan"
  box node-0 rm /root/join.sh
}

tells_a_box_that_is_away_once() {
  local address plan
  address=$(address_of node-0)
  "$ROOT/scripts/sandbox" down node-0
  plan=$(expect_exit 1 preflight)
  expect_match "$plan" 'node-0 \(.*\): the agent does not answer' "the plan"
  plan=$(expect_exit 0 preflight --node master)
  expect_match "$plan" "warning: node-0 \\($address\\) cannot be reached at all; its agent does not answer either" "the plan of the other box"
  expect_eq "$(grep -c node-0 <<<"$plan")" 1 "the lines about the box that is away"
}

check "boxes and their product" installs
check "clear boxes pass" passes_clear_boxes
check "a rule in the way is named, and its advice helps" names_rules
check "a policy in the way is named" names_policies
check "a way that is closed for one box is named" names_ways
check "a program that holds a port is named" names_holders
check "what is not needed is a warning and no change" warns
check "a box that is away is told once" tells_a_box_that_is_away_once
finish
