#!/usr/bin/env bash
# Debian's Patroni 3.0 and the Python modules that it needs beside Python itself, for tests that run a cluster on loopback.
# PostgreSQL comes from scripts/setup. Sourced, or run: then it prints the root of the files.
# Usage: scripts/lib/patroni.sh [bullseye|trixie]   with a release of Debian: its Patroni (2.0, 4.0), on the modules above
# shellcheck source=scripts/lib/apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"

patroni_root() {
  unpacked patroni patroni python3-etcd python3-psycopg2 python3-yaml python3-urllib3 python3-six python3-dateutil python3-click \
    python3-prettytable python3-wcwidth python3-psutil python3-cdiff python3-dnspython python3-pkg-resources
}

# patroni_of SUITE: only what bookworm's modules do not give it.
patroni_of() {
  local packages=(patroni)
  [ "$1" != trixie ] || packages+=(python3-ydiff)
  patroni_root >/dev/null
  APT_SUITE=$1 unpacked "patroni-$1" "${packages[@]}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  if [ $# -eq 0 ]; then patroni_root; else patroni_of "$1"; fi
fi
