#!/usr/bin/env bash
# box-start.sh NAME LAUNCHER-PID: plugs the new network namespace it runs in into the bridge, then goes on as PID 1's
# maker. The cable vanishes with the namespace, so there is nothing to take down. Run by launcher.sh.
set -euo pipefail
LIB=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/common.sh
. "$LIB/common.sh"
# shellcheck source=scripts/lib/network.sh
. "$LIB/network.sh"

main() {
  local name=$1 launcher=$2 address port
  address=$(<"$STATE/boxes/$name/address")
  port=$(network_port "$address")
  ip link add eth0 address "$(network_mac "$address")" type veth peer name "$port" netns "$launcher"
  nsenter --target "$launcher" --net ip link set "$port" master $BRIDGE up
  ip link set lo up
  ip address add "$address/24" dev eth0
  ip link set eth0 up
  ip route add default via $GATEWAY
  # A shell waits for PID 1, not unshare --fork: that one loses the status of a child that was killed.
  # shellcheck disable=SC2016
  exec unshare --mount --uts --ipc --pid --cgroup bash -c 'setpriv --pdeathsig KILL "$@"; exit $?' - \
    "$LIB/box-init.sh" "$name"
}
main "$@"
