# shellcheck shell=bash
# What the tests of the cluster tier share: a sandbox of their own, and the product asked on its master. Sourced; ROOT is
# the checkout.
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"
# shellcheck source=scripts/lib/deploy.sh
. "$ROOT/scripts/lib/deploy.sh"

DEVSTATS_SANDBOX=$(mktemp -d /var/tmp/cluster-test.XXXXXX)
export DEVSTATS_SANDBOX
clean_up() { "$ROOT/scripts/sandbox" reset >/dev/null 2>&1 && rm -rf --one-file-system "$DEVSTATS_SANDBOX"; }
trap clean_up EXIT

SPEC=/root/cluster.yaml
ctl() { box master devstatsctl "$@"; }
plan() { ctl plan -f $SPEC; }
apply() { ctl apply -f $SPEC --yes; }
kubectl() { box master kubectl "$@"; }
# write_spec MASTER NAME...
write_spec() { sandbox_spec "$@" | box master sh -c "cat > $SPEC"; }
address_of() { "$ROOT/scripts/sandbox" status -o json | jq -r --arg n "$1" '.[] | select(.name == $n) | .address'; }
nodes_ready() {
  kubectl get nodes -o json | jq -r '[.items[] | select(any(.status.conditions[]; .type == "Ready" and .status == "True")) | .metadata.name] | sort | join(" ")'
}

# planned: what a plan would change: UNIT[/PART]:CHANGES or UNIT:deferred, sorted, on one line.
planned() {
  { ctl plan -f $SPEC -o - 2>/dev/null || [ $? -eq 2 ]; } | jq -r '[.plan.units[] | .unit as $unit
    | if .state == "DEFERRED" then "\($unit):deferred" else ., (.parts // [] | .[]) | select((.changes // []) != [])
      | if .unit == $unit then "\($unit):\(.changes | length)" else "\($unit)/\(.unit):\(.changes | length)" end end] | sort | join(" ")'
}

# expect_exit CODE COMMAND...: prints its output.
expect_exit() {
  local code=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  [ $status -eq "$code" ] || fail "'$*' exited $status, not $code: $output"
  printf '%s\n' "$output"
}

# eventually WHAT SECONDS COMMAND...
eventually() {
  local what=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@"; do
    [ $SECONDS -lt $deadline ] || fail "not in time: $what"
  done
}
eventually_nothing_to_do() { eventually "a plan without changes" 90 plan; }
