#!/usr/bin/env bash
# budget: 120
# Tests of what needs neither network nor a build: stamps, images, the repository (with a real apt), refusals.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LIB=$HERE/../../scripts/lib
# shellcheck source=tests/fast/check.sh
. "$HERE/check.sh"
export DEVSTATS_CACHE=$TEMP/cache
# shellcheck source=scripts/lib/cache.sh
. "$LIB/cache.sh"

test_keys() {
  local before
  # These are read through their names.
  # shellcheck disable=SC2317,SC2034
  one() { echo 1; }
  # shellcheck disable=SC2034
  VALUE=(a b)
  before=$(key_of one VALUE)
  # shellcheck disable=SC2317
  one() {
    # a comment that counts for nothing
    echo 1
  }
  check "a comment does not change a key" equal "$(key_of one VALUE)" "$before"
  # shellcheck disable=SC2034
  VALUE=(a c)
  check "a variable does" not equal "$(key_of one VALUE)" "$before" >/dev/null
  echo x >"$TEMP/input"
  before=$(key_of "$TEMP/input")
  echo y >"$TEMP/input"
  check "a file's content does" not equal "$(key_of "$TEMP/input")" "$before" >/dev/null
}

test_stamps() {
  check "no stamp at first" not stamped "$TEMP/made/.stamp" k1
  stamp "$TEMP/made/.stamp" k1
  check "stamped" stamped "$TEMP/made/.stamp" k1
  check "another key is not stamped" not stamped "$TEMP/made/.stamp" k2
  : >"$TEMP/made/.stamp"
  check "an empty stamp is none" not stamped "$TEMP/made/.stamp" k1
}

test_images() {
  local root=$TEMP/root image=$TEMP/image
  mkdir -p "$root/bin" "$image"
  echo program >"$root/bin/program"
  ln -s program "$root/bin/alias"
  chmod 755 "$root/bin/program"
  "$LIB/mkimage.py" "$image/one.tar" test.local/x:1 "$root" /bin/program
  touch -d 2001-01-01 "$root/bin/program"
  "$LIB/mkimage.py" "$image/two.tar" test.local/x:1 "$root" /bin/program
  check "the same files give the same image" cmp "$image/one.tar" "$image/two.tar"
  check "nothing else is left" equal "$(cd "$image" && echo *)" "one.tar two.tar"
  tar xf "$image/one.tar" -C "$image"
  check "its name" equal "$(jq -r '.[0].RepoTags[0]' "$image/manifest.json")" test.local/x:1
  check "its entry point" equal "$(jq -r '.config.Entrypoint[0]' "$image/config.json")" /bin/program
  check "its layer's digest" equal "$(jq -r '.rootfs.diff_ids[0]' "$image/config.json")" "sha256:$(sha256sum <"$image/layer.tar" | cut -c1-64)"
  check "files and links" contains "$(tar tvf "$image/layer.tar")" "alias -> program"
  check "owned by root, whoever made it" not grep -v ' 0/0 ' <(tar tvf "$image/layer.tar" --numeric-owner)
  test_layers "$root" "$image"
  check "a name without a tag is refused" not "$LIB/mkimage.py" "$image/three.tar" test.local/x "$root" 2>/dev/null
  check "a missing root is refused" not "$LIB/mkimage.py" "$image/three.tar" test.local/x:1 "$TEMP/absent" 2>/dev/null
  check "and leaves nothing" not ls "$image"/three* 2>/dev/null
}

# An image on top of another: what both have is stored once.
test_layers() {
  local base=$1 image=$2 root=$TEMP/upper files
  cp -al "$base" "$root"
  mkdir -p "$root/home/user"
  echo own >"$root/home/user/file"
  rm "$root/bin/program"
  echo replaced >"$root/bin/program"
  "$LIB/mkimage.py" --base "$base" --user 999 --owner home/user=999 --env A=b --workdir /home/user --cmd sh "$image/upper.tar" test.local/y:1 "$root"
  mkdir "$image/upper"
  tar xf "$image/upper.tar" -C "$image/upper"
  files=$(tar tvf "$image/upper/layer1.tar" --numeric-owner)
  check "the layer below is that of any image made from it" cmp "$image/upper/layer0.tar" "$image/layer.tar"
  check "what it has is not stored again" not grep alias <<<"$files"
  check "what was replaced is" contains "$files" "bin/program"
  check "an owner" contains "$files" "999/999"
  check "both layers are named" equal "$(jq -c '[.[0].Layers, (.[0].Layers | length)]' "$image/upper/manifest.json")" '[["layer0.tar","layer1.tar"],2]'
  check "the image's settings" equal "$(jq -c '.config | [.User, .WorkingDir, .Cmd, .Env[1]]' "$image/upper/config.json")" '["999","/home/user",["sh"],"A=b"]'
}

