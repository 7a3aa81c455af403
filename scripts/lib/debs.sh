#!/usr/bin/env bash
# Fetches into $DEVSTATS_CACHE/debs/bookworm the Debian packages that boxes install, with all they need beyond the boxes' base root.
# The boxes' own package world is closed: what is not in this list and not in the base cannot be installed there.
# Run it, or source it and call debs_fetch.
set -euo pipefail
# shellcheck source=scripts/lib/apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"

SANDBOX_PACKAGES=(
  containerd runc containernetworking-plugins conntrack socat ethtool ebtables iptables iproute2 mount util-linux
  nfs-common e2fsprogs xfsprogs btrfs-progs mdadm lvm2 dmsetup parted gdisk smartmontools nvme-cli libnvme1 libkmod2
  chrony bash-completion adduser gnupg procps kmod libpq5
)

# Apart by suite: a repository that held two releases' packages would upgrade a box to the newer one.
debs_dir() { echo "$DEVSTATS_CACHE/debs/$SANDBOX_SUITE"; }

debs_fetch() {
  local status=$DEVSTATS_CACHE/base/$SANDBOX_SUITE/var/lib/dpkg/status dir key
  dir=$(debs_dir)
  # Without the base the closure goes down to libc, which only makes it larger.
  [ -e "$status" ] || status=/dev/null
  key=$(key_of SANDBOX_PACKAGES debs_fetch "$status")
  if stamped "$dir/.stamp" "$key"; then return 0; fi
  say "packages: fetching what boxes install"
  mkdir -p "$dir/partial"
  private_apt_ready again
  private_apt apt-get install -qq -y --download-only -o Dir::State::status="$status" -o Dir::Cache::archives="$dir" \
    "${SANDBOX_PACKAGES[@]}" >&2 || die "cannot fetch the packages that boxes install into $dir" "check the machine's package mirror, then run this again"
  stamp "$dir/.stamp" "$key"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then debs_fetch; fi
