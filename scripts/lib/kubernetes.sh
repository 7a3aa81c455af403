#!/usr/bin/env bash
# Builds Kubernetes 1.20.2 (seven programs, and our crictl beside them) from Debian's source package into
# $DEVSTATS_CACHE/kubernetes/1.20.2/bin. Cold it takes some ten minutes of CPU; killed, it goes on where it was
# (Go's build cache); a second run does nothing. Run it, or source it and call kubernetes_build.
set -euo pipefail
# shellcheck source=scripts/lib/apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"

KUBERNETES_VERSION=1.20.2
KUBERNETES_COMMIT=faecb196815e248d3ecfb03c680a4507229c2a56
KUBERNETES_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubeadm kubectl)

kubernetes_dir() { echo "$DEVSTATS_CACHE/kubernetes/$KUBERNETES_VERSION"; }

# The Go that Debian has, unpacked in the cache; module mode would refuse this old vendor tree.
go_env() {
  local goroot
  goroot=$(unpacked go golang-1.19-go golang-1.19-src) || return
  export GOROOT=$goroot/usr/lib/go-1.19 GOCACHE=$DEVSTATS_CACHE/go-build GO111MODULE=off GOPROXY=off
  export CGO_ENABLED=0 GOFLAGS=-trimpath GOPATH=$1 PATH=$goroot/usr/lib/go-1.19/bin:$PATH
}

# Fetches the source package into DIR and lays it out there as a GOPATH with Debian's patches.
kubernetes_unpack() {
  local dir=$1 tree=$1/go/src/k8s.io/kubernetes patch
  mkdir -p "$tree" "$dir/debian"
  fetch_into "$dir/source" apt-get source --download-only -qq kubernetes
  tar xzf "$dir"/source/kubernetes_*.orig.tar.gz --strip-components=1 -C "$tree"
  tar xJf "$dir"/source/kubernetes_*.debian.tar.xz --strip-components=1 -C "$dir/debian"
  grep -v '^ *\(#\|$\)' "$dir/debian/patches/series" | while read -r patch; do
    patch -d "$tree" -p1 -s <"$dir/debian/patches/$patch" || die "Debian's patch $patch does not apply"
  done
}

# The vendored reflect2 1.0.1 corrupts memory when built with Go 1.18 or newer (an API server dies at its first PATCH); Debian's is fixed.
kubernetes_mend() {
  local vendor=$1/vendor/github.com/modern-go fixed
  fixed=$(unpacked reflect2 golang-github-modern-go-reflect2-dev)
  rm -rf "$vendor/reflect2"
  cp -a "$fixed/usr/share/gocode/src/github.com/modern-go/reflect2" "$vendor/reflect2"
}

# Upstream's archive lacks one generated file. The generator's report must be the one that upstream lists as its known exceptions.
kubernetes_generate() {
  local tree=$1 packages
  cd "$tree"
  go build -o "$GOPATH/bin/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=' cmd pkg plugin staging/src | grep -v _test.go | xargs -n1 dirname | LC_ALL=C sort -u |
    grep -vE 'code-generator|sample-apiserver' | sed 's,^staging/src,vendor,; s,^,k8s.io/kubernetes/,' | paste -sd,)
  "$GOPATH/bin/openapi-gen" -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$GOPATH/violations"
  diff -q "$GOPATH/violations" api/api-rules/violation_exceptions.list >&2 ||
    die "openapi-gen reports other violations than upstream's: see $GOPATH/violations"
}

kubernetes_prepare() {
  local work=$1 tree=$1/go/src/k8s.io/kubernetes key
  key=$(key_of kubernetes_unpack kubernetes_mend kubernetes_generate)
  if stamped "$work/.prepared" "$key"; then return 0; fi
  say "kubernetes $KUBERNETES_VERSION: preparing the source"
  rm -rf "$work"
  kubernetes_unpack "$work"
  kubernetes_mend "$tree"
  (kubernetes_generate "$tree")
  stamp "$work/.prepared" "$key"
}

# The version that the programs report: upstream sets it while linking.
kubernetes_ldflags() {
  local package set flags=-s\ -w
  for package in component-base/version client-go/pkg/version; do
    for set in gitVersion="v$KUBERNETES_VERSION" gitMajor=1 gitMinor=20 gitTreeState=archive gitCommit="$KUBERNETES_COMMIT" \
      buildDate=2021-01-13T13:20:00Z; do
      flags+=" -X k8s.io/kubernetes/vendor/k8s.io/$package.$set"
    done
  done
  echo "$flags"
}

# One invocation for all, so that what they share is compiled once; moved into place only when all are there.
kubernetes_compile() {
  local work=$1 bin=$2 tree=$1/go/src/k8s.io/kubernetes
  mkdir -p "$tree/cmd/crictl" "$work/bin"
  cp "$PAYLOAD_LIB/crictl/main.go" "$tree/cmd/crictl/"
  (cd "$tree" && nice go build -p 2 -ldflags "$(kubernetes_ldflags)" -o "$work/bin/" "${KUBERNETES_PROGRAMS[@]/#/./cmd/}" ./cmd/crictl) >&2 ||
    die "kubernetes $KUBERNETES_VERSION does not build; the source is in $tree"
  mkdir -p "$(dirname "$bin")"
  rm -rf "$bin.old"
  if [ -e "$bin" ]; then mv "$bin" "$bin.old"; fi
  mv "$work/bin" "$bin"
  rm -rf "$bin.old"
}

kubernetes_build() {
  local dir work key
  dir=$(kubernetes_dir) work=$DEVSTATS_CACHE/kubernetes/source
  key=$(key_of go_env kubernetes_unpack kubernetes_mend kubernetes_generate kubernetes_ldflags kubernetes_compile \
    KUBERNETES_VERSION KUBERNETES_COMMIT KUBERNETES_PROGRAMS "$PAYLOAD_LIB/crictl/main.go")
  if stamped "$dir/.stamp" "$key"; then return 0; fi
  (
    go_env "$work/go"
    kubernetes_prepare "$work"
    say "kubernetes $KUBERNETES_VERSION: building (about ten minutes of CPU when Go's cache is empty)"
    kubernetes_compile "$work" "$dir/bin"
  )
  stamp "$dir/.stamp" "$key"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then kubernetes_build; fi
