#!/usr/bin/env bash
# budget: 180
# Tests of the built payload: that the programs run, that boxes can install from the repository alone, and that a real API server
# and our DNS server work together. Needs root and `scripts/lib/payload.sh build`.
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LIB=$HERE/../../scripts/lib
# shellcheck source=tests/fast/check.sh
. "$HERE/../fast/check.sh"
# shellcheck source=scripts/lib/payload.sh
. "$LIB/payload.sh"
# shellcheck source=scripts/lib/apiserver.sh
. "$LIB/apiserver.sh"
set +e

BIN=$(kubernetes_dir)/bin
IMAGES=$DEVSTATS_CACHE/images

test_programs() {
  local program
  for program in "${KUBERNETES_PROGRAMS[@]}"; do
    if [ "$program" = kubectl ]; then check kubectl contains "$("$BIN/kubectl" version --client --short)" v1.20.2; continue; fi
    if [ "$program" = kubeadm ]; then check kubeadm equal "$("$BIN/kubeadm" version -o short)" v1.20.2; continue; fi
    check "$program" equal "$("$BIN/$program" --version)" "Kubernetes v1.20.2"
  done
  check "crictl explains itself" contains "$("$BIN/crictl" -h 2>&1)" "stand-in"
  check "crictl without a runtime" contains "$("$BIN/crictl" -r unix:///absent pods -q 2>&1)" "cannot reach the container runtime"
  check "crictl with an unknown command" contains "$("$BIN/crictl" frobnicate 2>&1)" 'no command "frobnicate"'
  check "crictl with an operand missing" not "$BIN/crictl" rmp 2>/dev/null
}

