# shellcheck shell=bash
# The commands of scripts/sandbox. Those that change something hold one lock, so two never mix. Sourced.

require_box() {
  [ -n "${1:-}" ] || die "which box?" "$0 status"
  [ -d "$STATE/boxes/$1" ] || die "there is no box '$1' in $STATE" "$0 status"
}

begin() {
  require_tools ip:iproute2 losetup:mount partx:util-linux mkfs.ext4:e2fsprogs script:bsdutils python3:python3 \
    curl:curl setpriv:util-linux sysctl:procps zcat:gzip
  cgroup_require
  lock_or_die "$STATE/lock" 60 "another sandbox command is at work"
}

# for_each FUNCTION NAME...: for all at once; fails when one did.
for_each() {
  local function=$1 name jobs=() failed=0 job
  shift
  for name; do
    "$function" "$name" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  return $failed
}

# named_or_all NAME...: prints the names, or those of all boxes.
named_or_all() {
  local name
  [ $# -gt 0 ] || { box_names_or_strays && return; }
  for name; do require_box "$name" && printf '%s\n' "$name"; done
}

# All that boxes boot from and install, made before they are needed: takes long the first time, nothing afterwards.
command_prepare() {
  [ $# -eq 0 ] || die "prepare takes no argument" "$0 --help"
  begin
  base_ensure bookworm >/dev/null
  "$LIB/payload.sh" build
  local packages=("$LIB"/../../out/*.deb)
  [ -e "${packages[0]}" ] || die "our own packages are not built" "scripts/packages"
  "$LIB/payload.sh" repository "$STATE/repo" "${packages[@]}"
  python3 "$LIB/registry.py" "$CACHE/registry" "$CACHE"/images/*.tar
}

command_down() {
  local names
  names=$(named_or_all "$@") || exit
  begin
  mapfile -t names < <(named_or_all "$@")
  [ ${#names[@]} -eq 0 ] || for_each box_stop "${names[@]}"
  down_last
}

# down_last: when no box is left, nothing of the sandbox stays in the kernel.
down_last() {
  local name
  for name in $(box_names_or_strays); do ! box_alive "$name" || return 0; done
  repo_down
  network_down
  host_restore
}

command_reset() {
  local names name
  names=$(named_or_all "$@") || exit
  command_down "$@"
  for name in $names; do
    rm -f "$STATE/disks/$name-$SYSTEM_DISK.img"* "$STATE/disks/$name"-nvme[01]n1.img
    rm -rf --one-file-system "$STATE/boxes/${name:?}"
  done
  [ $# -gt 0 ] || rm -rf --one-file-system "$STATE/shared"
}

command_status() {
  local name condition format='%-12s %-10s %-12s %-9s %-7s %s\n' rows=()
  case "$*" in "") ;; "-o json") format='{"name":"%s","state":"%s","address":"%s","suite":"%s","memory":"%s","bootId":"%s"}' ;;
    *) die "status takes only -o json" "$0 status" ;;
  esac
  for name in $(box_names); do
    condition=$(box_state "$name")
    # shellcheck disable=SC2059
    rows+=("$(printf "$format" "$name" "$condition" "$(status_value "$name" address)" "$(status_suite "$name")" \
      "$(status_value "$name" memory)" "$(box_boot_id "$name" || :)")")
  done
  if [ $# -gt 0 ]; then
    printf '[%s]\n' "$(IFS=, && echo "${rows[*]}")"
  else
    # shellcheck disable=SC2059
    printf "$format" NAME STATE ADDRESS SUITE MEMORY BOOT-ID
    printf '%s\n' "${rows[@]}"
  fi
}

status_value() { cat "$STATE/boxes/$1/$2" 2>/dev/null || :; }

status_suite() {
  local base
  base=$(status_value "$1" base)
  base=${base##*/}
  echo "${base%-*}"
}

command_shell() {
  require_box "${1:-}"
  local name=$1
  shift
  case $# in
    0) if [ -t 0 ]; then # a terminal inside: that of the caller does not exist there
      box_exec "$name" script --quiet --return --command 'exec bash --login' /dev/null
    else
      box_exec "$name" bash --login
    fi ;;
    1) box_exec "$name" bash --login -c "$1" ;;
    *) box_exec "$name" "$@" ;;
  esac
}

# wait_next_boot NAME OLD-BOOT-ID
wait_next_boot() {
  eventually 90 booted_anew_or_ended "$@" || box_give_up "$1" "a new boot" 90
  box_wait "$1"
}

booted_anew_or_ended() {
  local id
  box_alive "$1" || return 0
  id=$(box_boot_id "$1") && [ -n "$id" ] && [ "$id" != "$2" ]
}

command_reboot() {
  require_box "${1:-}"
  begin
  local old
  old=$(box_boot_id "$1") || die "box $1 is not running" "$0 up $1"
  (box_exec "$1" systemctl reboot </dev/null)
  wait_next_boot "$1" "$old"
}

command_cut() {
  require_box "${1:-}"
  begin
  local old pid
  pid=$(box_init "$1") || die "box $1 is not running" "$0 up $1"
  old=$(box_boot_id "$1")
  if [ "${2:-}" = --off ]; then
    cgroup_kill "$1"
    box_stop "$1"
    down_last
  else
    kill -KILL "$pid"
    wait_next_boot "$1" "$old"
  fi
}

command_logs() {
  require_box "${1:-}"
  cat "$STATE/boxes/$1/boot.log"
}
