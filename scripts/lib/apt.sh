#!/usr/bin/env bash
# A private apt beside the machine's own: Debian's bookworm from the machine's mirror, with source packages, and with its own lists
# and status, so that nothing on the machine is configured, installed or upgraded. APT_SUITE asks for another release of Debian
# from the same mirror, with lists of its own. Sourced, never run.
# shellcheck source=scripts/lib/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

SANDBOX_SUITE=bookworm

apt_root() { echo "$DEVSTATS_CACHE/apt${APT_SUITE:+-$APT_SUITE}"; }

# The machine's own Debian entries as one-line sources, binary and source. Nothing when its lists were never fetched.
debian_sources() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=
  if [ -r "$keyring" ]; then options="[signed-by=$keyring] "; fi
  # These are fields of the format, not of the shell.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -F'|' -v suite="$SANDBOX_SUITE" -v options="$options" '$1 == "Debian" && index($2, suite) == 1 && !seen[$3]++ {
      print "deb " options $3
      print "deb-src " options $3 }' |
    if [ -n "${APT_SUITE:-}" ]; then sed -n "s/ $SANDBOX_SUITE / $APT_SUITE /p"; else cat; fi
}

# private_apt COMMAND... [options]: an apt tool (apt-get, apt-cache) in the private world, where no package is installed.
private_apt() {
  local root tool=$1
  root=$(apt_root)
  shift
  "$tool" -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State="$root/state" -o Dir::State::Lists="$root/lists" -o Dir::State::status="$root/status" \
    -o Dir::Cache="$root/cache" -o APT::Sandbox::User=root -o APT::Install-Recommends=false "$@"
}

# Fetches the lists once; `again` fetches newer ones.
private_apt_ready() {
  local root sources
  root=$(apt_root)
  [ "${1:-}" != again ] || rm -f "$root/ready"
  [ ! -e "$root/ready" ] || return 0
  sources=$(debian_sources)
  if [ -z "$sources" ]; then
    apt-get update -qq >&2 || die "apt-get update failed" "fix the machine's package sources, then run this again"
    sources=$(debian_sources)
  fi
  [ -n "$sources" ] || die "this machine's apt knows no Debian $SANDBOX_SUITE" "add it to /etc/apt/sources.list.d, then run this again"
  mkdir -p "$root"/{state,lists/partial,cache/archives/partial}
  : >"$root/status"
  echo "$sources" >"$root/sources.list"
  private_apt apt-get update -qq >&2 || die "cannot fetch Debian's package lists into $root/lists"
  : >"$root/ready"
}

# fetch_into DIR COMMAND...: runs a private_apt that downloads into DIR. Lists older than the mirror name files that are gone there:
# then they are fetched again, once.
fetch_into() {
  local dir=$1
  shift
  mkdir -p "$dir"
  private_apt_ready
  (cd "$dir" && private_apt "$@") >&2 && return
  private_apt_ready again
  (cd "$dir" && private_apt "$@") >&2 || die "cannot download from Debian: $*" "check the machine's package mirror, then run this again"
}

# unpacked NAME PACKAGE...: unpacks the packages into $DEVSTATS_CACHE/unpacked/NAME, once, and prints that path.
unpacked() {
  local name=$1 root=$DEVSTATS_CACHE/unpacked/$1 key deb
  shift
  key=$(printf '%s\n' "$@" | sha256sum | cut -c1-64)
  if ! stamped "$root/.stamp" "$key"; then
    rm -rf "$root" "$DEVSTATS_CACHE/unpacked/.$name"
    fetch_into "$DEVSTATS_CACHE/unpacked/.$name" apt-get download -qq "$@"
    mkdir -p "$root"
    for deb in "$DEVSTATS_CACHE/unpacked/.$name"/*.deb; do dpkg-deb -x "$deb" "$root" || die "cannot unpack $deb"; done
    rm -rf "$DEVSTATS_CACHE/unpacked/.$name"
    stamp "$root/.stamp" "$key"
  fi
  echo "$root"
}