# package NAME VERSION: makes a tiny package in $TEMP/debs.
package() {
  mkdir -p "$TEMP/debs" "$TEMP/package/DEBIAN"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: t <t@localhost>\nDescription: test\n' "$1" "$2" >"$TEMP/package/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$TEMP/package" "$TEMP/debs" >/dev/null
}

# client COMMAND...: an apt that knows only the repository.
client() {
  local root=$TEMP/client tool=$1
  shift
  mkdir -p "$root"/{lists/partial,archives/partial}
  : >>"$root/status"
  echo "deb [signed-by=$TEMP/trusted.asc] copy:$TEMP/repo/ sandbox main" >"$root/sources.list"
  "$tool" -qq -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$root" \
    -o Dir::State::status="$root/status" -o Dir::Cache="$root" -o Dir::Cache::archives="$root/archives" \
    -o APT::Sandbox::User=root "$@" 2>&1
}

versions() { client apt-cache madison "$1" | awk '{ print $3 }' | sort | paste -sd' '; }

test_repository() {
  local repo=$TEMP/repo before hash
  package one 1.0
  package one 1.1
  package two 1.0
  check "made" "$LIB/repository.sh" "$repo" "$TEMP/debs" 2>/dev/null
  cp "$repo/devstats-sandbox.asc" "$TEMP/trusted.asc"
  check "apt trusts it" equal "$(client apt-get update)" ""
  check "both versions are there" equal "$(versions one)" "1.0 1.1"
  client apt-get install -y --download-only -o Dir::Cache::archives="$TEMP/client/archives" one=1.0 two >/dev/null
  check "apt downloads from it" equal "$(cd "$TEMP/client/archives" && echo *.deb)" "one_1.0_all.deb two_1.0_all.deb"

  before=$(stat -c %y "$repo/dists/sandbox/InRelease")
  check "the same inputs" "$LIB/repository.sh" "$repo" "$TEMP/debs"
  check "change nothing" equal "$(stat -c %y "$repo/dists/sandbox/InRelease")" "$before"

  cp "$repo/dists/sandbox/InRelease" "$TEMP/old"
  package one 1.2
  rm "$TEMP/debs/two_1.0_all.deb"
  check "made anew" "$LIB/repository.sh" "$repo" "$TEMP/debs" 2>/dev/null
  while read -r hash; do
    check "a client of the old index still finds it" test -e "$repo/dists/sandbox/main/binary-$(dpkg --print-architecture)/by-hash/SHA256/$hash"
  done < <(awk '$3 ~ /Packages/ { print $1 }' "$TEMP/old")
  client apt-get update
  check "a new version appears" equal "$(versions one)" "1.0 1.1 1.2"
  check "a package that is gone disappears" equal "$(versions two)" ""
  check "from the pool too" not test -e "$repo/pool/two_1.0_all.deb"

  package one 1.2 # the same version, built again
  echo changed >"$TEMP/package/file"
  package one 1.2
  check "made again" "$LIB/repository.sh" "$repo" "$TEMP/debs" 2>/dev/null
  check "a rebuilt package replaces its like" cmp "$TEMP/debs/one_1.2_all.deb" "$repo/pool/one_1.2_all.deb"
  client apt-get update
  check "and its index is right" contains "$(client apt-cache show one=1.2)" "SHA256: $(sha256sum <"$TEMP/debs/one_1.2_all.deb" | cut -c1-64)"
}

test_repository_refusals() {
  local repo=$TEMP/repo
  sed -i 's/^Origin: .*/Origin: Mallory/' "$repo/dists/sandbox/InRelease"
  check "a changed index is not trusted" contains "$(client apt-get update)" "BADSIG"
  check "no package, no repository" contains "$("$LIB/repository.sh" "$TEMP/none" "$TEMP/root" 2>&1)" "no package for the repository"
  check "the secret key is nobody else's" equal "$(stat -c %a "$DEVSTATS_CACHE/keys")" 700
  check "usage" contains "$("$LIB/payload.sh" nonsense 2>&1)" "usage: payload.sh build | repository"
  check "an API server without a build says what to do" contains "$("$LIB/apiserver.sh" 2>&1)" "run scripts/lib/payload.sh build"
}

test_keys
test_stamps
test_images
test_repository
test_repository_refusals
[ "$FAILED" = 0 ]
