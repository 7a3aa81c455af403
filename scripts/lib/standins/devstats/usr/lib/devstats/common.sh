# shellcheck shell=bash
# What the sandbox's DevStats scripts share. They are no DevStats: they have its commands, environment, flags, messages and exit
# statuses, and do as little as that takes. Sourced.
set -euo pipefail

export PGHOST=${PG_HOST:-localhost} PGPORT=${PG_PORT:-5432} PGPASSWORD=${PG_PASS:-} PGCONNECT_TIMEOUT=5
PROGRAM=$(basename "$0" .sh)
STARTED=$(date -u '+%F %T')
ADMIN=${PG_ADMIN_USER:-postgres} APP=${PG_USER:-gha_admin}

say() { echo "$(date -u '+%F %T') $PROGRAM: $*"; }
give_up() { say "$2" >&2; exit "$1"; }

# sql USER DATABASE [PSQL-OPTION...]: statements on standard input; prints bare rows.
sql() { PGUSER=$1 psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$2" "${@:3}"; }
app() { sql "$APP" "$@"; }
admin() { sql "$ADMIN" "$@"; }

has_database() { [ "$(app devstats -v name="$1" <<<"select 1 from pg_database where datname = :'name'")" = 1 ]; }

# database_of PROJECT: as the list in the image has it; else of the project's own name.
database_of() { awk -v p="$1" '$1 == p { print $2; found = 1 } END { if (!found) print p }' /etc/gha2db/databases; }

# note PROGRAM PROJECT TEXT: a line for people, and a row of the log.
note() {
  say "$3"
  app devstats -v prog="$1" -v proj="$2" -v started="$STARTED" -v msg="$3" \
    <<<"insert into gha_logs(prog, proj, run_dt, msg) values (:'prog', :'proj', :'started', :'msg')"
}

# Flags: a row is a flag that is set. Not atomic, as with the real one: who asks and then sets may not be alone.
flag_is_set() { [ -n "$(app "$1" -v flag="$2" <<<"select 1 from gha_computed where metric = :'flag' limit 1")" ]; }
set_flag() {
  app "$1" -v flag="$2" <<<"insert into gha_computed(metric, dt)
    select :'flag', now() at time zone 'utc' where not exists (select 1 from gha_computed where metric = :'flag')"
}
clear_flag() { app "$1" -v flag="$2" <<<"delete from gha_computed where metric = :'flag'"; }

# wait_flag DATABASE FLAG 0|1 [SECONDS]: without limit, as the real one.
wait_flag() {
  local said=
  until if flag_is_set "$1" "$2"; then [ "$3" = 1 ]; else [ "$3" = 0 ]; fi; do
    [ -n "$said" ] || say "waiting until $2 on $1 is $3"
    said=yes
    sleep "${4:-10}"
  done
}

# One big job at a time. giant_begin lock: waits for the one that is at work; with GIANT=lock takes its place. giant_begin any:
# takes it for any GIANT.
giant_begin() {
  [ -n "${GIANT:-}" ] || return 0
  wait_flag devstats giant_lock 0 1
  ! giant_takes "$1" || set_flag devstats giant_lock
}
giant_end() { ! giant_takes "$1" || clear_flag devstats giant_lock; }
giant_takes() { [ "${GIANT:-}" = lock ] || { [ "$1" = any ] && [ -n "${GIANT:-}" ]; }; }

# site: test or prod, by exactly one of the two variables.
site() {
  case ${TEST_SERVER:+test}${PROD_SERVER:+prod} in
    test) echo test ;;
    prod) echo prod ;;
    testprod) give_up 1 "TEST_SERVER and PROD_SERVER are both set" ;;
    *) give_up 1 "neither TEST_SERVER nor PROD_SERVER is set, and this host is no server of DevStats" ;;
  esac
}

require_project() {
  if [ -z "${PROJ:-}" ] || [ -z "${PROJDB:-}" ]; then give_up 1 "PROJ and PROJDB must be set"; fi
}

# with_project_held FUNCTION: no sync runs meanwhile, and when it ends, however it does, syncs may run again. For a shell of its own.
with_project_held() {
  wait_flag "$PROJDB" devstats_running 0 1
  clear_flag "$PROJDB" provisioned || return
  trap 'set_flag "$PROJDB" provisioned' EXIT
  "$@"
}
