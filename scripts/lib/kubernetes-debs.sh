#!/usr/bin/env bash
# Packs our build of Kubernetes 1.20.2 as the packages that a Kubernetes repository would offer (kubelet, kubeadm, kubectl, cri-tools),
# laid out as upstream's, into $DEVSTATS_CACHE/kubernetes/1.20.2/debs. Run it, or source it and call kubernetes_debs.
set -euo pipefail
# shellcheck source=scripts/lib/kubernetes.sh
. "$(dirname "${BASH_SOURCE[0]}")/kubernetes.sh"

KUBERNETES_DEB_VERSION=$KUBERNETES_VERSION-00devstats1

kubernetes_debs_dir() { echo "$(kubernetes_dir)/debs"; }

kubelet_unit() {
  cat <<'UNIT'
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/home/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
}

# The order of the files matters: what the administrator puts into /etc/default/kubelet wins.
kubeadm_dropin() {
  cat <<'UNIT'
# Made for clusters that kubeadm sets up: it writes the files named here.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
}

# As upstream's package: the kubelet is enabled and started, and restarts until kubeadm has written its configuration.
kubelet_scripts() {
  cat >"$1/postinst" <<'SH'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  deb-systemd-helper enable kubelet.service >/dev/null || true
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload
    deb-systemd-invoke restart kubelet.service
  fi
fi
SH
  cat >"$1/prerm" <<'SH'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then deb-systemd-invoke stop kubelet.service; fi
SH
  cat >"$1/postrm" <<'SH'
#!/bin/sh
set -e
if [ "$1" = purge ]; then deb-systemd-helper purge kubelet.service >/dev/null; fi
if [ -d /run/systemd/system ]; then systemctl --system daemon-reload; fi
SH
  chmod 755 "$1"/{postinst,prerm,postrm}
}

# pack ROOT NAME DEPENDS DESCRIPTION: makes ROOT's package. DESCRIPTION as in a control file.
pack() {
  local root=$1 name=$2 depends=$3 description=$4 dir
  dir=$(kubernetes_debs_dir)
  mkdir -p "$root/DEBIAN"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$name" "$KUBERNETES_DEB_VERSION" "$(dpkg --print-architecture)"
    printf 'Maintainer: DevStats sandbox <sandbox@localhost>\nSection: misc\nPriority: optional\n'
    printf 'Installed-Size: %s\n' "$(du -sk "$root" | cut -f1)"
    [ -z "$depends" ] || printf 'Depends: %s\n' "$depends"
    printf 'Description: %s\n' "$description"
  } >"$root/DEBIAN/control"
  (cd "$root" && find . -path './etc/*' -type f -printf '/%P\n') >"$root/DEBIAN/conffiles"
  # Equal inputs give equal packages. Fast compression: they are made here and installed here.
  find "$root" -exec touch -h -d @1610544000 {} +
  SOURCE_DATE_EPOCH=1610544000 dpkg-deb --root-owner-group -Zgzip -z1 --build "$root" "$dir" >/dev/null
}

pack_all() {
  local work=$1 bin name
  bin=$(kubernetes_dir)/bin
  for name in kubelet kubeadm kubectl crictl; do install -D -m 755 "$bin/$name" "$work/$name/usr/bin/$name"; done
  install -d "$work/kubelet/DEBIAN" "$work/kubelet/lib/systemd/system" "$work/kubelet/etc/kubernetes/manifests"
  install -d "$work/kubeadm/etc/systemd/system/kubelet.service.d"
  kubelet_unit >"$work/kubelet/lib/systemd/system/kubelet.service"
  kubelet_scripts "$work/kubelet/DEBIAN"
  kubeadm_dropin >"$work/kubeadm/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
  pack "$work/kubelet" kubelet \
    "iptables (>= 1.4.21), containernetworking-plugins (>= 0.8.7), iproute2, socat, util-linux, mount, ebtables, ethtool, conntrack" \
    $'Kubernetes node agent\n Built for a sandbox from the source in Debian.'
  pack "$work/kubeadm" kubeadm "kubelet (>= 1.13.0), kubectl (>= 1.13.0), containernetworking-plugins (>= 0.8.7), cri-tools (>= 1.13.0)" \
    $'Kubernetes cluster bootstrap tool\n Built for a sandbox from the source in Debian.'
  pack "$work/kubectl" kubectl "" $'Kubernetes command line client\n Built for a sandbox from the source in Debian.'
  pack "$work/crictl" cri-tools "" \
    $'small stand-in for the CRI tools\n Not the cri-tools of the Kubernetes project: a small program under the name crictl, with the commands\n that kubeadm runs and a few for people, for a sandbox.'
}

kubernetes_debs() {
  local dir work key
  kubernetes_build
  dir=$(kubernetes_debs_dir) work=$(kubernetes_dir)/.pack
  key=$(key_of kubelet_unit kubeadm_dropin kubelet_scripts pack pack_all KUBERNETES_DEB_VERSION "$(kubernetes_dir)/.stamp")
  if stamped "$dir/.stamp" "$key"; then return 0; fi
  say "packages: packing kubelet, kubeadm, kubectl and cri-tools $KUBERNETES_DEB_VERSION"
  rm -rf "$work" "$dir"
  mkdir -p "$work" "$dir"
  pack_all "$work"
  rm -rf "$work"
  stamp "$dir/.stamp" "$key"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then kubernetes_debs; fi
