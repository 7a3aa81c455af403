#!/usr/bin/env bash
# Makes all that simulated boxes install, in the cache outside the checkout; what is there is not made again.
# usage: payload.sh build              the programs, images and packages
#        payload.sh repository DIR [FILE_OR_DIRECTORY...]
#                                      the boxes' package repository, from the cache and the .deb files given
# It is one process of its own: two at once wait for each other.
set -euo pipefail
# shellcheck source=scripts/lib/standins.sh
. "$(dirname "${BASH_SOURCE[0]}")/standins.sh"
# shellcheck source=scripts/lib/kubernetes-debs.sh
. "$PAYLOAD_LIB/kubernetes-debs.sh"
# shellcheck source=scripts/lib/debs.sh
. "$PAYLOAD_LIB/debs.sh"
# shellcheck source=scripts/lib/patroni.sh
. "$PAYLOAD_LIB/patroni.sh"
# shellcheck source=scripts/lib/repository.sh
. "$PAYLOAD_LIB/repository.sh"

PAYLOAD_STARTED=$SECONDS
say() { printf 'sandbox: [%4d s] %s\n' $((SECONDS - PAYLOAD_STARTED)) "$*" >&2; }

payload_lock() {
  mkdir -p "$DEVSTATS_CACHE"
  exec 8>"$DEVSTATS_CACHE/.payload.lock"
  flock -n 8 || { say "waiting for another build of the sandbox's payload"; flock 8; }
}

# What boxes cannot get from the base comes first: it fails soonest when there is no network.
payload_build() {
  debs_fetch
  patroni_root >/dev/null
  kubernetes_build
  kubernetes_debs
  images_build
  standins_build
}

payload_repository() {
  local dir=$1
  shift
  make_repository "$dir" "$(debs_dir)" "$(kubernetes_debs_dir)" "$@"
}

payload_main() {
  case ${1-} in
    build) [ $# = 1 ] || die "usage: payload.sh build" ;;
    repository) [ $# -ge 2 ] || die "usage: payload.sh repository DIR [FILE_OR_DIRECTORY...]" ;;
    *) die "usage: payload.sh build | repository DIR [FILE_OR_DIRECTORY...]" ;;
  esac
  payload_lock
  "payload_$1" "${@:2}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then payload_main "$@"; fi
