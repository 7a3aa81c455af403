# shellcheck shell=bash
# A box from outside: its state directory, its launcher, its processes. Sourced.

box_names() {
  local dir
  for dir in "$STATE"/boxes/*/; do [ ! -d "$dir" ] || basename "$dir"; done
}

# box_names_or_strays: with those that run although their directory was deleted.
box_names_or_strays() { { box_names && cgroup_names; } | sort -u; }

# box_alive NAME: its launcher runs, so the box runs or is about to boot.
box_alive() { is_locked "$STATE/boxes/$1/lock"; }

# box_init NAME: the process that is PID 1 inside.
box_init() {
  local dir pid key ids
  while read -r dir; do
    while read -r pid; do
      while read -r key ids; do
        [[ $key == NSpid: && $ids == *[[:space:]]1 && ${ids%[[:space:]]1} == "$pid" ]] && echo "$pid" && return
      done <"/proc/$pid/status"
    done <"$dir/cgroup.procs"
  done < <(cgroup_dirs "$1/box" freezer) 2>/dev/null
  return 1
}

box_boot_id() {
  local pid
  pid=$(box_init "$1") && cat "/proc/$pid/root/proc/sys/kernel/random/boot_id" 2>/dev/null
}

# box_exec NAME COMMAND...: runs a program inside, with the environment of a root login. Does not return.
box_exec() {
  local name=$1 pid
  shift
  pid=$(box_init "$name") || die "box $name is not running" "$0 up $name"
  cgroup_join "$BASHPID" "$name/box"
  exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup -- \
    /usr/bin/env -i -C /root HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --pdeathsig HUP "$@"
}

# box_create NAME SUITE: fixes what must stay the same over reboots.
box_create() {
  local box=$STATE/boxes/$1 memory=3G
  mkdir -p "$box"
  network_address "$1" >/dev/null
  [ -s "$box/base" ] || base_ensure "$2" | write_file "$box/base"
  [[ $1 != master* ]] || memory=6G
  [ -s "$box/memory" ] || write_file "$box/memory" <<<"$memory"
  disks_create "$1"
}

# box_start NAME: the launcher inherits the box's lock, so there is no moment in which it runs without.
box_start() (
  exec 9>"$STATE/boxes/$1/lock"
  flock -w 5 9 || exit 0
  exec setsid --fork "$LIB/launcher.sh" "$1" </dev/null >>"$STATE/boxes/$1/boot.log" 2>&1
)

# box_sweep NAME: takes away what a dead boot of the box left: processes, swap, loop devices, its port.
box_sweep() {
  cgroup_kill "$1/box" || say "processes of $1 do not end: $(cgroup_pids "$1/box" | paste -sd ' ')"
  box_swapoff "$1"
  disks_detach "$1"
  cgroup_remove "$1/box"
  [ ! -s "$STATE/boxes/$1/address" ] || network_unplug "$(<"$STATE/boxes/$1/address")"
}

# box_swapoff NAME: swap outlives a power cut, because it is the kernel's, which has no name for the file any more.
# It is reached by mounting its disk once more.
box_swapoff() {
  local device
  [ "$(wc -l </proc/swaps)" -gt 1 ] && [ -s "$STATE/boxes/$1/swap" ] || return 0
  device=$(losetup --list --noheadings --output NAME --associated "$(disk_file "$1" "$SYSTEM_DISK")") && [ -n "$device" ] || return 0
  # shellcheck disable=SC2016 # arguments of the inner shell
  unshare --mount sh -c 'mount "$1" "$2" && { swapoff "$2/swap.img" 2>/dev/null; umount "$2"; }' \
    - "$device" "$STATE/boxes/$1/system" || :
}

# box_stop NAME: switches the box off properly, by force when that takes too long.
box_stop() {
  local pid lock=$STATE/boxes/$1/lock
  if box_alive "$1"; then
    pid=$(box_init "$1") && kill -s RTMIN+4 "$pid" # systemd's signal for poweroff.target
    flock -w 40 "$lock" true || say "box $1 did not switch itself off in 40 s: cut"
  fi
  cgroup_kill "$1" || :
  box_sweep "$1"
  cgroup_remove "$1"
}

# box_listens NAME: systemd inside can be asked.
box_listens() {
  local pid
  pid=$(box_init "$1") && [ -S "/proc/$pid/root/run/systemd/private" ] && [ -S "/proc/$pid/root/run/dbus/system_bus_socket" ]
}

box_listens_or_ended() { box_listens "$1" || ! box_alive "$1"; }

# box_state NAME: off, starting, or what systemd says of itself.
box_state() {
  if ! box_init "$1" >/dev/null; then
    if box_alive "$1"; then echo starting; else echo off; fi
  elif box_listens "$1"; then
    (box_exec "$1" systemctl is-system-running </dev/null 2>/dev/null) || :
  else
    echo starting
  fi
}

# box_booted_or_ended NAME: its boot has an end; BOOTED is what systemd calls it. A systemd that has just begun may hang up
# on who asks: then it is asked again.
box_booted_or_ended() {
  BOOTED=$( (box_exec "$1" timeout 120 systemctl is-system-running --wait </dev/null) 2>&1) || :
  BOOTED=${BOOTED##*$'\n'} # warnings stand before it
  [[ $BOOTED =~ ^(running|degraded)$ ]] || ! box_alive "$1"
}

# box_wait NAME: until its boot has ended and its disks are known; says which units failed.
box_wait() {
  local failed BOOTED=
  eventually 60 box_listens_or_ended "$1" || box_give_up "$1" "systemd and D-Bus" 60
  eventually 120 box_booted_or_ended "$1" || box_give_up "$1" "the end of its boot (systemd says '$BOOTED')" 120
  box_alive "$1" || box_give_up "$1" "its boot, which ended,"
  (box_exec "$1" udevadm settle --timeout 30 </dev/null) || say "box $1: udev still works on devices after 30 s"
  [ "$BOOTED" = degraded ] || return 0
  failed=$(box_exec "$1" systemctl list-units --failed --plain --no-legend </dev/null | cut -d' ' -f1 | paste -sd' ')
  say "box $1 is degraded, failed units: $failed"
}

# box_give_up NAME WHAT [SECONDS]
box_give_up() {
  say "the last lines of the console of $1:"
  tail -n 15 "$STATE/boxes/$1/boot.log" >&2
  die "box $1 does not come up: waited${3:+ $3 s} for $2" "$0 logs $1, or $0 cut $1"
}
