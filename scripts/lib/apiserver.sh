#!/usr/bin/env bash
# A real API server for tests: starts etcd and our kube-apiserver 1.20.2 on loopback, in a directory of their own.
# usage: apiserver.sh [-c] [-d DIR] [-- COMMAND...]
#   With COMMAND: runs it with KUBECONFIG set and kubectl in PATH, stops all, exits as the command did.
#   Without: prints the kubeconfig's path when the server is ready, stops all when it is sent SIGTERM or SIGINT.
#   -c      kube-controller-manager and kube-scheduler too
#   -d DIR  keep everything there (state survives a second start); else a temporary directory, removed at the end
# In the directory: admin.kubeconfig, ca.crt, token (a file with an admin's bearer token), address (https://HOST:PORT), *.log.
set -euo pipefail
# shellcheck source=scripts/lib/images.sh
. "$(dirname "${BASH_SOURCE[0]}")/images.sh"

declare -A SERVER=() # name -> pid
ORDER=()

usage() { die "usage: apiserver.sh [-c] [-d DIR] [-- COMMAND...]"; }

server_start() {
  local name=$1
  shift
  "$@" >"$DIR/$name.log" 2>&1 &
  SERVER[$name]=$!
  ORDER=("$name" "${ORDER[@]}")
}

# Ends what was started, the last one first; a server that hangs is killed.
servers_stop() {
  local name pid
  for name in "${ORDER[@]}"; do
    pid=${SERVER[$name]}
    kill "$pid" 2>/dev/null || continue
    timeout 20 tail --pid="$pid" -s 0.05 -f /dev/null || kill -9 "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  done
  [ -z "$TEMPORARY" ] || rm -rf "$DIR"
}

# until_healthy NAME CURL_ARGUMENTS...: polls until the server answers ok; fails with its last words when it ends or two minutes pass.
until_healthy() {
  local name=$1 deadline=$((SECONDS + 120))
  shift
  until curl -sf --max-time 5 --cacert "$DIR/ca.crt" --cert "$DIR/admin.crt" --key "$DIR/admin.key" "$@" -o /dev/null; do
    if ! kill -0 "${SERVER[$name]}" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      tail -n 15 "$DIR/$name.log" >&2
      die "$name does not come up" "its last words are above"
    fi
    sleep 0.05
  done
}

# Below the range that the kernel hands out by itself: between our look and the server's bind nobody is given one of these by chance.
free_ports() {
  python3 - "$1" <<'PY'
import random, socket, sys
held = []
for port in random.sample(range(16384, 32768), 1000):
    try:
        held.append(socket.create_server(("127.0.0.1", port)))
    except OSError:
        continue
    if len(held) == int(sys.argv[1]):
        break
print(*(s.getsockname()[1] for s in held))
PY
}

# certificate NAME SUBJECT USAGE [ALTERNATIVE_NAMES]: an ECDSA key and its certificate by our CA.
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$DIR/$1.key" -subj "$2" 2>/dev/null |
    openssl x509 -req -days 365 -CA "$DIR/ca.crt" -CAkey "$DIR/ca.key" -CAcreateserial -out "$DIR/$1.crt" 2>/dev/null \
      -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n%s\n' "$3" "${4:+subjectAltName=$4}")
}

certificates() {
  [ ! -e "$DIR/certificates-made" ] || return 0
  openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -keyout "$DIR/ca.key" -out "$DIR/ca.crt" \
    -subj /CN=test-ca 2>/dev/null
  certificate server /CN=kube-apiserver serverAuth \
    IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
  certificate admin /O=system:masters/CN=admin clientAuth
  certificate kube-controller-manager /CN=system:kube-controller-manager clientAuth
  certificate kube-scheduler /CN=system:kube-scheduler clientAuth
  certificate front-proxy /CN=front-proxy-client clientAuth
  openssl ecparam -name prime256v1 -genkey -noout -out "$DIR/accounts.key" 2>/dev/null
  openssl ec -in "$DIR/accounts.key" -pubout -out "$DIR/accounts.pub" 2>/dev/null
  openssl rand -hex 16 >"$DIR/token"
  echo "$(<"$DIR/token"),token-admin,token-admin,\"system:masters\"" >"$DIR/tokens.csv"
  : >"$DIR/certificates-made"
}

# kubeconfig USER: a self-contained file for one of the certificates above.
kubeconfig() {
  cat <<YAML
apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: $1}}]
clusters: [{name: test, cluster: {server: "$ADDRESS", certificate-authority-data: $(base64 -w0 "$DIR/ca.crt")}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "$DIR/$1.crt"), client-key-data: $(base64 -w0 "$DIR/$1.key")}}]
YAML
}

