#!/usr/bin/env bash
# box-init.sh NAME: what firmware and boot loader do for a server. PID 1 of new mount, pid, uts, ipc and cgroup
# namespaces: builds the box's file tree, pivots into it and becomes systemd. Run by box-start.sh; DISKS has the
# output of disks_attach; its terminal is the box's console.
set -euo pipefail
LIB=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/all.sh
. "$LIB/all.sh"
# shellcheck source=scripts/lib/box-devices.sh
. "$LIB/box-devices.sh"
# shellcheck source=scripts/lib/box-install.sh
. "$LIB/box-install.sh"

mount_root() {
  local base
  base=$(<"$BOX/base")
  mount -o noinit_itable "/dev/$SYSTEM_DISK" "$SYSTEM"
  mkdir -p "$SYSTEM"/{upper,work,boot}
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$SYSTEM/upper,workdir=$SYSTEM/work,redirect_dir=on" "$ROOT"
  mkdir -p "$ROOT/boot"
  mount --bind "$SYSTEM/boot" "$ROOT/boot" # shows the system disk as one in use
  [ ! -e "$SYSTEM/swap.img" ] || { : >>"$ROOT/swap.img" && mount --bind "$SYSTEM/swap.img" "$ROOT/swap.img"; }
}

# mount_shared: one folder for all boxes, as a server of network filesystems would have it; this kernel knows none.
mount_shared() {
  mkdir -p "$STATE/shared" "$ROOT/srv/shared"
  mount --bind "$STATE/shared" "$ROOT/srv/shared"
}

# mount_cgroups: read-only around the hierarchies, so that systemd adds none that boxes would share.
mount_cgroups() {
  local mount _ name
  mount -t tmpfs -o mode=755,size=1m tmpfs "$ROOT$CG"
  while read -r mount _; do
    name=${mount##*/}
    mkdir "$ROOT$mount"
    case $name in
      unified) mount -t cgroup2 cgroup2 "$ROOT$mount" ;;
      systemd) mount -t cgroup -o none,name=systemd cgroup "$ROOT$mount" ;;
      *) mount -t cgroup -o "$name" cgroup "$ROOT$mount" ;;
    esac
  done < <(cgroup_hierarchies)
  mount -o remount,ro "$ROOT$CG"
  # systemd takes itself for a container's, and leaves swap alone, where this name is missing. Here it is a group.
  mkdir -p "$ROOT$CG/systemd/release_agent"
}

# mount_proc: what the kernel tells about this boot must be the box's own. systemd of Debian 13 boots on
# control groups of version 1 only when its command line says so.
mount_proc() {
  mount -t proc proc "$ROOT/proc"
  cat /proc/sys/kernel/random/uuid >"$ROOT/run/boot-id"
  mount --bind "$ROOT/run/boot-id" "$ROOT/proc/sys/kernel/random/boot_id"
  echo "BOOT_IMAGE=/boot/vmlinuz-$(uname -r) ro quiet systemd.unified_cgroup_hierarchy=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1" \
    >"$ROOT/run/cmdline"
  mount --bind "$ROOT/run/cmdline" "$ROOT/proc/cmdline"
}

# mount_run: without udev's file systemd's device monitor stays off, because /dev is no devtmpfs, and mounts by
# UUID time out.
mount_run() {
  mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs "$ROOT/run"
  mkdir -p "$ROOT/run/udev/rules.d"
  : >"$ROOT/run/udev/control"
  mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$ROOT/tmp"
}

main() {
  NAME=$1 BOX=$STATE/boxes/$1 ROOT=$STATE/boxes/$1/root SYSTEM=$STATE/boxes/$1/system
  echo "sandbox: box $NAME starts $(date '+%F %T')"
  mkdir -p "$ROOT" "$SYSTEM" "$BOX/dev"
  mount --make-rprivate /
  devices_make "$BOX/dev"
  mount --rbind "$BOX/dev" /dev
  mount_root
  mount_shared
  mount_run
  mount_proc
  mount -t sysfs sysfs "$ROOT/sys" # of this network namespace
  devices_show "$ROOT"
  mount_cgroups
  install_once
  install_modules
  repo_key_into "$ROOT"
  hostname "$(<"$ROOT/etc/hostname")"
  mount --move /dev "$ROOT/dev"
  cd "$ROOT"
  mkdir -p run/old
  pivot_root . run/old
  umount --lazy /run/old
  rmdir /run/old
  mount --make-rshared / # as systemd leaves it on a server; kubelet needs it
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_COLORS=0 LANG=C.UTF-8 \
    /lib/systemd/systemd --log-target=journal --show-status=yes
}
main "$@"
