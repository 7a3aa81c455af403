# shellcheck shell=bash
# The read-only root that all boxes of one suite share: made once by debootstrap, kept in the cache. Sourced.

# What a minimal real server has. What the product has to install itself (containerd, conntrack, socat,
# xfsprogs, nfs-common ...) must stay out, or a missing dependency would never be noticed here.
readonly BASE_PACKAGES=(
  systemd systemd-sysv dbus udev kmod libpam-systemd
  iproute2 iputils-ping iptables netbase procps util-linux fdisk e2fsprogs
  ca-certificates curl openssl less bash-completion
)

# base_packages SUITE: one a line. The boxes' repository has bookworm's packages: what ours need of another release's own, and
# bookworm's cannot give there, is part of its base.
base_packages() {
  printf '%s\n' "${BASE_PACKAGES[@]}"
  [ "$1" != trixie ] || echo libpq5
}

# base_mirror: the address from which this machine's own apt takes Debian.
base_mirror() {
  local site
  # shellcheck disable=SC2016 # apt expands these
  site=${DEVSTATS_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(SITE)' 'Created-By: Packages' |
    awk '$1 == "Debian" { print $2; exit }')}
  [ -n "$site" ] || die "apt on this machine knows no Debian mirror" \
    "run apt-get update, or set DEVSTATS_MIRROR to the address of a Debian mirror"
  printf '%s\n' "$site"
}

# base_path SUITE: where the root for today's package list lies, made or not.
base_path() {
  local key
  key=$(base_packages "$1" | sha256sum)
  printf '%s/base/%s-%s\n' "$CACHE" "$1" "${key:0:12}"
}

# base_ensure SUITE: makes the root unless it is there; prints its path. One maker at a time.
base_ensure() (
  local base temp
  mkdir -p "$CACHE/base"
  exec 8>"$CACHE/base/lock"
  flock 8
  base=$(base_path "$1")
  if [ ! -d "$base" ]; then
    require_tools debootstrap:debootstrap
    mkdir -p "$CACHE/debs"
    temp=$base.partial
    rm -rf --one-file-system "$temp"
    say "making the $1 base (some minutes, once); log: $CACHE/base-$1.log"
    base_build "$1" "$temp" >"$CACHE/base-$1.log" 2>&1 ||
      die "debootstrap of $1 failed: $(tail -n 3 "$CACHE/base-$1.log")" "read $CACHE/base-$1.log, check the mirror"
    mv -T "$temp" "$base"
  fi
  ln -sfnT "${base##*/}" "$CACHE/base/$1"
  printf '%s\n' "$base"
)

base_build() {
  local suite=$1 root=$2 include
  include=$(base_packages "$suite" | paste -sd ,)
  # Its mounts below the new root live in a namespace of their own, and end with it.
  unshare --mount debootstrap --variant=minbase --cache-dir="$CACHE/debs" --include="$include" \
    "$suite" "$root" "$(base_mirror)" || return
  # Each box has its own identity and sources; a path left here would leak into all of them.
  rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf" \
    "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/* "$root"/var/cache/apt/archives/*.deb \
    "$root"/var/lib/apt/lists/*Packages* "$root"/var/lib/apt/lists/*Release*
  : >"$root/etc/machine-id"
  mkdir -p "$root/etc/apt/keyrings" "$root/var/log/journal"
}
