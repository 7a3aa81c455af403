# shellcheck shell=bash
# scripts/sandbox up: checks what was asked for, creates what is missing, boots what does not run. Sourced.

# With Kubernetes and both environments of DevStats on it.
readonly GIB_PER_BOX=3

command_up() {
  local names=() swap=() memory='' suite=bookworm count='' name
  while [ $# -gt 0 ]; do
    case $1 in
      --boxes | --swap | --memory | --suite)
        [ $# -gt 1 ] || die "$1 needs a value" "$0 --help"
        case $1 in --boxes) count=$2 ;; --swap) swap+=("$2") ;; --memory) memory=$2 ;; --suite) suite=$2 ;; esac
        shift
        ;;
      -*) die "unknown option '$1'" "$0 --help" ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  up_check_values "$count" "$memory" "$suite"
  if [ ${#names[@]} -eq 0 ]; then
    names=(master)
    for ((i = 0; i < ${count:-3} - 1; i++)); do names+=("node-$i"); done
  fi
  for name in "${names[@]}" "${swap[@]}"; do
    [[ $name =~ ^[a-z][a-z0-9-]{0,40}$ ]] || die "'$name' is no name for a box" "use a-z, 0-9 and -, a letter first"
  done
  # systemd 257 knows from its pid namespace that this is no bare metal, and ignores swap in /etc/fstab.
  [ ${#swap[@]} -eq 0 ] || [ "$suite" = bookworm ] || die "--swap works with --suite bookworm only"
  begin
  network_require_ours
  up_prepare "$memory" "$suite" "${names[@]}"
  up_boot "${names[@]}"
}

up_check_values() {
  [[ -z $1 || $1 =~ ^[1-9][0-9]?$ ]] || die "--boxes '$1' is not a number from 1 to 99" "$0 up --boxes 3"
  [[ -z $2 || $2 =~ ^[1-9][0-9]*[MG]$ ]] || die "--memory '$2' is no size" "write it like 512M or 6G"
  [[ $3 =~ ^(bookworm|trixie)$ ]] || die "suite '$3' is not known here" "bookworm or trixie"
}

# up_check_disk NAME...: boxes' disks are files that grow as they are written. On a full one boxes do not fail, they hang.
up_check_disk() {
  local name new=0 free
  for name; do
    [ -e "$(disk_file "$name" "$SYSTEM_DISK")" ] || new=$((new + 1))
  done
  free=$(df --output=avail --block-size=1G "$STATE" | tail -n 1)
  [ $((free)) -ge $((new * GIB_PER_BOX)) ] ||
    die "$new new boxes may grow to $((new * GIB_PER_BOX)) GiB, and $STATE has $((free)) GiB left" \
      "free some, or let DEVSTATS_SANDBOX name a folder on a larger disk"
}

# up_prepare MEMORY SUITE NAME...: all that does not run yet. Uses command_up's list of boxes with swap.
up_prepare() {
  local memory=$1 suite=$2 name
  shift 2
  for name in "${swap[@]}"; do
    [[ " $* " == *" $name "* ]] || die "--swap $name: this box is not among: $*" "name it as well"
    [ -e "$STATE/boxes/$name/swap" ] || [ ! -e "$(disk_file "$name" "$SYSTEM_DISK")" ] ||
      die "box $name is installed already, without swap" "$0 reset $name, then up again"
    mkdir -p "$STATE/boxes/$name"
    echo 256M >"$STATE/boxes/$name/swap"
  done
  up_check_disk "$@"
  for name; do
    box_create "$name" "$suite"
    [ -z "$memory" ] || write_file "$STATE/boxes/$name/memory" <<<"$memory"
  done
  host_prepare
  network_up
  repo_up
}

up_boot() {
  local name pid
  for name; do
    if box_alive "$name"; then
      cgroup_limit "$name/box" "$(<"$STATE/boxes/$name/memory")"
      pid=$(box_init "$name") && repo_key_into "/proc/$pid/root"
    else
      cgroup_kill "$name"
      box_start "$name"
    fi
  done
  for_each box_wait "$@"
  for name; do printf '%s %s\n' "$name" "$(<"$STATE/boxes/$name/address")"; done
}
