# shellcheck shell=bash
# What the tests of the cluster tier share besides the product on boxes: Kubernetes there. Sourced; ROOT is the checkout.
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

kubectl() { box master kubectl "$@"; }
address_of() { "$ROOT/scripts/sandbox" status -o json | jq -r --arg n "$1" '.[] | select(.name == $n) | .address'; }
nodes_ready() {
  kubectl get nodes -o json | jq -r '[.items[] | select(any(.status.conditions[]; .type == "Ready" and .status == "True")) | .metadata.name] | sort | join(" ")'
}
# join_tokens: those that we made; kubeadm init has one of its own.
join_tokens() {
  kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o json |
    jq -r '.items[] | select(.data.description // "" | @base64d | startswith("devstats")) | .metadata.name'
}
nodes_are_ready() { [ "$(nodes_ready)" = "$*" ]; }

# planned: what a plan would change: UNIT[/PART]:CHANGES or UNIT:deferred, sorted, on one line.
planned() {
  { ctl plan -f $SPEC -o - 2>/dev/null || [ $? -eq 2 ]; } | jq -r '[.plan.units[] | .unit as $unit
    | if .state == "DEFERRED" then "\($unit):deferred" else ., (.parts // [] | .[]) | select((.changes // []) != [])
      | if .unit == $unit then "\($unit):\(.changes | length)" else "\($unit)/\(.unit):\(.changes | length)" end end] | sort | join(" ")'
}

eventually_nothing_to_do() { eventually "a plan without changes" 90 plan; }
