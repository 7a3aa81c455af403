# shellcheck shell=bash
# The one switch all boxes hang on. A box's end of the cable is made by box-start.sh. Sourced.

readonly BRIDGE=dvs0
readonly GATEWAY=10.99.0.1
readonly FIRST_HOST=11

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

network_down() { [ ! -e /sys/class/net/$BRIDGE ] || ip link delete $BRIDGE; }

# network_address NAME: keeps the address the box has, or records the lowest free one.
network_address() {
  local file=$STATE/boxes/$1/address taken host
  if [ ! -s "$file" ]; then
    taken=$(cat "$STATE"/boxes/*/address 2>/dev/null || :)
    for ((host = FIRST_HOST; host < 255; host++)); do
      grep -qx "${GATEWAY%.*}.$host" <<<"$taken" || break
    done
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
