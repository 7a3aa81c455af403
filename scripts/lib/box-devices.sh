# shellcheck shell=bash
# The device nodes of a box, and its view of the kernel's block devices: its own disks under their names. Sourced by
# box-init.sh. The kernel knows a disk as loopN only, so that name stays a second name of the same node.

readonly DEVICE_NODES=(
  "null c 1 3 666" "zero c 1 5 666" "full c 1 7 666" "random c 1 8 666" "urandom c 1 9 666"
  "tty c 5 0 666" "kmsg c 1 11 644" "fuse c 10 229 666" "autofs c 10 235 644" "net/tun c 10 200 666"
)

# devices_make DIR: a /dev for this box. Not devtmpfs: that shows every disk of the machine.
devices_make() {
  local dev=$1 name type major minor mode disk loop
  mount -t tmpfs -o mode=755,size=4m tmpfs "$dev"
  mkdir "$dev"/{net,pts,shm,mqueue}
  while read -r name type major minor mode; do
    mknod -m "$mode" "$dev/$name" "$type" "$major" "$minor"
  done < <(printf '%s\n' "${DEVICE_NODES[@]}")
  while read -r disk loop; do
    IFS=: read -r major minor <"/sys/class/block/$loop/dev"
    mknod -m 660 "$dev/$loop" b "$major" "$minor"
    ln "$dev/$loop" "$dev/$disk" # one inode: udev's watch sees writers that came by either name
  done <<<"$DISKS"
  mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts "$dev/pts"
  mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$dev/shm"
  mount -t mqueue mqueue "$dev/mqueue"
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  ln -s fd/0 "$dev/stdin"
  ln -s fd/1 "$dev/stdout"
  ln -s fd/2 "$dev/stderr"
  : >"$dev/console"
  mount --bind "$(tty)" "$dev/console"
}

# devices_show ROOT: /sys/block and /sys/class/block of ROOT list this box's disks only, and udev learns who they are.
devices_show() {
  local root=$1 dir disk loop part target
  for dir in sys/block sys/class/block; do
    mkdir -p "$root/run/block"
    mount -t tmpfs -o mode=755,size=64k tmpfs "$root/run/block"
    while read -r disk loop; do
      target=$(readlink -f "$root/sys/class/block/$loop")
      ln -s "${target#"$root"}" "$root/run/block/$disk"
      [ $dir = sys/class/block ] || continue
      for part in "$target/$loop"p*; do
        [ ! -d "$part" ] || ln -s "${part#"$root"}" "$root/run/block/${part##*/}"
      done
    done <<<"$DISKS"
    mount --move "$root/run/block" "$root/$dir"
  done
  rmdir "$root/run/block"
  devices_rules >"$root/run/udev/rules.d/55-sandbox-disks.rules"
}

# devices_rules: serial number and WWN as udev would read them from real disks, before the rules that use them (60-).
devices_rules() {
  local disk loop serial wwn bus
  while read -r disk loop; do
    # shellcheck disable=SC2153 # box-init.sh sets it
    serial=$(disk_serial "$NAME" "$disk")
    wwn=0x5$(sha256sum <<<"$serial" | cut -c1-15)
    bus=nvme
    [ "$disk" != "$SYSTEM_DISK" ] || bus=ata
    printf 'SUBSYSTEM=="block", KERNEL=="%s|%sp*", ENV{ID_BUS}="%s", ENV{ID_MODEL}="Sandbox_disk", ' "$loop" "$loop" "$bus"
    printf 'ENV{ID_SERIAL_SHORT}="%s", ENV{ID_SERIAL}="Sandbox_disk_%s", ENV{ID_WWN}="%s"\n' "$serial" "$serial" "$wwn"
    printf 'KERNEL=="%s", SYMLINK+="disk/by-id/%s-Sandbox_disk_%s disk/by-id/wwn-%s"\n' "$loop" "$bus" "$serial" "$wwn"
    printf 'KERNEL=="%sp*", SYMLINK+="disk/by-id/%s-Sandbox_disk_%s-part%%n disk/by-id/wwn-%s-part%%n"\n' \
      "$loop" "$bus" "$serial" "$wwn"
  done <<<"$DISKS"
  # Events of the other boxes' disks arrive as well; they must not become devices to systemd.
  echo 'SUBSYSTEM=="block", KERNEL=="loop*|zram*", ENV{ID_SERIAL_SHORT}=="", ENV{SYSTEMD_READY}="0"'
}
