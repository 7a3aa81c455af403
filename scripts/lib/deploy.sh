# shellcheck shell=bash
# Puts the product on sandbox boxes as an operator does it on real servers: packages by apt, enrolment by token. Every
# function can be run again. Sourced; callers define ROOT, the checkout.

box() { "$ROOT/scripts/sandbox" shell "$@"; }

# deploy_packages NAME...: the newest packages of the repository. The first box is the master.
deploy_packages() {
  local name jobs=() job failed=0
  for name; do
    deploy_packages_on "$name" "$([ "$name" != "$1" ] || echo devstats-coordinator devstatsctl)" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  return $failed
}

deploy_packages_on() {
  local name=$1 more=$2 log
  # shellcheck disable=SC2016  # expanded by the box's shell
  log=$(box "$name" 'export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update && apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends install -y '"devstats-agent $more" 2>&1) ||
    { printf 'installing on %s failed:\n%s\n' "$name" "$(tail -n 5 <<<"$log")" >&2; return 1; }
}

# deploy_enrol MASTER NAME...: boxes that have no certificate yet get theirs.
deploy_enrol() {
  local master=$1 name
  for name; do
    box "$name" test -e /var/lib/devstats-agent/front/identity/cert.pem || deploy_enrol_one "$master" "$name" || return
  done
}

# What an operator copies: the master prints the command and, on a line of its own, the token for its prompt.
deploy_enrol_one() {
  local master=$1 name=$2 lines command token
  lines=$(box "$master" devstatsctl node token "$name") || return
  command=$(grep '^devstats-agent enrol ' <<<"$lines")
  token=$(tail -n 1 <<<"$lines")
  box "$name" "$command" <<<"$token"
}

# deploy_charts MASTER: those of the stand-ins, where the coordinator reads them.
deploy_charts() {
  tar c -C "$ROOT/scripts/lib/standins" charts | box "$1" tar x -C /srv --no-same-owner
}

# deploy_secrets MASTER ENVIRONMENT...: values for all that an environment cannot do without; those that are set stay.
deploy_secrets() {
  local master=$1 environment name have
  shift
  have=$(box "$master" devstatsctl secret list -o json | jq -r '.entries[]?.name')
  for environment; do
    for name in pg-pass pg-pass-ro pg-pass-team pg-pass-rep gha2db-github-oauth gf-security-admin-password; do
      grep -qx "$environment-$name" <<<"$have" ||
        head -c 18 /dev/urandom | base64 | tr -d '+/=\n' | box "$master" devstatsctl secret set "$environment-$name"
    done
  done
}

# standins_spec: what a sandbox's cluster.yaml has besides, for DevStats: storage classes, and an ingress for each environment.
standins_spec() {
  cat <<'YAML'
releases:
  - { name: sandbox-cluster, namespace: sandbox, chart: /srv/charts/sandbox-cluster }
  - name: sandbox-ingress-test
    namespace: devstats-test
    chart: /srv/charts/sandbox-ingress
    values: { class: nginx-test, httpPort: 31080, httpsPort: 31443 }
  - name: sandbox-ingress-prod
    namespace: devstats-prod
    chart: /srv/charts/sandbox-ingress
    values: { class: nginx-prod, httpPort: 30080, httpsPort: 30443 }
YAML
}

# sandbox_nodes MASTER NAME...: the nodes of a cluster.yaml; with DISKS=yes each with its first data disk.
# BOX_OS is what runs on them.
sandbox_nodes() {
  local master=$1 name addresses
  addresses=$("$ROOT/scripts/sandbox" status -o json)
  printf 'cluster: sandbox\nnodes:\n'
  for name; do
    cat <<YAML
  - name: $name
    address: $(jq -r --arg n "$name" '.[] | select(.name == $n) | .address' <<<"$addresses")
    role: $([ "$name" = "$master" ] && echo control-plane || echo worker)
    os: ${BOX_OS:-debian-12}
YAML
    [ "${DISKS:-}" != yes ] || printf '    disks: [SBX-%s-0]\n' "${name^^}"
  done
}

