#!/usr/bin/env bash
# launcher.sh NAME: the power supply of one box. Boots it, boots it again after a reboot or a power cut,
# ends when it is switched off. A box never outlives its launcher, and all that a dead launcher leaves is swept
# by the next one. Started by box_start, with the box's lock on fd 9; what it prints is in the box's boot.log.
set -euo pipefail
LIB=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/all.sh
. "$LIB/all.sh"

# What a shell sees of a PID 1 that called reboot(2) in its namespace, or was killed.
readonly REBOOTED=$((128 + 1)) CUT=$((128 + 9))

# boot: runs the box until it stops; its console is a terminal whose output script(1) keeps.
boot() {
  local disks
  disks=$(disks_attach "$NAME")
  (
    exec 9>&-
    cgroup_join "$BASHPID" "$NAME/box"
    export DISKS=$disks
    exec setpriv --pdeathsig KILL script --quiet --flush --append --return \
      --command "exec setpriv --pdeathsig KILL unshare --net '$LIB/box-start.sh' $NAME $$" "$BOX/boot.log"
  ) </dev/null >/dev/null
}

main() {
  NAME=$1 BOX=$STATE/boxes/$1
  local status
  while :; do
    box_sweep "$NAME"
    cgroup_create "$NAME/box"
    cgroup_join $$ "$NAME"
    cgroup_limit "$NAME/box" "$(<"$BOX/memory")"
    status=0
    boot || status=$?
    case $status in "$REBOOTED" | "$CUT") ;; *) break ;; esac
  done
  say "box $NAME ended with status $status"
  box_sweep "$NAME"
  cgroup_leave $$
  cgroup_remove "$NAME"
}
main "$@"
