# shellcheck shell=bash
# Control groups of the boxes: one below the caller's own in every hierarchy, found again by name. Sourced.
#
#   sandbox-STATE/NAME       the launcher
#   sandbox-STATE/NAME/box   all processes of the box: the root of its cgroup namespace
#
# Which processes belong to a box is therefore always the kernel's answer. No pid file is trusted or kept.

readonly CG=/sys/fs/cgroup
readonly CG_TOP=sandbox${STATE//\//-} # one per state directory, so that no sandbox ends another's processes

cgroup_require() {
  if ! [ -d $CG/freezer ] || ! [ -d $CG/memory ] || ! [ -d $CG/systemd ]; then
    die "needs the control groups of version 1 or hybrid below $CG (freezer, memory, systemd)" \
      "boot this machine with systemd.unified_cgroup_hierarchy=0"
  fi
}

# cgroup_hierarchies: one line "MOUNTPOINT OWN-PATH" for each mounted hierarchy.
cgroup_hierarchies() {
  local _ controllers path
  while IFS=: read -r _ controllers path; do
    case $controllers in
      "") [ -d $CG/unified ] || continue && controllers=unified ;;
      name=*) controllers=${controllers#name=} ;;
    esac
    printf '%s %s\n' "$CG/$controllers" "${path%/}"
  done </proc/self/cgroup
}

# cgroup_create NAME: makes it in every hierarchy. A new cpuset admits no process until it has CPUs and memory nodes.
cgroup_create() {
  local mount own dir
  while read -r mount own; do
    own=${own%%/"$CG_TOP"*}
    dir=$mount$own/$CG_TOP
    mkdir -p "$dir"
    if [ -e "$dir/cpuset.cpus" ] && [ "$(<"$dir/cgroup.clone_children")" = 0 ]; then
      cat "$mount$own/cpuset.cpus" >"$dir/cpuset.cpus"
      cat "$mount$own/cpuset.mems" >"$dir/cpuset.mems"
      echo 1 >"$dir/cgroup.clone_children"
    fi
    mkdir -p "$dir/$1"
  done < <(cgroup_hierarchies)
}

# cgroup_dirs NAME [HIERARCHY]: the directories of NAME, which may lie below the cgroup of an earlier caller.
cgroup_dirs() {
  local dir
  for dir in "$CG"/${2:-*}{,/*,/*/*}/"$CG_TOP/$1"; do
    [ ! -d "$dir" ] || printf '%s\n' "$dir"
  done
}

# cgroup_names: of all boxes that have one.
cgroup_names() {
  local dir
  for dir in "$CG"/freezer{,/*,/*/*}/"$CG_TOP"/[a-z]*/; do [ ! -d "$dir" ] || basename "$dir"; done
}

# cgroup_join PID NAME
cgroup_join() {
  local dir
  while read -r dir; do echo "$1" >"$dir/cgroup.procs"; done < <(cgroup_dirs "$2")
}

# cgroup_leave PID: back to where the top directory lies.
cgroup_leave() {
  local dir
  for dir in "$CG"/*{,/*,/*/*}/"$CG_TOP"; do
    [ ! -d "$dir" ] || echo "$1" >"${dir%/*}/cgroup.procs"
  done
}

# cgroup_limit NAME SIZE: at most SIZE (6G) of memory for all its processes and their page cache, and no way to
# open this machine's own disks. (Denying mknod as well would break runc, which asks for it.)
cgroup_limit() {
  local device
  echo "$2" >"$(cgroup_dirs "$1" memory)/memory.limit_in_bytes"
  for device in /sys/class/block/*/dev; do
    case $device in */loop*) continue ;; esac
    echo "b $(cut -d: -f1 "$device"):* rw" >"$(cgroup_dirs "$1" devices)/devices.deny"
  done
}

# cgroup_pids NAME: its processes, those of its children too. systemd leaves the freezer alone, so all are there.
cgroup_pids() {
  local dir
  while read -r dir; do
    find "$dir" -name cgroup.procs -exec cat {} +
  done < <(cgroup_dirs "$1" freezer) 2>/dev/null
}

cgroup_empty() { [ -z "$(cgroup_pids "$1")" ]; }

# cgroup_kill NAME: ends every process at once, and waits for that.
cgroup_kill() {
  local pids
  mapfile -t pids < <(cgroup_pids "$1")
  [ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || :
  eventually 10 cgroup_empty "$1"
}

# cgroup_remove NAME: removes the (empty) directories, and the common parent with the last. A process that was just
# killed can hold its group for a moment more.
cgroup_remove() {
  eventually 5 cgroup_try_remove "$1" || say "control groups of $1 are still in use: $(cgroup_dirs "$1" | paste -sd ' ')"
}

cgroup_try_remove() {
  local dir
  while read -r dir; do
    find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || :
    rmdir "${dir%/"$1"}" 2>/dev/null || :
  done < <(cgroup_dirs "$1")
  [ -z "$(cgroup_dirs "$1")" ]
}
