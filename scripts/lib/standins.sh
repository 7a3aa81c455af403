#!/usr/bin/env bash
# Makes into $DEVSTATS_CACHE/images what a DevStats cluster needs and a sandbox cannot get from elsewhere: stand-ins, made of Debian's
# packages and small programs of our own (standins/), and named as such: sandbox.local/standins/NAME.
#   patroni           the real Patroni 3.0 and PostgreSQL 15, with an entry point that reads what the DevStats chart sets
#   devstats          scripts with the commands, exit statuses, flags and tables of DevStats, on a handful of made-up data
#   devstats-tests    DevStats' own tests, of which there are none here
#   devstats-static, devstats-grafana, devstats-api   nginx with the pages that are asked for
#   storage, ingress  in the place of OpenEBS with an NFS server, and of ingress-nginx
# Run it, or source it and call standins_build.
set -euo pipefail
# shellcheck source=scripts/lib/images.sh
. "$(dirname "${BASH_SOURCE[0]}")/images.sh"

STANDINS_REPOSITORY=sandbox.local/standins STANDINS_TAG=1
STANDINS=$PAYLOAD_LIB/standins

DEBIAN_PACKAGES=(busybox-static bash libc6 libtinfo6)
# For the libraries of libpq, which all that speaks to PostgreSQL loads.
LIBPQ_PACKAGES=(
  libpq5 libssl3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libldap-2.5-0 libsasl2-2
  libgnutls30 libidn2-0 libunistring2 libnettle8 libhogweed6 libgmp10 libp11-kit0 libtasn1-6 libffi8 zlib1g
)
CLIENT_PACKAGES=(postgresql-client-15 "${LIBPQ_PACKAGES[@]}" libreadline8 liblz4-1 libzstd1 libpcre2-8-0 libpsl5 libuuid1 wget ca-certificates xz-utils liblzma5)
SERVER_PACKAGES=(
  postgresql-15 "${CLIENT_PACKAGES[@]}" libicu72 libstdc++6 libgcc-s1 libxml2 libxslt1.1 libgcrypt20 libgpg-error0 libpam0g libaudit1
  libcap-ng0 libselinux1 libsystemd0 libcap2 locales tzdata
)
PYTHON_PACKAGES=(
  python3-minimal python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 libbz2-1.0 patroni python3-cdiff python3-click
  python3-colorama python3-dateutil python3-prettytable python3-psutil python3-psycopg2 python3-six python3-urllib3 python3-wcwidth
  python3-yaml libyaml-0-2
)
NGINX_PACKAGES=(nginx nginx-common libcrypt1 libpcre2-8-0 libssl3 zlib1g)

