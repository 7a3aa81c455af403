# shellcheck shell=bash
# What the installer of a distribution leaves on a new server. Sourced by box-init.sh; works on $ROOT and $SYSTEM.

# install_once: only at the first boot. Afterwards the files are the administrator's, whoever changes them.
install_once() {
  local address
  [ ! -e "$SYSTEM/installed" ] || return 0
  address=$(<"$BOX/address")
  cp -dR "$LIB/box-root/." "$ROOT/"
  rm -f "$ROOT/etc/machine-id" # of the base, which all boxes would share
  tr -d - </proc/sys/kernel/random/uuid >"$ROOT/etc/machine-id"
  echo "$NAME" >"$ROOT/etc/hostname"
  printf '127.0.0.1 localhost\n%s %s\n\n::1 localhost ip6-localhost ip6-loopback\n' "$address" "$NAME" >"$ROOT/etc/hosts"
  echo "nameserver $GATEWAY" >"$ROOT/etc/resolv.conf"
  printf '# <file system> <mount point> <type> <options> <dump> <pass>\n' >"$ROOT/etc/fstab"
  [ ! -s "$BOX/swap" ] || install_swap "$(<"$BOX/swap")"
  install_sources >"$ROOT/etc/apt/sources.list.d/sandbox.sources"
  sync --file-system "$SYSTEM"
  touch "$SYSTEM/installed"
}

install_sources() {
  printf 'Types: deb\nURIs: %s\nSuites: sandbox\nComponents: main\nSigned-By: %s\n' \
    "$REPO_URL" "/etc/apt/keyrings/$REPO_KEY"
}

# install_swap SIZE: a file on the system disk itself (overlay cannot carry swap), bound to where it belongs. Written
# out: pages swapped to holes would cut the disk's image into thousands of extents, and removing that takes minutes
# where the host's file system discards each of them.
install_swap() {
  rm -f "$SYSTEM/swap.img"
  head -c "$1" /dev/zero >"$SYSTEM/swap.img"
  chmod 600 "$SYSTEM/swap.img"
  mkswap --quiet "$SYSTEM/swap.img"
  : >"$ROOT/swap.img"
  mount --bind "$SYSTEM/swap.img" "$ROOT/swap.img"
  echo '/swap.img none swap sw 0 0' >>"$ROOT/etc/fstab"
}

# Kernel configuration and the module a distribution makes of it: what is built in here is listed as built in there,
# so modprobe, modinfo and systemd-modules-load agree with what the kernel can do.
readonly BUILTIN_MODULES=(
  "OVERLAY_FS fs/overlayfs/overlay" "XFS_FS fs/xfs/xfs" "EXT4_FS fs/ext4/ext4" "BTRFS_FS fs/btrfs/btrfs"
  "FUSE_FS fs/fuse/fuse" "NFS_FS fs/nfs/nfs" "BRIDGE net/bridge/bridge"
  "BRIDGE_NETFILTER net/bridge/br_netfilter" "NF_CONNTRACK net/netfilter/nf_conntrack" "NF_NAT net/netfilter/nf_nat"
  "NF_TABLES net/netfilter/nf_tables" "NETFILTER_XTABLES net/netfilter/x_tables" "IP_NF_IPTABLES net/ipv4/netfilter/ip_tables"
  "IP_VS net/netfilter/ipvs/ip_vs" "VXLAN drivers/net/vxlan/vxlan" "VETH drivers/net/veth" "DUMMY drivers/net/dummy"
  "TUN drivers/net/tun" "BLK_DEV_LOOP drivers/block/loop" "ZRAM drivers/block/zram/zram"
  "BLK_DEV_DM drivers/md/dm-mod" "BLK_DEV_MD drivers/md/md-mod" "MD_RAID10 drivers/md/raid10"
)

install_modules() {
  local release dir path
  release=$(uname -r)
  dir=$ROOT/lib/modules/$release
  [ -d "$dir" ] || [ ! -r /proc/config.gz ] || {
    mkdir -p "$dir"
    while read -r _ path; do
      echo "kernel/$path.ko"
    done < <(printf '%s\n' "${BUILTIN_MODULES[@]}" | grep -Ff <(zcat /proc/config.gz | sed -n 's/^CONFIG_\(.*\)=y$/\1 /p')) \
      >"$dir/modules.builtin"
    : >"$dir/modules.order"
    chroot "$ROOT" depmod "$release"
  }
}
