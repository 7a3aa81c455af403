#!/usr/bin/env bash
# Keeps the repository's web server running until its control group is killed. Started by repo_up.
set -euo pipefail
LIB=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/common.sh
. "$LIB/common.sh"
# shellcheck source=scripts/lib/cgroup.sh
. "$LIB/cgroup.sh"
# shellcheck source=scripts/lib/network.sh
. "$LIB/network.sh"
# shellcheck source=scripts/lib/repo-server.sh
. "$LIB/repo-server.sh"

main() {
  exec 9>"$STATE/repo.lock"
  flock -n 9 || exit 0
  cgroup_create $REPO_GROUP
  cgroup_join $$ $REPO_GROUP
  while :; do
    python3 "$LIB/repo-server.py" "$GATEWAY" "$REPO_PORT" "$STATE/repo" "$CACHE/registry" 9>&- || say "web server ended with status $?"
    sleep 1 # a server that cannot start must not spin
  done
}
main
