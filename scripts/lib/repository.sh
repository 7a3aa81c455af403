#!/usr/bin/env bash
# Makes a signed package repository for boxes out of .deb files:
#   deb [signed-by=.../devstats-sandbox.asc] http://ADDRESS/ sandbox main
# Run it (repository.sh DIR FILE_OR_DIRECTORY...), or source it and call make_repository.
set -euo pipefail
# shellcheck source=scripts/lib/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

REPOSITORY_SUITE=sandbox
REPOSITORY_KEY_NAME="DevStats sandbox repository"

# The throw-away key is without a passphrase: whoever can read the cache can sign for the sandbox, and nobody else trusts it.
# Its agent stays behind when we are killed, and must not hold the payload's lock (8) then.
repository_gpg() {
  GNUPGHOME=$DEVSTATS_CACHE/keys gpg --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@" 8>&-
}

repository_key() {
  local home=$DEVSTATS_CACHE/keys
  if [ ! -s "$home/public.asc" ]; then
    install -d -m 700 "$home"
    repository_gpg --list-secret-keys "$REPOSITORY_KEY_NAME" >/dev/null 2>&1 ||
      repository_gpg --quick-gen-key "$REPOSITORY_KEY_NAME" ed25519 sign never 2>/dev/null ||
      die "cannot make the sandbox repository's key in $home"
    repository_gpg --armor --export "$REPOSITORY_KEY_NAME" >"$home/public.new"
    mv "$home/public.new" "$home/public.asc"
  fi
  echo "$home/public.asc"
}

# The .deb files among the arguments, one a line; of equal file names the last one counts.
repository_inputs() {
  local path
  for path; do
    if [ -d "$path" ]; then find "$(realpath "$path")" -maxdepth 1 -name '*.deb' | sort; else realpath "$path"; fi
  done | awk -F/ '{ last[$NF] = $0 } END { for (name in last) print last[name] }' | sort
}

# Puts the inputs into the pool (by rename, so that a reader never sees half a file).
repository_fill() {
  local dir=$1 deb name
  mkdir -p "$dir/pool"
  while read -r deb; do
    name=${deb##*/}
    if [ "$deb" -ef "$dir/pool/$name" ]; then continue; fi
    cp -l "$deb" "$dir/pool/.$name" 2>/dev/null || cp -p "$deb" "$dir/pool/.$name"
    mv -f "$dir/pool/.$name" "$dir/pool/$name"
    rm -f "$dir/pool/.$name" # mv leaves it when both names are one file already
  done
}

# Writes the index of all in the pool that INPUTS names. Index files are also stored by their hash, and the last generation's are
# kept: a client that read the old InRelease still finds what it names, whenever the new one appears.
repository_index() {
  local dir=$1 inputs=$2 dist=$1/dists/$REPOSITORY_SUITE index name hash architecture only_sha256
  architecture=$(dpkg --print-architecture)
  index=$dist/main/binary-$architecture
  only_sha256=(-o APT::FTPArchive::MD5"=false" -o APT::FTPArchive::SHA1"=false" -o APT::FTPArchive::SHA512"=false")
  mkdir -p "$index/by-hash/SHA256"
  (cd "$dir" && apt-ftparchive "${only_sha256[@]}" packages pool) >"$index/.Packages"
  gzip -9nc "$index/.Packages" >"$index/.Packages.gz"
  find "$index/by-hash/SHA256" -type f -not -name "$(hash_of "$index/Packages")" -not -name "$(hash_of "$index/Packages.gz")" -delete
  for name in Packages Packages.gz; do
    hash=$(hash_of "$index/.$name")
    cp "$index/.$name" "$index/by-hash/SHA256/.$hash"
    mv "$index/by-hash/SHA256/.$hash" "$index/by-hash/SHA256/$hash"
    mv "$index/.$name" "$index/$name"
  done
  apt-ftparchive "${only_sha256[@]}" -o APT::FTPArchive::Release::Origin=DevStats -o APT::FTPArchive::Release::Label="DevStats sandbox" \
    -o APT::FTPArchive::Release::Suite="$REPOSITORY_SUITE" -o APT::FTPArchive::Release::Codename="$REPOSITORY_SUITE" \
    -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures="$architecture" \
    -o APT::FTPArchive::Release::Acquire-By-Hash=yes release "$dist" >"$dist/.Release"
  repository_gpg --yes --local-user "$REPOSITORY_KEY_NAME" --clearsign -o "$dist/.InRelease" "$dist/.Release"
  mv "$dist/.Release" "$dist/Release"
  mv "$dist/.InRelease" "$dist/InRelease"
  GNUPGHOME=$DEVSTATS_CACHE/keys gpgconf --kill gpg-agent
  stamp "$dir/.stamp" "$inputs"
}

hash_of() { if [ -e "$1" ]; then sha256sum <"$1" | cut -d' ' -f1; fi; }

# make_repository DIR FILE_OR_DIRECTORY...: DIR is the repository of exactly these packages, and can be served all the while.
make_repository() {
  local dir inputs list key
  dir=$(realpath -m "$1")
  shift
  list=$(repository_inputs "$@")
  [ -n "$list" ] || die "no package for the repository $dir among: $*"
  inputs=$({ key_of repository_index REPOSITORY_SUITE && xargs -d '\n' stat -Lc '%n %s %.9Y' <<<"$list"; } | sha256sum | cut -c1-64)
  key=$(repository_key)
  if stamped "$dir/.stamp" "$inputs" && cmp -s "$key" "$dir/devstats-sandbox.asc"; then return 0; fi
  say "repository: indexing $(wc -l <<<"$list") packages"
  mkdir -p "$dir"
  repository_fill "$dir" <<<"$list"
  LC_ALL=C comm -13 <(awk -F/ '{ print $NF }' <<<"$list" | LC_ALL=C sort) <(find "$dir/pool" -type f -printf '%f\n' | LC_ALL=C sort) |
    (cd "$dir/pool" && xargs -rd '\n' rm --)
  install -m 644 "$key" "$dir/devstats-sandbox.asc"
  repository_index "$dir" "$inputs"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  [ $# -ge 2 ] || die "usage: repository.sh DIR FILE_OR_DIRECTORY..."
  make_repository "$@"
fi