etcd_start() {
  local client=http://127.0.0.1:$1 peer=http://127.0.0.1:$2
  server_start etcd "$(etcd_root)/usr/bin/etcd" --name test --data-dir "$DIR/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$client" --advertise-client-urls "$client" --listen-peer-urls "$peer" \
    --initial-advertise-peer-urls "$peer" --initial-cluster "test=$peer"
  until_healthy etcd "$client/health"
}

# The advertised address becomes the endpoint of the service "kubernetes", which may not be loopback; it is one for documentation.
apiserver_start() {
  server_start kube-apiserver "$BIN/kube-apiserver" --etcd-servers "http://127.0.0.1:$1" --bind-address 127.0.0.1 --secure-port "$2" \
    --advertise-address 192.0.2.1 --cert-dir "$DIR" --tls-cert-file "$DIR/server.crt" --tls-private-key-file "$DIR/server.key" \
    --client-ca-file "$DIR/ca.crt" --token-auth-file "$DIR/tokens.csv" --enable-bootstrap-token-auth --authorization-mode Node,RBAC \
    --service-account-key-file "$DIR/accounts.pub" --service-account-signing-key-file "$DIR/accounts.key" \
    --service-account-issuer https://kubernetes.default.svc.cluster.local --service-cluster-ip-range 10.96.0.0/16 \
    --requestheader-client-ca-file "$DIR/ca.crt" --requestheader-allowed-names front-proxy-client \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- --proxy-client-cert-file "$DIR/front-proxy.crt" \
    --proxy-client-key-file "$DIR/front-proxy.key" --allow-privileged --profiling=false
  until_healthy kube-apiserver "$ADDRESS/readyz"
}

# controller_start NAME PORT FLAGS...: the old insecure port is switched off.
controller_start() {
  local name=$1 port=$2
  shift 2
  kubeconfig "$name" >"$DIR/$name.kubeconfig"
  server_start "$name" "$BIN/$name" --kubeconfig "$DIR/$name.kubeconfig" --authentication-kubeconfig "$DIR/$name.kubeconfig" \
    --authorization-kubeconfig "$DIR/$name.kubeconfig" --leader-elect=false --bind-address 127.0.0.1 --secure-port "$port" --port 0 \
    --cert-dir "$DIR" "$@"
  until_healthy "$name" -k "https://127.0.0.1:$port/healthz"
}

controllers_start() {
  controller_start kube-controller-manager "$1" --service-account-private-key-file "$DIR/accounts.key" --root-ca-file "$DIR/ca.crt" \
    --use-service-account-credentials --cluster-signing-cert-file "$DIR/ca.crt" --cluster-signing-key-file "$DIR/ca.key" \
    --requestheader-client-ca-file "$DIR/ca.crt" --controllers '*,bootstrapsigner,tokencleaner'
  controller_start kube-scheduler "$2"
}

main() {
  local option controllers='' ports
  DIR='' TEMPORARY='' BIN=$(kubernetes_dir)/bin
  while getopts :cd: option; do
    case $option in c) controllers=yes ;; d) DIR=$OPTARG ;; *) usage ;; esac
  done
  shift $((OPTIND - 1))
  [ -x "$BIN/kube-apiserver" ] || die "there is no kube-apiserver in $BIN" "run scripts/lib/payload.sh build"
  [ -n "$DIR" ] || { DIR=$(mktemp -d) && TEMPORARY=yes; }
  install -d -m 700 "$DIR"
  trap servers_stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  read -ra ports <<<"$(free_ports 5)"
  ADDRESS=https://127.0.0.1:${ports[0]}
  certificates
  echo "$ADDRESS" >"$DIR/address"
  kubeconfig admin >"$DIR/admin.kubeconfig"
  etcd_start "${ports[1]}" "${ports[2]}"
  apiserver_start "${ports[1]}" "${ports[0]}"
  [ -z "$controllers" ] || controllers_start "${ports[3]}" "${ports[4]}"
  say "the API server is ready at $ADDRESS after $SECONDS s"
  if [ $# -gt 0 ]; then
    # In the background, so that a signal to us ends the command too, at once.
    KUBECONFIG=$DIR/admin.kubeconfig PATH=$BIN:$PATH "$@" <&0 &
    SERVER[command]=$!
    ORDER=(command "${ORDER[@]}")
    wait $!
    return
  fi
  echo "$DIR/admin.kubeconfig"
  # Ends when a server does, which none may.
  wait -n
  die "a server ended by itself: see $DIR/*.log"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
