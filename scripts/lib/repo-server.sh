# shellcheck shell=bash
# The package repository that boxes install from: a web server for $STATE/repo on the bridge. Sourced.

readonly REPO_PORT=8080
readonly REPO_URL=http://$GATEWAY:$REPO_PORT/
readonly REPO_KEY=devstats-sandbox.asc
readonly REPO_GROUP=.repo # a control group like a box's; no box can have this name

repo_answers() { curl -s -o /dev/null --max-time 2 "$REPO_URL"; }

repo_up() {
  mkdir -p "$STATE/repo"
  is_locked "$STATE/repo.lock" ||
    setsid --fork "$LIB/repo-supervisor.sh" </dev/null >>"$STATE/repo.log" 2>&1 9>&-
  eventually 10 repo_answers ||
    die "the package repository does not answer at $REPO_URL" "read $STATE/repo.log"
}

repo_down() {
  cgroup_kill $REPO_GROUP
  cgroup_remove $REPO_GROUP
}

# repo_key_into ROOT: what the administrator of a real server does once by hand.
repo_key_into() {
  local from=$STATE/repo/$REPO_KEY to=$1/etc/apt/keyrings/$REPO_KEY
  [ -e "$from" ] || return 0
  cmp -s "$from" "$to" || install -D -m 644 "$from" "$to"
}
