#!/usr/bin/env bash
# budget: 180
# A registry's password on a real box: sealed on the master, planned by name, in containerd's file for root alone, and nowhere
# else. And a registry's authority: containerd trusts it.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/product.bash
. "$ROOT/tests/box/product.bash"

PASSWORD='correct horse battery staple'
CONFIG=/etc/containerd/config.toml
phase() { ctl "$1" -f $SPEC --node master --only runtime "${@:2}"; }
set_secret() { printf '%s\n' "$1" | box master devstatsctl secret set registry-password; }

installs() {
  "$ROOT/scripts/sandbox" prepare
  "$ROOT/scripts/sandbox" up master
  deploy_packages master
  deploy_enrol master master
  spec | write_spec
}

# spec [REGISTRIES]: with more of them. The runtime alone: the phases before it are for other tests, and without them they are
# as they should be.
spec() {
  sandbox_nodes master
  cat <<YAML
os: { hostname: false, hosts: false, swapOff: false }
kubernetes: { version: 1.20.2, packageVersion: 1.20.2-00devstats1, serviceSubnet: 10.112.0.0/16, cni: { kind: host-gateway } }
runtime:
  systemdCgroup: false
  restrictOomScoreAdj: true
  registries:
    - { host: registry.example.com, user: robot, passwordSecret: registry-password }
${1:-}
YAML
}

wants_the_secret() {
  local error
  error=$(expect_exit 1 phase plan)
  expect_match "$error" 'registry.example.com: the secret registry-password is not set' "the plan"
  expect_match "$error" 'devstatsctl secret set registry-password' "what to do next"
}

plans_by_name() {
  set_secret "$PASSWORD"
  local mac
  mac=$(ctl secret list -o json | jq -r '.entries[0].mac')
  expect_match "$mac" '^[0-9a-f]{16}$' "the MAC"
  expect_match "$(expect_exit 2 phase plan -o /root/plan)" "auth.password.*\(secret registry-password, $mac\)" "the plan"
}

applies() {
  phase apply --yes
  expect_eq "$(box master stat -c %a $CONFIG)" 600 "the mode of $CONFIG"
  expect_match "$(box master cat $CONFIG)" "password = \"$PASSWORD\"" "$CONFIG"
  expect_eq "$(box master systemctl is-active containerd)" active "containerd"
  expect_exit 0 phase plan
}

# Where the password stands: databases with their logs, the audit trail, the saved plan, what the journal of systemd holds.
is_nowhere_else() {
  local files
  files=$(printf '%s' "$PASSWORD" | box master 'read -r word; grep -rlaF -- "$word" /var/lib/devstats-* /root /etc /run/devstats-* || :')
  expect_eq "$files" $CONFIG "the files that hold the password"
  expect_eq "$(printf '%s' "$PASSWORD" | box master 'read -r word; journalctl -q --no-pager | grep -cF -- "$word" || :')" 0 "lines of the journal with it"
  expect_match "$(box master cat /var/lib/devstats-coordinator/audit.jsonl)" '"SetSecret"' "the audit trail"
  expect_eq "$(box master stat -c '%a %s' /var/lib/devstats-coordinator/secrets.key)" "600 32" "the key"
}

changes_it() {
  set_secret "another $PASSWORD"
  expect_match "$(expect_exit 2 phase plan)" 'auth.password.*\(another value\)' "the plan after a change"
  phase apply --yes
  expect_match "$(box master cat $CONFIG)" "password = \"another $PASSWORD\"" "$CONFIG"
  expect_exit 0 phase plan
}

TLS_REGISTRY=10.99.0.1:8443
pull() { box master ctr images pull --hosts-dir /etc/containerd/certs.d $TLS_REGISTRY/k8s/pause:3.2; }
answers() { curl --silent --insecure --output /dev/null https://$TLS_REGISTRY/; }

# The sandbox's images once more, with a certificate that is its own authority.
trusts_its_authority() {
  local pem=$DEVSTATS_SANDBOX/registry.pem images=${DEVSTATS_CACHE:-/var/cache/devstats-cluster}/registry
  openssl req -x509 -newkey rsa:2048 -noenc -keyout "$pem" -out "$pem.crt" -days 2 -subj /CN=test \
    -addext "subjectAltName=IP:${TLS_REGISTRY%:*}"
  cat "$pem.crt" >>"$pem"
  python3 "$ROOT/scripts/lib/repo-server.py" ${TLS_REGISTRY/:/ } "$DEVSTATS_SANDBOX/repo" "$images" "$pem" 2>/dev/null &
  # shellcheck disable=SC2064 # now
  trap "kill $!" EXIT
  eventually "the registry answers" 10 answers
  expect_failure 'certificate signed by unknown authority' pull
  spec "    - host: $TLS_REGISTRY
      ca: |
$(sed 's/^/        /' "$pem.crt")" | write_spec
  expect_match "$(expect_exit 2 phase plan)" "certs.d/$TLS_REGISTRY/ca.pem" "the plan"
  phase apply --yes
  pull
}

check "a box is ready" installs
check "a plan says which secret is missing" wants_the_secret
check "a plan shows name and MAC" plans_by_name
check "an apply writes it for root alone" applies
check "it is nowhere else" is_nowhere_else
check "another value is another plan" changes_it
check "an image comes from a registry with an authority of its own" trusts_its_authority
finish
