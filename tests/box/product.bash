# shellcheck shell=bash
# What tests of the product on boxes share: a sandbox of their own, and the product asked on its master. Sourced; ROOT is
# the checkout.
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"
# shellcheck source=scripts/lib/deploy.sh
. "$ROOT/scripts/lib/deploy.sh"

DEVSTATS_SANDBOX=$(mktemp -d "/var/tmp/$(basename "$0" .sh)-test.XXXXXX")
export DEVSTATS_SANDBOX
clean_up() { "$ROOT/scripts/sandbox" reset >/dev/null 2>&1 && rm -rf --one-file-system "$DEVSTATS_SANDBOX"; }
trap clean_up EXIT

SPEC=/root/cluster.yaml
ctl() { box master devstatsctl "$@"; }
plan() { ctl plan -f $SPEC; }
apply() { ctl apply -f $SPEC --yes; }
# write_spec: cluster.yaml is what comes on standard input.
write_spec() { box master sh -c "cat > $SPEC"; }

# set_faults NAME: the rules on standard input are those of the box, for daemons that start from now on. They start again at
# once, not after a second: of some hundred deaths that is a minute or more.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set_faults() {
  box "$1" 'mkdir -p /etc/devstats && cat >/etc/devstats/faults.new && mv /etc/devstats/faults.new /etc/devstats/faults
    for unit in agent agent-executor coordinator; do
      mkdir -p /etc/systemd/system/devstats-$unit.service.d
      printf "[Service]\nRestartSec=100ms\n" >/etc/systemd/system/devstats-$unit.service.d/faults.conf
    done
    systemctl daemon-reload'
}
clear_faults() { box "$1" 'rm -f /etc/devstats/faults /etc/systemd/system/devstats-*.service.d/faults.conf; systemctl daemon-reload'; }
# Not devstats-*: commands of ours are units by such names.
restart_daemons() { box "$1" 'systemctl restart "devstats-agent*.service" "devstats-coordinator*.service"'; }
