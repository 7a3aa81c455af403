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

# sandbox_spec MASTER NAME...: cluster.yaml for these boxes. Where it differs from a production one, one machine's
# kernel is the reason; the comments say which.
sandbox_spec() {
  local master=$1 name addresses
  addresses=$("$ROOT/scripts/sandbox" status -o json)
  cat <<YAML
cluster: sandbox
nodes:
YAML
  for name; do
    cat <<YAML
  - name: $name
    address: $(jq -r --arg n "$name" '.[] | select(.name == $n) | .address' <<<"$addresses")
    role: $([ "$name" = "$master" ] && echo control-plane || echo worker)
    os: debian-12
YAML
  done
  cat <<'YAML'
os:
  # The scale set of a real cluster (neighbour tables, conntrack) is the machine's, not a box's: left out here.
  sysctl:
    net.ipv4.ip_forward: "1"
    net.ipv4.conf.all.rp_filter: "0"
    net.ipv4.conf.default.rp_filter: "0"
    net.core.somaxconn: "4096"
YAML
}
