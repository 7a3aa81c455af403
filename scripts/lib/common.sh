# shellcheck shell=bash
# What every script of the sandbox shares: messages, refusals, locks, waiting. Sourced, never run.

# shellcheck disable=SC2034 # for those who source this
readonly STATE=${DEVSTATS_SANDBOX:-/var/lib/devstats-sandbox}
# shellcheck disable=SC2034
readonly CACHE=${DEVSTATS_CACHE:-/var/cache/devstats-cluster}

say() { printf 'sandbox: %s\n' "$*" >&2; }

# die WHAT [NEXT]: what failed and why, then what the caller can do about it.
die() {
  say "$1"
  [ $# -lt 2 ] || say "  next: $2"
  exit 1
}

require_root() {
  [ "$(id -u)" = 0 ] || die "needs root (namespaces, loop devices, mounts)" "run it again with sudo"
}

# require_tools PROGRAM:PACKAGE...: one message names all that is missing.
require_tools() {
  local pair missing=() packages=()
  for pair; do
    command -v "${pair%%:*}" >/dev/null && continue
    missing+=("${pair%%:*}") packages+=("${pair#*:}")
  done
  [ ${#missing[@]} -eq 0 ] || die "programs not found: ${missing[*]}" "apt-get install ${packages[*]}"
}

# lock_or_die FILE SECONDS WHAT: holds FILE's lock on fd 9 until this process ends.
# Children that outlive it must be started with 9>&-.
lock_or_die() {
  mkdir -p "${1%/*}"
  exec 9>"$1"
  flock -w "$2" 9 || die "$3 (lock $1 is still held after $2 s)" "wait for it, or find it with: fuser -v $1"
}

# is_locked FILE: somebody holds the lock. The kernel drops it with its holder, so it never lies.
is_locked() { [ -e "$1" ] && ! flock -n "$1" true; }

# eventually SECONDS COMMAND...: polls a condition that nothing announces; fails when the deadline passes.
eventually() {
  local deadline=$((${EPOCHREALTIME/[^0-9]/} + $1 * 1000000))
  shift
  until "$@"; do
    [ "${EPOCHREALTIME/[^0-9]/}" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

# write_file FILE: standard input becomes FILE's content in one step.
write_file() {
  cat >"$1.new"
  mv -T "$1.new" "$1"
}
