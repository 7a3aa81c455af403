# shellcheck shell=bash
# The one switch all boxes hang on. A box's end of the cable is made by box-start.sh. Sourced.

readonly BRIDGE=dvs0
readonly GATEWAY=10.99.0.1

# network_require_ours: the bridge's alias names the state directory that made it.
network_require_ours() {
  local owner
  owner=$(cat /sys/class/net/$BRIDGE/ifalias 2>/dev/null) || return 0
  [ -z "$owner" ] || [ "$owner" = "$STATE" ] ||
    die "the bridge $BRIDGE belongs to another sandbox, in $owner" "DEVSTATS_SANDBOX=$owner $0 down"
}

network_up() {
  network_require_ours
  [ -e /sys/class/net/$BRIDGE ] || ip link add $BRIDGE type bridge
  ip link set $BRIDGE alias "$STATE"
  ip address replace $GATEWAY/24 dev $BRIDGE
  ip link set $BRIDGE up
}

network_is_ours() { [ "$(cat /sys/class/net/$BRIDGE/ifalias 2>/dev/null)" = "$STATE" ]; }

network_down() { ! network_is_ours || ip link delete $BRIDGE; }

# network_unplug ADDRESS: the port goes with the box's namespace, but not at once.
network_unplug() {
  local port
  port=$(network_port "$1")
  ! network_is_ours || [ ! -e "/sys/class/net/$port" ] || ip link delete "$port" 2>/dev/null || :
}

# network_address NAME: keeps the address the box has, or records one: the usual boxes always get the same
# (master .11, node-0 .12, node-1 .13 ...), others the lowest free from .100.
network_address() {
  local file=$STATE/boxes/$1/address host=100
  if [ ! -s "$file" ]; then
    [ "$1" != master ] || host=11
    [[ ! $1 =~ ^node-([0-9]|[1-7][0-9])$ ]] || host=$((12 + BASH_REMATCH[1]))
    while grep -qx "${GATEWAY%.*}.$host" "$STATE"/boxes/*/address 2>/dev/null; do host=$((host + 1)); done
    [ "$host" -lt 255 ] || die "no address left in ${GATEWAY%.*}.0/24" "reset boxes that are not needed"
    write_file "$file" <<<"${GATEWAY%.*}.$host"
  fi
  cat "$file"
}

# network_mac ADDRESS: without a fixed one udev would derive it from the machine-id.
network_mac() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  printf '02:00:%02x:%02x:%02x:%02x\n' "$a" "$b" "$c" "$d"
}

# network_port ADDRESS: the name of the box's port on the bridge.
network_port() { printf 'dvs%s\n' "${1##*.}"; }
