#!/usr/bin/env bash
# budget: 120
# What the built packages hold and need: one build installs on Debian 12, Debian 13 and Ubuntu 24.04. Needs scripts/packages.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"

TEMP=$(mktemp -d)
trap 'rm -rf "$TEMP"' EXIT
PACKAGES=(devstats-agent devstats-coordinator devstatsctl)

# Plain system libraries; everything else is linked statically.
BASE="libc.so.6 libcrypto.so.3 libgcc_s.so.1 libm.so.6 libstdc++.so.6 libsystemd.so.0"
declare -A NEEDED=(
  [usr/bin/devstats-agent]="$BASE libssl.so.3 libz.so.1"
  [usr/libexec/devstats/devstats-agent-executor]="$BASE libblkid.so.1 libkmod.so.2 libmount.so.1 libudev.so.1"
  [usr/bin/devstats-coordinator]="$BASE libcrypt.so.1 libcurl.so.4 libpq.so.5 libssl.so.3 libz.so.1"
  [usr/bin/devstatsctl]="libc.so.6 libcrypt.so.1 libcrypto.so.3 libgcc_s.so.1 libm.so.6 libstdc++.so.6 libz.so.1"
  [usr/libexec/devstats/devstatsctl-cluster]="libc.so.6 libcrypt.so.1 libcrypto.so.3 libcurl.so.4 libgcc_s.so.1 libm.so.6 libssl.so.3 libstdc++.so.6 libz.so.1"
)
# The names are Debian 12's. Where 64-bit time_t renamed a package (libssl3t64, libcurl4t64), the new one provides the
# old name with a version; tests/full/distributions.sh asks the archives.
BASE="libc6 libgcc-s1 libssl3 libstdc++6 libsystemd0"
declare -A DEPENDS=(
  [devstats-agent]="$BASE libblkid1 libkmod2 libmount1 libudev1 systemd zlib1g"
  [devstats-coordinator]="$BASE libcrypt1 libcurl4 libpq5 systemd tzdata zlib1g"
  [devstatsctl]="libc6 libcrypt1 libcurl4 libgcc-s1 libssl3 libstdc++6 tzdata zlib1g"
)
# The newest symbol versions that a program may ask for. All three distributions have newer ones: what raises a line
# here has to be looked up in the oldest of them.
declare -A NEWEST=(
  [GLIBC]=2.34 [GLIBCXX]=3.4.30 [CXXABI]=1.3.9 [GCC]=3.4 [LIBSYSTEMD]=240 [OPENSSL]=3.0.0 [CURL_OPENSSL]=4
  [BLKID]=2.17 [MOUNT]=2.24 [LIBUDEV]=183 [LIBKMOD]=5 [ZLIB]=1.2.9 [XCRYPT]=2.0
)

# The highest exposure of a unit by systemd-analyze security, times ten. The executor's work is to change the box.
declare -A EXPOSED=([devstats-agent]=15 [devstats-coordinator]=15 [devstats-agent-executor]=78)

