# shellcheck shell=bash
# Settings of the kernel that all boxes and this machine share: kept before the first box, put back after the last. Sourced.

# What systemd, kubelet and the product itself set and no namespace keeps apart.
readonly SHARED_SYSCTLS=(
  kernel.core_pattern kernel.core_uses_pid kernel.panic kernel.panic_on_oops kernel.pid_max kernel.sysrq
  kernel.keys.root_maxbytes kernel.keys.root_maxkeys kernel.hung_task_timeout_secs
  vm.max_map_count vm.overcommit_memory vm.panic_on_oom vm.swappiness
  vm.dirty_background_ratio vm.dirty_ratio vm.vfs_cache_pressure vm.min_free_kbytes
  fs.aio-max-nr fs.file-max fs.nr_open fs.protected_fifos fs.protected_hardlinks fs.protected_regular fs.protected_symlinks
  fs.inotify.max_queued_events fs.inotify.max_user_instances fs.inotify.max_user_watches
  net.ipv4.ip_forward
)

# host_prepare: root's inotify instances are counted over all boxes together, and 128 do not last for three.
host_prepare() {
  local key
  if [ ! -e "$STATE/host-sysctl" ]; then
    for key in "${SHARED_SYSCTLS[@]}"; do
      sysctl --ignore "$key" 2>/dev/null || :
    done | write_file "$STATE/host-sysctl"
  fi
  [ "$(sysctl -n fs.inotify.max_user_instances)" -ge 2048 ] || sysctl -qw fs.inotify.max_user_instances=2048
}

host_restore() {
  [ -e "$STATE/host-sysctl" ] || return 0
  sysctl -q --load "$STATE/host-sysctl" || say "not every shared setting could be put back; they stand in $STATE/host-sysctl"
  rm -f "$STATE/host-sysctl"
}
