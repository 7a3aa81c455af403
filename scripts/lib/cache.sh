#!/usr/bin/env bash
# What every maker of the sandbox's payload needs: where results are cached, and stamps that say "made from these inputs".
# Sourced, never run. Its users set -e and call their functions plainly: after `||` or `if` bash would go on past errors in them.

shopt -s inherit_errexit
: "${DEVSTATS_CACHE:=/var/cache/devstats-cluster}"
PAYLOAD_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PAYLOAD_LIB

declare -F say >/dev/null || say() { echo "sandbox: $*" >&2; }
declare -F die >/dev/null || die() { say "$1${2:+; $2}"; exit 1; }

# key_of NAME...: a digest of the named functions (comments do not count), variables and files (names with a slash).
key_of() {
  local name
  for name in "$@"; do
    case $name in
      */*) sha256sum <"$name" || return ;;
      *) declare -f "$name" || declare -p "$name" || return ;;
    esac
  done | sha256sum | cut -c1-64
}

# stamped FILE KEY: true when FILE was left by `stamp FILE KEY`.
stamped() { local have=; { read -r have <"$1"; } 2>/dev/null; [ "$have" = "$2" ]; }

stamp() { mkdir -p "$(dirname "$1")" && echo "$2" >"$1.new" && mv "$1.new" "$1"; }