# host_spec MASTER NAME...: cluster.yaml for these boxes, kernel parameters alone.
host_spec() {
  sandbox_nodes "$@"
  cat <<'YAML'
os:
  hostname: false
  hosts: false
  swapOff: false
  sysctl:
    net.ipv4.ip_forward: "1"
    net.ipv4.conf.all.rp_filter: "0"
    net.ipv4.conf.default.rp_filter: "0"
    net.core.somaxconn: "4096"
YAML
}

# sandbox_spec MASTER NAME...: cluster.yaml for these boxes, everything. Where it differs from a production one, one
# machine's kernel is the reason.
sandbox_spec() {
  DISKS=yes sandbox_nodes "$@"
  cat <<'YAML'
labels: { node: devstats-app, node2: devstats-db }
os:
  modules: [overlay, br_netfilter, nf_conntrack]
  # The scale set of a real cluster (neighbour tables, conntrack) is the machine's, not a box's: left out here.
  sysctl:
    net.bridge.bridge-nf-call-iptables: "1"
    net.ipv4.ip_forward: "1"
    net.ipv4.conf.all.rp_filter: "0"
    net.ipv4.conf.default.rp_filter: "0"
    net.core.somaxconn: "4096"
  journald: { maxUse: 200M, maxRetention: 2week }
storage: { layout: single, filesystem: ext4, mount: /data }
runtime:
  package: containerd
  sandboxImage: sandbox.local/k8s/pause:3.2
  cniBinDir: /usr/lib/cni
  systemdCgroup: false # the boxes' control groups are version 1, shared with this machine's
  restrictOomScoreAdj: true # this machine may not lower it
  registries:
    - { host: sandbox.local, mirrors: ["http://10.99.0.1:8080"] }
kubernetes:
  version: 1.20.2
  packageVersion: 1.20.2-00devstats1
  serviceSubnet: 10.112.0.0/16 # the usual one holds the addresses of the boxes
  imageRepository: sandbox.local/k8s
  checkImage: sandbox.local/k8s/busybox:1
  cni: { kind: host-gateway }
  proxy: { conntrackMaxPerCore: 0, conntrackMin: 0 } # not writable in a box
contexts:
  test: { namespace: devstats-test }
  prod: { namespace: devstats-prod }
  shared: { namespace: default }
YAML
}

# environments_spec: two environments for that cluster.yaml, of the smallest size, from the stand-ins' images.
environments_spec() {
  printf 'environments:\n'
  environment_spec test kubernetes prometheus fluentd
  environment_spec prod prometheus
}

# environment_spec NAME PROJECT...
environment_spec() {
  local name=$1 kind pod
  shift
  cat <<YAML
  $name:
    preset: demo
    domains: [{ name: $name, host: $name.devstats.sandbox, image: "sandbox.local/standins/devstats-static:1" }]
    projects: [$(IFS=, && echo "$*")]
    issuer: "" # nobody issues here
    grafanaData: image # the stand-in is a page and no more
    patroni:
      storageSize: 1Gi
      loopWait: 5
      retryTimeout: 10
      ttl: 30
      parameters: { shared_buffers: 24MB, effective_cache_size: 64MB, work_mem: 4MB, maintenance_work_mem: 16MB, wal_buffers: 1MB,
        max_wal_size: 128MB, min_wal_size: 48MB, wal_keep_size: 64MB, max_slot_wal_keep_size: 256MB }
    values: { postgresLeaderRole: master } # Patroni 3
    images:
YAML
  for kind in patroni devstats-{api,grafana,static,tests}; do printf '      %s: sandbox.local/standins/%s:1\n' "${kind#devstats-}" "$kind"; done
  for kind in affiliations backups provision reports sync vacuum; do printf '      %s: sandbox.local/standins/devstats:1\n' "$kind"; done
  printf '    resources:\n      patroni: { requests: { cpu: 10m, memory: 64Mi }, limits: { cpu: "1", memory: 256Mi } }\n'
  for pod in affiliations api backups bootstrap grafana provision reports static sync vacuum; do
    printf '      %s: { requests: { cpu: 5m, memory: 16Mi }, limits: { cpu: "1", memory: 128Mi } }\n' "$pod"
  done
}