deb_of() {
  local found=("$ROOT/out/$1"_*.deb)
  if [ ${#found[@]} -ne 1 ] || [ ! -e "${found[0]}" ]; then fail "not one $1 in out/: run scripts/packages"; fi
  echo "${found[0]}"
}
words() { tr ' ' '\n' | sed '/^$/d' | LC_ALL=C sort | paste -sd ' '; }

unpacks() {
  local package deb
  for package in "${PACKAGES[@]}"; do
    deb=$(deb_of "$package")
    mkdir "$TEMP/$package"
    dpkg-deb -x "$deb" "$TEMP/all"
    dpkg-deb -x "$deb" "$TEMP/$package"
  done
  local found
  found=$(cd "$TEMP/all" && find . -type f -perm /111 -printf '%P ')
  expect_eq "$(words <<<"$found")" "$(words <<<"${!NEEDED[*]}")" "the list of programs"
}

needs_system_libraries_only() {
  local program libraries
  for program in "${!NEEDED[@]}"; do
    libraries=$(readelf -d "$TEMP/all/$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux')
    expect_eq "$(words <<<"$libraries")" "$(words <<<"${NEEDED[$program]}")" "what $program is linked with"
  done
}

asks_for_old_symbols_only() {
  local program name version
  for program in "${!NEEDED[@]}"; do
    while read -r name version; do
      [ -n "${NEWEST[$name]:-}" ] || fail "$program asks for symbols of the unknown series ${name}_$version"
      expect_eq "$(printf '%s\n' "$version" "${NEWEST[$name]}" | sort -V | tail -n 1)" "${NEWEST[$name]}" \
        "the newest ${name}_ that $program asks for"
    done < <(objdump -T "$TEMP/all/$program" | grep -oE '\([A-Z_]+_[0-9.]+\)' | tr -d '()' | sort -u | sed 's/_\([0-9.]*\)$/ \1/')
  done
}

depends_on_what_all_have() {
  local package depends
  for package in "${PACKAGES[@]}"; do
    depends=$(dpkg-deb -f "$(deb_of "$package")" Depends | tr ',' '\n' | awk '{ print $1 }')
    expect_eq "$(words <<<"$depends")" "$(words <<<"${DEPENDS[$package]}")" "what $package depends on"
  done
}

pleases_lintian() {
  local package debs=()
  for package in "${PACKAGES[@]}"; do debs+=("$(deb_of "$package")"); done
  lintian --allow-root --fail-on error,warning "${debs[@]}"
}

# has PACKAGE FILE...
has() {
  local package=$1 file
  shift
  for file; do [ -s "$TEMP/$package/$file" ] || fail "$package has no $file"; done
}

has_manuals_and_units() {
  has devstats-agent usr/share/man/man8/devstats-agent.8.gz lib/systemd/system/devstats-agent{,-executor}.service \
    usr/lib/sysusers.d/devstats-agent.conf usr/lib/tmpfiles.d/devstats-agent.conf
  has devstats-coordinator usr/share/man/man8/devstats-coordinator.8.gz \
    lib/systemd/system/devstats-coordinator.service usr/lib/sysusers.d/devstats-coordinator.conf
  has devstatsctl usr/share/man/man1/devstatsctl.1.gz
  local manual
  for manual in "$TEMP"/all/usr/share/man/man?/*.gz; do
    # Not -q: zcat must be able to end.
    zcat "$manual" | grep '^\.SH NAME' >/dev/null || fail "${manual##*/} is no manual page"
  done
}

has_closed_units() {
  local unit file said
  for unit in "${!EXPOSED[@]}"; do
    file=$TEMP/all/lib/systemd/system/$unit.service
    said=$(systemd-analyze security --offline=true --no-pager --threshold="${EXPOSED[$unit]}" "$file" 2>&1) ||
      fail "$unit is more exposed than ${EXPOSED[$unit]}: $(tail -n 1 <<<"$said")"
  done
}

has_completion() {
  has devstatsctl usr/share/{bash-completion/completions/devstatsctl,zsh/vendor-completions/_devstatsctl} \
    usr/share/fish/vendor_completions.d/devstatsctl.fish
  bash -n "$TEMP/devstatsctl/usr/share/bash-completion/completions/devstatsctl"
}

says_its_version() {
  local version
  version=$(dpkg-deb -f "$(deb_of devstatsctl)" Version)
  expect_match "$("$TEMP/all/usr/bin/devstatsctl" --version)" "${version%%[-+~]*}" "what devstatsctl --version prints"
}

check "the packages hold the five programs" unpacks
check "they are linked with plain system libraries only" needs_system_libraries_only
check "they ask for no symbol that the oldest distribution lacks" asks_for_old_symbols_only
check "they depend on packages that all distributions have" depends_on_what_all_have
check "lintian has nothing to say" pleases_lintian
check "manuals, units and users are in them" has_manuals_and_units
check "units are no more exposed than they were" has_closed_units
check "completion is in them for three shells" has_completion
check "the program and its package have one version" says_its_version
finish