# add ROOT NAME PACKAGE...: the packages' files, but for those that only people read.
add() {
  local root=$1 from
  from=$(unpacked "${@:2}")
  cp -al --remove-destination "$from"/. "$root/"
  rm -rf "${root:?}"/.stamp "${root:?}"/usr/share/{doc,man,info,lintian,locale,i18n,gdb,bash-completion} "$root"/usr/{include,lib/*/gconv}
}

# standins_base: the root of the layer below all of these: a shell, busybox for the rest, the C library, and who is who.
standins_base() {
  local root=$DEVSTATS_CACHE/standins/base key applet
  key=$(key_of standins_base add DEBIAN_PACKAGES)
  if ! stamped "$root.stamp" "$key"; then
    rm -rf "$root"
    mkdir -p "$root"/{bin,sbin,etc,root,tmp,run,usr/bin,usr/sbin,var/log}
    ln -s /run "$root/var/run"
    chmod 1777 "$root/tmp"
    add "$root" debian "${DEBIAN_PACKAGES[@]}"
    "$root/bin/busybox" --list-full | while read -r applet; do
      [ -e "$root/$applet" ] || [ -L "$root/$applet" ] || ln -s /bin/busybox "$root/$applet"
    done
    printf '%s\n' root:x:0:0:root:/root:/bin/bash www-data:x:33:33:www-data:/var/www:/bin/sh \
      postgres:x:999:999:postgres:/home/postgres:/bin/bash nobody:x:65534:65534:nobody:/:/bin/sh >"$root/etc/passwd"
    printf '%s\n' root:x:0: www-data:x:33: postgres:x:999: nogroup:x:65534: >"$root/etc/group"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
    stamp "$root.stamp" "$key"
  fi
  echo "$root"
}

# copy_of_base ROOT: an image's files begin with the layer below, so that programs can be tried in it.
copy_of_base() {
  local base
  base=$(standins_base)
  cp -al "$base"/. "$1/"
}

root_patroni() {
  local server
  copy_of_base "$1"
  add "$1" server "${SERVER_PACKAGES[@]}"
  add "$1" python "${PYTHON_PACKAGES[@]}"
  # Compiling queries would need LLVM, ten times the size of the server.
  rm -rf "$1"/usr/lib/postgresql/15/lib/{llvmjit.so,llvmjit_types.bc,bitcode,pgxs} "$1"/usr/lib/python3*/test
  server=$(unpacked server "${SERVER_PACKAGES[@]}")
  install -d "$1/usr/lib/locale" "$1/home/postgres/pgdata" "$1/home/postgres/.config/patroni" "$1/run/postgresql"
  I18NPATH=$server/usr/share/i18n localedef --no-archive -i en_US -f UTF-8 "$1/usr/lib/locale/en_US.utf8"
  ln -s /home/postgres/patroni.yml "$1/home/postgres/.config/patroni/patronictl.yaml"
  ln -s ../lib/postgresql/15/bin/{psql,pg_isready,pg_controldata} "$1/usr/bin/" 2>/dev/null || :
  install -m 755 "$STANDINS/patroni/entrypoint.sh" "$1/entrypoint.sh"
  runnable "$1" usr/lib/postgresql/15/bin/{postgres,initdb,pg_basebackup,pg_rewind,psql} usr/bin/python3.11
}

# The client programs are those themselves, not the wrapper, which wants Perl and a cluster on this machine.
root_devstats() {
  local program
  copy_of_base "$1"
  add "$1" client "${CLIENT_PACKAGES[@]}"
  for program in psql pg_isready pg_dump pg_restore createdb dropdb vacuumdb; do ln -sf "../lib/postgresql/15/bin/$program" "$1/usr/bin/$program"; done
  cat "$1"/usr/share/ca-certificates/mozilla/*.crt | install -D -m 644 /dev/stdin "$1/etc/ssl/certs/ca-certificates.crt"
  cp -dR --remove-destination "$STANDINS/devstats/." "$1/"
  runnable "$1" usr/lib/postgresql/15/bin/{psql,pg_dump,pg_restore} usr/bin/wget
}

root_tests() {
  copy_of_base "$1"
  cp -dR --remove-destination "$STANDINS/tests/." "$1/"
}

# root_nginx NAME ROOT: nginx with the files of standins/NAME.
root_nginx() {
  copy_of_base "$2"
  add "$2" nginx "${NGINX_PACKAGES[@]}"
  rm -rf "$2"/etc/nginx/{sites-*,modules-*,snippets} "$2"/var/www
  install -d "$2"/var/{log/nginx,lib/nginx}
  cp -dR --remove-destination "$STANDINS/$1/." "$2/"
  runnable "$2" usr/sbin/nginx
}

root_ingress() {
  local programs
  programs=$(standins_programs)
  copy_of_base "$1"
  add "$1" nginx "${NGINX_PACKAGES[@]}"
  install -d "$1"/var/{log/nginx,lib/nginx}
  cp -l "$programs/ingress" "$1/usr/bin/ingress"
}

root_storage() {
  local programs
  programs=$(standins_programs)
  cp -l "$programs/storage" "$1/storage"
}

# standin NAME KEY FILL [OPTION...] [-- ENTRYPOINT...]: OPTION as mkimage.py has them.
standin() {
  local name=$1 key=$2 fill=$3 own IMAGE_OPTIONS=() IMAGE_REPOSITORY=$STANDINS_REPOSITORY
  shift 3
  while [ $# -gt 0 ] && [ "$1" != -- ]; do IMAGE_OPTIONS+=("$1"); shift; done
  own=$(key_of image standin add standins_base copy_of_base DEBIAN_PACKAGES "$PAYLOAD_LIB/mkimage.py")
  own+=" $(sha256sum <<<"$key ${IMAGE_OPTIONS[*]} $*")"
  image "${own% -}" "$name:$STANDINS_TAG" "$fill" "${@:2}"
}

# tree_key DIRECTORY: a digest of the files below it.
tree_key() {
  (cd "$1" && { find . -printf '%P %m %l\n' && find . -type f -exec sha256sum {} +; } | LC_ALL=C sort | sha256sum | cut -c1-64)
}

standins_build() {
  local base name
  base=$(standins_base)
  standin storage "$(standins_key) $(key_of root_storage)" root_storage -- /storage
  standin ingress "$(standins_key) $(key_of root_ingress NGINX_PACKAGES)" root_ingress --base "$base" -- /usr/bin/ingress
  standin patroni "$(key_of root_patroni SERVER_PACKAGES PYTHON_PACKAGES) $(tree_key "$STANDINS/patroni")" root_patroni --base "$base" \
    --user 999 --env PGHOME=/home/postgres --env HOME=/home/postgres --env LANG=en_US.UTF-8 --workdir /home/postgres \
    --owner home/postgres=999 --owner run/postgresql=999 --cmd /bin/bash --cmd /entrypoint.sh
  standin devstats "$(key_of root_devstats CLIENT_PACKAGES) $(tree_key "$STANDINS/devstats")" root_devstats --base "$base" \
    --workdir /go/src/devstats --cmd devstats
  standin devstats-tests "$(key_of root_tests) $(tree_key "$STANDINS/tests")" root_tests --base "$base" --cmd test.sh
  for name in static grafana api; do
    standin "devstats-$name" "$(key_of root_nginx NGINX_PACKAGES) $(tree_key "$STANDINS/$name")" "root_nginx $name" --base "$base" --cmd nginx
  done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then standins_build; fi
