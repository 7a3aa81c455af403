#!/usr/bin/env bash
# budget: 3600
# The same work many times over (SOAK_ROUNDS, 300): plans, applies that mend drift, status and logs. Memory, open files and
# threads of the daemons must not grow with it.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

ROUNDS=${SOAK_ROUNDS:-300}
UNITS=(devstats-coordinator devstats-agent devstats-agent-executor)

boots() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up master
  deploy_packages master
  deploy_enrol master master
  host_spec master | write_spec
  apply
}

# used UNIT: kilobytes (proportional), open files and threads of its process.
used() {
  box master 'pid=$(systemctl show -P MainPID '"$1"')
    awk "/^Pss:/ { print \$2 }" /proc/$pid/smaps_rollup; ls /proc/$pid/fd | wc -l; ls /proc/$pid/task | wc -l' | paste -sd ' '
}

# rounds N: drift, a plan that shows it, an apply that mends it, and what operators look at.
rounds() {
  local round
  for ((round = 0; round < $1; round++)); do
    box master sysctl -qw net.core.somaxconn=$((1024 + round % 7))
    expect_exit 2 plan >/dev/null
    expect_exit 0 apply >/dev/null
    ctl status >/dev/null
    ctl operation list >/dev/null
    ctl node logs master devstats-agent >/dev/null
  done
}

does_not_grow() {
  local unit before after
  rounds 50 # caches and pools fill
  for unit in "${UNITS[@]}"; do used "$unit" >"/var/tmp/soak.$$.$unit"; done
  rounds "$ROUNDS"
  for unit in "${UNITS[@]}"; do
    read -r -a before <"/var/tmp/soak.$$.$unit"
    read -r -a after <<<"$(used "$unit")"
    rm "/var/tmp/soak.$$.$unit"
    echo "$unit: ${before[*]} -> ${after[*]} (kB, files, threads)"
    [ $((after[0] - before[0])) -le $((before[0] / 10 + 1024)) ] || fail "$unit grew from ${before[0]} to ${after[0]} kB in $ROUNDS rounds"
    [ $((after[1] - before[1])) -le 4 ] || fail "$unit had ${before[1]} files open and has ${after[1]} after $ROUNDS rounds"
    [ $((after[2] - before[2])) -le 4 ] || fail "$unit had ${before[2]} threads and has ${after[2]} after $ROUNDS rounds"
  done
}

serves_on() {
  for unit in "${UNITS[@]}"; do
    expect_eq "$(box master systemctl show -P NRestarts "$unit")" 0 "how often $unit was restarted"
  done
  expect_exit 0 ctl health
  expect_exit 0 plan
}

check "a box boots and enrols" boots
check "nothing grows with the work" does_not_grow
check "the daemons are those that were started" serves_on
finish
