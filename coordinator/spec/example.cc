// What `devstatsctl init` writes.
#include "coordinator/spec/spec.h"

namespace devstats::spec {

std::string ExampleSpec() {
  return R"(# DevStats on four servers. `devstatsctl explain KEY` tells more about each key, as in
# `devstatsctl explain nodes[].disks`; `devstatsctl plan` shows what would be done and changes nothing.
cluster: devstats

# Write your own addresses here. The name becomes the host name and the name of the Kubernetes node.
nodes:
  - name: devstats-master
    address: 10.0.0.10
    role: control-plane
    # The data disks by serial number or WWN, as `lsblk -d -o NAME,SERIAL,WWN` shows them; raid10 takes four
    # or more. No other disk is touched, and of these only those below wipe if something is on them.
    # disks: [SERIAL-1, SERIAL-2, SERIAL-3, SERIAL-4]
    # wipe: [SERIAL-1]
  - name: devstats-node-0
    address: 10.0.0.11
  - name: devstats-node-1
    address: 10.0.0.12
  - name: devstats-node-2
    address: 10.0.0.13

# Where the database and where everything else of DevStats may run: here on all nodes.
labels:
  node: devstats-app
  node2: devstats-db

os:
  hostname: true
  hosts: true
  swapOff: true
  modules: [overlay, br_netfilter, nf_conntrack]
  sysctl:
    # Pods reach each other and the world through the node.
    net.ipv4.ip_forward: 1
    net.bridge.bridge-nf-call-iptables: 1
    net.bridge.bridge-nf-call-ip6tables: 1
    net.ipv4.conf.all.rp_filter: 0
    net.ipv4.conf.default.rp_filter: 0
    # More than a thousand pods: neighbours, watched files, connections.
    net.ipv4.neigh.default.gc_thresh1: 4096
    net.ipv4.neigh.default.gc_thresh2: 8192
    net.ipv4.neigh.default.gc_thresh3: 16384
    fs.inotify.max_user_instances: 4096
    fs.inotify.max_user_watches: 1048576
    net.netfilter.nf_conntrack_max: 2621440
    net.core.somaxconn: 4096
  journald:
    maxUse: 2G
    maxRetention: 2week

# One file system of all data disks of a node. What grows is linked there: OpenEBS, containerd, kubelet, etcd,
# logs. A node without `disks` has plain directories at the same place.
storage:
  layout: raid10
  filesystem: ext4
  mount: /data

# Kubernetes' packages. Get the key with
#   curl -fsSL https://pkgs.k8s.io/core:/stable:/v1.35/deb/Release.key
# and compare its fingerprint with the one that Kubernetes publishes.
# repositories:
#   - name: kubernetes
#     uris: ["https://pkgs.k8s.io/core:/stable:/v1.35/deb/"]
#     suites: [/]
#     key: |
#       -----BEGIN PGP PUBLIC KEY BLOCK-----
#       ...
#       -----END PGP PUBLIC KEY BLOCK-----

packages:
  - name: nfs-common  # volumes that several pods share

runtime:
  package: containerd
  cniBinDir: /opt/cni/bin
  systemdCgroup: true
  # Registries with mirrors, that want a password (`devstatsctl secret set registry-password` asks for it, and only
  # its name stands here), or whose certificate is of an authority of their own (ca).
  # registries:
  #   - host: docker.io
  #     mirrors: ["https://mirror.example.com"]
  #   - host: registry.example.com
  #     user: robot
  #     passwordSecret: registry-password

kubernetes:
  version: 1.35.0
  packageVersion: 1.35.0-1.1
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
  # A node holds up to 1000 pods, so its part of the pod subnet must be a /22. It cannot be changed later.
  nodeMask: 22
  maxPods: 1000
  cni:
    # The bridge plugin and a route per node: nothing to download, but all nodes must share one network.
    kind: host-gateway
    # Or flannel. Read the manifest first; `curl -fsSL URL | sha256sum` prints what belongs below digest.
    # kind: manifest
    # manifest: https://github.com/flannel-io/flannel/releases/download/v0.27.4/kube-flannel.yml
    # digest: sha256:...
  proxy:
    conntrackMaxPerCore: 0  # nf_conntrack_max above holds

# Where Helm charts come from.
# charts:
#   repositories:
#     - name: openebs
#       url: https://openebs.github.io/openebs
#   mirror: /srv/charts  # in place of the internet

# What the cluster has beyond Kubernetes itself; each is off unless it is named. A chart from elsewhere is installed
# only with the digest of what you have read: `devstatsctl plan` tells how to get it.
# addons:
#   openebs: {digest: "sha256:..."}          # class openebs-hostpath, made the default
#   nfs: {digest: "sha256:...", size: 8Ti}   # class nfs-openebs-localstorage
#   metallb:
#     digest: sha256:...
#     pools:
#       test: {addresses: [10.0.0.21], address: 10.0.0.21}
#       prod: {addresses: [10.0.0.22], address: 10.0.0.22}
#   ingressNginx: {digest: "sha256:...", test: {}, prod: {}}
#   certManager:
#     digest: sha256:...
#     issuers:
#       test: {server: staging, email: ops@example.com}
#       prod: {server: production, email: ops@example.com}

# Charts that are installed once the cluster is verified, and kept as they are here.
# releases:
#   - name: store
#     namespace: shop
#     chart: /srv/charts/store  # or REPOSITORY/NAME with version and digest
#     values: {replicas: 2}
#     needs: []

# DevStats itself. Each environment is bound to its namespace, class, schedules, certificates and images by its name,
# and off unless it is named. `devstatsctl secret set test-pg-pass` keeps a secret; `devstatsctl explain
# environments.test.secrets` lists them.
# environments:
#   test:
#     preset: demo  # small machines; production has the sizes of upstream without it
#     domains:
#       - {name: test, host: teststats.example.com}
#     projects: [kubernetes, prometheus, "open*"]
#   prod:
#     domains:
#       - {name: prod, host: devstats.example.com}
#     patroni:
#       members: 3
#       storageSize: 2Ti
#       parameters: {shared_buffers: 64GB, effective_cache_size: 128GB, work_mem: 1GB}

# The projects: those that upstream shows, and what stands here over them.
# projects:
#   catalog: shipped
#   list:
#     kubernetes: {domains: [test, prod]}
#     mine: {title: Mine, repository: example/mine, domains: [test]}

# Contexts of the kubeconfig, each bound to its namespace.
contexts:
  test: {namespace: devstats-test}
  prod: {namespace: devstats-prod}
  shared: {namespace: default}
)";
}

}  // namespace devstats::spec
