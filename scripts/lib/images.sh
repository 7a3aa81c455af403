#!/usr/bin/env bash
# Makes the container images that kubeadm 1.20.2 asks for, and a busybox for tests, into $DEVSTATS_CACHE/images.
# They hold our build of Kubernetes and Debian's programs; `coredns` is our own small DNS server (standins/dns) under the
# name that kubeadm knows. Run it, or source it and call images_build.
set -euo pipefail
# shellcheck source=scripts/lib/kubernetes.sh
. "$(dirname "${BASH_SOURCE[0]}")/kubernetes.sh"

IMAGE_REPOSITORY=${IMAGE_REPOSITORY:-sandbox.local/k8s}
# The tags that kubeadm 1.20.2 asks for; what runs is Debian's etcd 3.4 and our own pause and DNS server.
ETCD_TAG=3.4.13-0 PAUSE_TAG=3.2 DNS_TAG=1.7.0 BUSYBOX_TAG=1

PROXY_PACKAGES=(
  iptables conntrack netbase libc6 libxtables12 libip4tc2 libip6tc2 libmnl0 libnftnl11 libnfnetlink0 libnetfilter-conntrack3
)
DNS_PACKAGES=(golang-github-miekg-dns-dev golang-golang-x-net-dev golang-golang-x-sys-dev golang-golang-x-sync-dev golang-golang-x-text-dev)

etcd_root() { unpacked etcd etcd-server libc6; }

# Our own programs (standins/), and what they are made from.
standins_key() {
  local key
  key=$(find "$PAYLOAD_LIB/standins" -name '*.go' | LC_ALL=C sort | xargs cat | sha256sum)
  echo "$(key_of standins_programs DNS_PACKAGES) ${key%% *}"
}

# standins_programs: builds them with Debian's libraries, vetted and tested first; prints the directory that holds them.
standins_programs() {
  local libraries work=$DEVSTATS_CACHE/standins key
  key=$(standins_key)
  if ! stamped "$work/.stamp" "$key"; then
    libraries=$(unpacked dns "${DNS_PACKAGES[@]}")
    rm -rf "$work/go"
    mkdir -p "$work/go/src/sandbox" "$work/bin"
    cp -r "$PAYLOAD_LIB"/standins/{kube,dns,storage,ingress} "$work/go/src/sandbox/"
    (
      go_env "$work/go:$libraries/usr/share/gocode"
      cd "$work/go/src/sandbox"
      go vet ./... && go test ./... >&2 && go build -ldflags '-s -w' -o "$work/bin/" ./dns ./storage ./ingress
    ) >&2 || die "the sandbox's stand-ins do not build"
    stamp "$work/.stamp" "$key"
  fi
  echo "$work/bin"
}

# runnable ROOT PROGRAM...: dies unless ROOT holds every library that the programs load; such a pod would only crash.
runnable() {
  local root=$1 program loader=$1/lib64/ld-linux-x86-64.so.2 path
  shift
  [ -e "$loader" ] || loader=$(echo "$root"/lib/*/ld-linux-*.so.*)
  path=$(printf '%s:' "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu)
  for program; do
    if "$loader" --inhibit-cache --library-path "$path" --list "$root/$program" | grep -v "$root\|vdso"; then
      die "an image would lack the libraries above, which $program needs" "add their packages to images.sh"
    fi
  done
}

# Each root_NAME DIR fills DIR with an image's files (hard links into the cache, so nothing is copied twice).
root_kube() {
  install -d "$2/usr/local/bin"
  cp -l "$(kubernetes_dir)/bin/$1" "$2/usr/local/bin/"
}

root_etcd() {
  local from
  from=$(etcd_root)
  install -d "$1/usr/local/bin"
  cp -al "$from"/lib "$from"/lib64 "$1/"
  cp -l "$from/usr/bin/etcd" "$1/usr/local/bin/"
  runnable "$1" usr/local/bin/etcd
}

root_kube_proxy() {
  local from tool
  from=$(unpacked proxy "${PROXY_PACKAGES[@]}")
  root_kube kube-proxy "$1"
  cp -al "$from"/. "$1/"
  rm -rf "$1/.stamp" "${1:?}"/usr/share "$1"/usr/lib/*/gconv
  # As on the boxes, where Debian's default is nft: with both kinds in use, rules of one would hide from the other.
  for tool in {iptables,ip6tables}{,-save,-restore}; do ln -sf xtables-nft-multi "$1/usr/sbin/$tool"; done
  runnable "$1" usr/sbin/xtables-nft-multi usr/sbin/conntrack
}

root_pause() { gcc -Os -s -static -o "$1/pause" "$PAYLOAD_LIB/pause/pause.c"; }

root_coredns() {
  local programs
  programs=$(standins_programs)
  cp -l "$programs/dns" "$1/coredns"
}

root_busybox() {
  local from applet
  from=$(unpacked busybox busybox-static)
  install -d "$1"/{bin,etc,root,var}
  install -d -m 1777 "$1/tmp"
  cp -l "$from/bin/busybox" "$1/bin/"
  "$from/bin/busybox" --list | while read -r applet; do
    [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
  done
}

# Of mkimage.py, for the next image.
IMAGE_OPTIONS=()

# image KEY NAME:TAG FILL ENTRYPOINT...: makes one image, whose files FILL lays out, unless it was made from the same inputs.
image() {
  local key="$1 $2" reference=$2 fill=$3 dir=$DEVSTATS_CACHE/images name root
  shift 3
  name=${reference%%:*}
  if stamped "$dir/.$name.stamp" "$key" && [ -e "$dir/$name.tar" ]; then return 0; fi
  say "images: making $reference"
  root=$dir/.$name.root
  rm -rf "$root"
  mkdir -p "$root"
  # Words on purpose: a function with its first argument.
  # shellcheck disable=SC2086
  $fill "$root"
  "$PAYLOAD_LIB/mkimage.py" "${IMAGE_OPTIONS[@]}" "$dir/$name.tar" "$IMAGE_REPOSITORY/$reference" "$root" "$@"
  rm -rf "$root"
  stamp "$dir/.$name.stamp" "$key"
}

images_build() {
  local version=v$KUBERNETES_VERSION own program
  own=$(key_of image IMAGE_REPOSITORY "$PAYLOAD_LIB/mkimage.py")
  kubernetes_build
  for program in kube-apiserver kube-controller-manager kube-scheduler; do
    image "$own $(key_of root_kube "$(kubernetes_dir)/.stamp")" "$program:$version" "root_kube $program"
  done
  image "$own $(key_of root_kube root_kube_proxy PROXY_PACKAGES "$(kubernetes_dir)/.stamp")" "kube-proxy:$version" root_kube_proxy
  image "$own $(key_of root_etcd etcd_root)" "etcd:$ETCD_TAG" root_etcd
  image "$own $(key_of root_pause "$PAYLOAD_LIB/pause/pause.c")" "pause:$PAUSE_TAG" root_pause /pause
  image "$own $(key_of root_coredns) $(standins_key)" "coredns:$DNS_TAG" root_coredns /coredns
  image "$own $(key_of root_busybox)" "busybox:$BUSYBOX_TAG" root_busybox
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then images_build; fi
