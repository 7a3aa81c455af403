#!/usr/bin/env bash
# Measures the product on a sandbox cluster of three nodes: an apply with nothing to do, what the daemons take when idle, and
# the same looking by an Ansible playbook. Brings the cluster up with scripts/try unless it is up.
# usage: scripts/bench cluster [--runs N]    N runs of each side in turn, 5 unless given; their median counts
# Prints a table; exits 1 when something is above twice its goal, or could not be measured.
set -euo pipefail
shopt -s inherit_errexit
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BOXES=(master node-0 node-1) NODES=3 SPEC=/root/cluster.yaml WINDOW=30 RUNS=5
# shellcheck source=scripts/lib/deploy.sh
. "$ROOT/scripts/lib/deploy.sh"

say() { printf 'bench: [%4d s] %s\n' $SECONDS "$*" >&2; }
die() { say "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --runs) RUNS=${2:?--runs needs a number}; shift ;;
    -h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    *) die "unknown option $1; see --help" ;;
  esac
  shift
done
[[ $RUNS =~ ^[1-9][0-9]?$ ]] || die "--runs $RUNS is not a number from 1 to 99"

TEMP=$(mktemp -d)
# shellcheck source=tests/bench/ansible.bash
. "$ROOT/tests/bench/ansible.bash"
# shellcheck disable=SC2317 # the trap reaches it
clean_up() { ansible_disconnect >&2; rm -rf "$TEMP"; }
trap clean_up EXIT

is_up() {
  box master "devstatsctl plan -f $SPEC" >/dev/null 2>&1 && [ "$(box master "grep -c role: $SPEC")" = $NODES ]
}

# apply_seconds: of an apply that finds nothing to do, timed in the box.
apply_seconds() {
  local seconds
  seconds=$(box master "TIMEFORMAT=%R; { time devstatsctl apply -f $SPEC --yes >/run/bench-apply 2>&1; } 2>&1") || :
  grep -qE '([0-9]+) units: \1 unchanged' < <(box master cat /run/bench-apply) ||
    die "apply had something to do or failed:"$'\n'"$(box master tail -n 20 /run/bench-apply)"
  echo "$seconds"
}

# processes BOX COMM...: the processes of the box with these names (15 characters are kept), as this machine numbers them.
processes() (
  LIB=$ROOT/scripts/lib
  # shellcheck source=scripts/lib/all.sh
  . "$LIB/all.sh"
  init=$(box_init "$1")
  shift
  for comm; do pgrep --ns "$init" --nslist pid -x "$comm" || die "no process $comm in that box"; done
)

# megabytes PID...: proportional, so a page shared by two processes counts once.
megabytes() { (cd /proc && cat "${@/%//smaps_rollup}") | awk '/^Pss:/ { kib += $2 } END { print kib * 1024 / 1e6 }'; }
# cpu PID...: nanoseconds by the processes' own clocks (the kernel's number of such a clock); ticks of 10 ms would be too coarse.
cpu() { python3 -c 'import sys, time; print(sum(time.clock_gettime_ns(~int(pid) << 3 | 2) for pid in sys.argv[1:]))' "$@"; }

# idle: prints megabytes and per cent of a core of an agent (of the box where it is most), and those of the coordinator.
# shellcheck disable=SC2086 # pids are several words
idle() {
  local name i groups=() before=() after=() pids
  for name in "${BOXES[@]}"; do
    pids=$(processes "$name" devstats-agent devstats-agent-)
    groups+=("${pids//$'\n'/ }")
  done
  pids=$(processes master devstats-coordi)
  groups+=("$pids")
  for pids in "${groups[@]}"; do before+=("$(cpu $pids)"); done
  sleep $WINDOW # what is measured is this long
  for pids in "${groups[@]}"; do after+=("$(cpu $pids)"); done
  for i in "${!groups[@]}"; do
    printf '%s %s\n' "$(megabytes ${groups[i]})" "$(jq -n "(${after[i]} - ${before[i]}) / ($WINDOW * 1e9) * 100")"
  done | awk -v agents=$NODES 'NR <= agents { if ($1 > m) m = $1; if ($2 > c) c = $2; next } { print m, c, $1, $2 }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# row WHAT MEASURED UNIT GOAL: above twice the goal it is a failure.
failed=0
row() {
  printf '%-42s %8.2f %-3s %6s %-3s %6.2f\n' "$1" "$2" "$3" "$4" "$3" "$(jq -n "$2 / $4")"
  [ "$(jq -n "$2 > 2 * $4")" = false ] || { failed=1 && say "$1: above twice the goal"; }
}

is_up || { "$ROOT/scripts/try" >&2 && is_up; } || die "there is no cluster of $NODES nodes with nothing to do"
say "watching the daemons for $WINDOW s"
idle >"$TEMP/idle"
read -r agent_memory agent_cpu coordinator_memory coordinator_cpu <"$TEMP/idle"
say "preparing Ansible; load of this machine: $(cut -d" " -f1-3 /proc/loadavg)"
ansible_connect
# Each side once to warm up, then in turn, so that what else this machine does strikes both.
for ((run = 0; run <= RUNS; run++)); do
  ours=$(apply_seconds) theirs=$(ansible_seconds)
  say "apply $ours s, Ansible $theirs s"
  [ $run -eq 0 ] || { echo "$ours" >>"$TEMP/ours" && echo "$theirs" >>"$TEMP/theirs"; }
done
ours=$(median <"$TEMP/ours") theirs=$(median <"$TEMP/theirs")

printf '%-42s %12s %10s %6s\n' WHAT MEASURED GOAL RATIO
row "apply with nothing to do, $NODES nodes" "$ours" s 2
row "memory of an idle agent, both processes" "$agent_memory" MB 30
row "CPU of an idle agent, both processes" "$agent_cpu" % 0.1
row "memory of the idle coordinator" "$coordinator_memory" MB 40
printf '%-42s %8.2f %-3s %10s\n' "CPU of the idle coordinator" "$coordinator_cpu" % -
printf '%-42s %8.2f %-3s %10s %6.1f times apply\n' "Ansible with nothing to do, $NODES nodes" "$theirs" s - "$(jq -n "$theirs / $ours")"
exit $failed