# The names that kubeadm will ask a box's runtime for are exactly those of our images (and busybox).
test_image_names() {
  local asked made
  asked=$("$BIN/kubeadm" config images list --image-repository "$IMAGE_REPOSITORY" --kubernetes-version v1.20.2 | sort)
  made=$(for image in "$IMAGES"/*.tar; do tar xOf "$image" manifest.json | jq -r '.[].RepoTags[]'; done | grep "^$IMAGE_REPOSITORY/" | grep -v busybox | sort)
  check "kubeadm's images" equal "$made" "$asked"
}

# inside IMAGE COMMAND...: runs a program in the image's files alone.
inside() {
  local root=$TEMP/images/$1 layer
  if [ ! -d "$root" ]; then
    mkdir -p "$root"
    for layer in $(tar xOf "$IMAGES/$1.tar" manifest.json | jq -r '.[0].Layers[]'); do
      tar xOf "$IMAGES/$1.tar" "$layer" | tar x -C "$root"
    done
  fi
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "${@:2}" 2>&1
}

test_images_run() {
  local program
  for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
    check "$program in its image" equal "$(inside $program $program --version)" "Kubernetes v1.20.2"
  done
  check "etcd in its image" contains "$(inside etcd etcd --version)" "etcd Version: 3.4"
  for program in iptables ip6tables iptables-save iptables-restore; do
    check "kube-proxy's $program" contains "$(inside kube-proxy $program --version)" nf_tables
  done
  check "kube-proxy's conntrack" contains "$(inside kube-proxy conntrack --version)" conntrack
  check "busybox" equal "$(inside busybox sh -c 'echo a | tr a b')" b
  check "the DNS server" contains "$(inside coredns /coredns -help)" Corefile
}

# The stand-ins' programs have what they load; that they do their work is for a cluster to show.
test_standins_run() {
  check "Patroni" contains "$(inside patroni patroni --version)" "patroni 3.0"
  check "its server" contains "$(inside patroni /usr/lib/postgresql/15/bin/postgres --version)" "PostgreSQL) 15."
  check "its client library for Python" equal "$(inside patroni python3 -c 'import psycopg2, urllib3, yaml; print(psycopg2.extensions.libpq_version() // 10000)')" 15
  check "its locale" contains "$(inside patroni /usr/bin/env LC_ALL=en_US.UTF-8 python3 -c 'import locale; print(locale.setlocale(locale.LC_ALL, ""))')" en_US.UTF-8
  check "its entry point without an environment" contains "$(inside patroni /usr/bin/env HOME=/tmp /entrypoint.sh)" "POD_IP: is not set"
  for program in psql pg_dump pg_restore; do
    check "DevStats' $program" contains "$(inside devstats $program --version)" "PostgreSQL) 15."
  done
  check "its wget" contains "$(inside devstats wget --version)" "GNU Wget"
  check "a provisioning without a project" contains "$(inside devstats /go/src/devstats/devstats-helm/deploy_all.sh)" "PROJ and PROJDB must be set"
  check "a sync without a project" contains "$(inside devstats devstats)" "ONLY names no project"
  for name in static grafana api; do
    check "the configuration of devstats-$name" contains "$(inside "devstats-$name" nginx -t)" "test is successful"
  done
  check "the storage provisioner" contains "$(inside storage /storage -help)" hostpath
  check "the ingress controller" contains "$(inside ingress ingress -help)" class
}

test_pause() {
  local pause
  inside pause /absent >/dev/null
  chroot "$TEMP/images/pause" /pause &
  pause=$!
  check "pause listens to SIGINT, SIGTERM and SIGCHLD" eventually grep -q 'SigCgt:.*14002$' "/proc/$pause/status"
  kill "$pause"
  check "and ends when told to" wait "$pause"
}

# A box's apt, which knows only the base's packages and the repository, can install all that a node needs.
test_closed_world() {
  local root=$TEMP/box status=$DEVSTATS_CACHE/base/$SANDBOX_SUITE/var/lib/dpkg/status plan
  check "the base is there (scripts/sandbox makes it)" test -r "$status"
  check "the repository" payload_repository "$TEMP/repo" 2>/dev/null
  mkdir -p "$root"/{lists/partial,archives/partial}
  echo "deb [signed-by=$TEMP/repo/devstats-sandbox.asc] copy:$TEMP/repo/ sandbox main" >"$root/sources.list"
  box() {
    "$@" -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$root" -o Dir::Cache="$root" \
      -o Dir::State::status="$status" -o APT::Sandbox::User=root -o APT::Install-Recommends=false -qq 2>&1
  }
  check "its signature and index" equal "$(box apt-get update)" ""
  plan=$(box apt-get install -s kubeadm kubelet kubectl "${SANDBOX_PACKAGES[@]}")
  for package in kubelet kubeadm kubectl cri-tools containerd runc containernetworking-plugins nfs-common mdadm smartmontools; do
    check "boxes can install $package" contains "$plan" "Inst $package "
  done
  check "nothing of the base is upgraded" not grep '^Inst [^ ]* \[' <<<"$plan"
  (cd "$TEMP" && box apt-get download kubectl) >/dev/null
  check "a download" cmp "$TEMP"/kubectl_*.deb "$(kubernetes_debs_dir)"/kubectl_*.deb
}

test_packages() {
  local deb
  for deb in "$(kubernetes_debs_dir)"/*.deb; do
    check "owned by root: $deb" not grep -v ' root/root ' <(dpkg-deb -c "$deb")
  done
  deb=$(kubernetes_debs_dir)/kubeadm_${KUBERNETES_DEB_VERSION}_$(dpkg --print-architecture).deb
  check "kubeadm's drop-in" contains "$(dpkg-deb --fsys-tarfile "$deb" | tar xO ./etc/systemd/system/kubelet.service.d/10-kubeadm.conf)" \
    'EnvironmentFile=-/etc/default/kubelet'
}

# The rest runs with an API server: it is this file again, called by apiserver.sh.
lookup() { "$DEVSTATS_CACHE/unpacked/busybox/bin/busybox" nslookup -type=a "$1" "127.0.0.1:$DNS_PORT" 2>&1; }

resolves() { lookup "$1" | grep -q "^Address: $2\$"; }

eventually() {
  local deadline=$((SECONDS + 60))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.05
  done
}

test_api() {
  local config='{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}, "data": {"a": "%s"}}'
  # shellcheck disable=SC2059
  check "server-side apply creates" kubectl apply --server-side --field-manager devstats -f <(printf "$config" 1) >/dev/null
  # The old reflect2 crashed here.
  check "a patch" kubectl patch configmap c -p '{"data": {"b": "2"}}' >/dev/null
  # shellcheck disable=SC2059
  check "server-side apply changes its own" kubectl apply --server-side --field-manager devstats -f <(printf "$config" 3) >/dev/null
  check "both are there" equal "$(kubectl get configmap c -o jsonpath='{.data.a}{.data.b}')" 32
  kubectl create deployment web --image "$IMAGE_REPOSITORY/busybox:1" >/dev/null
  check "the controllers work" eventually test_replicas
}

test_replicas() { [ -n "$(kubectl get replicasets -l app=web -o name)" ]; }

test_dns() {
  local dir=${KUBECONFIG%/*} server address
  read -r DNS_PORT health ready <<<"$1"
  printf '.:53 {\n kubernetes cluster.local {\n }\n}\n' >"$TEMP/Corefile"
  "$DEVSTATS_CACHE/standins/bin/dns" -conf "$TEMP/Corefile" -listen "127.0.0.1:$DNS_PORT" -health "127.0.0.1:$health" -ready "127.0.0.1:$ready" \
    -api "$(<"$dir/address")" -ca "$dir/ca.crt" -token "$dir/token" 2>"$TEMP/dns.log" &
  server=$!
  check "the DNS server gets ready" eventually curl -sf "http://127.0.0.1:$ready/ready"
  check "it is healthy" curl -sf -o "$TEMP/health" "http://127.0.0.1:$health/health"
  check "the API server's name" resolves kubernetes.default.svc.cluster.local 10.96.0.1
  kubectl create service clusterip web --tcp 80 >/dev/null
  address=$(kubectl get service web -o jsonpath='{.spec.clusterIP}')
  check "a new service" eventually resolves web.default.svc.cluster.local "$address"
  check "a name that is not" contains "$(lookup absent.default.svc.cluster.local)" NXDOMAIN
  kubectl delete service web >/dev/null
  check "a service that is gone" eventually not resolves web.default.svc.cluster.local "$address"
  kill "$server"
  check "it ends cleanly" wait "$server"
}

if [ "${1-}" = with-api ]; then
  test_api
  test_dns "$(free_ports 3)"
  [ "$FAILED" = 0 ]
  exit
fi
test_programs
test_image_names
test_images_run
test_standins_run
test_pause
test_packages
test_closed_world
check "with an API server" "$LIB/apiserver.sh" -c -d "$TEMP/api" -- "$HERE/payload.sh" with-api
check "which leaves no process" not pgrep -f "$TEMP/api"
check "and can be started again where it was" "$LIB/apiserver.sh" -d "$TEMP/api" -- kubectl get configmap c -o name
check "a failing command's status is passed on" equal "$("$LIB/apiserver.sh" -d "$TEMP/api" -- bash -c 'exit 7' 2>&1 >/dev/null | wc -l; echo "${PIPESTATUS[0]}")" $'1\n7'
[ "$FAILED" = 0 ]
