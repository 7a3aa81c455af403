#!/bin/bash
# Dumps databases into /root: those in ONLY (a project stands for its own), or all that have projects' tables. With NOBACKUP
# without artificial events.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

# due DATABASE: there is no dump, or it is some days old; with NOAGE always.
due() {
  local file=/root/$1.dump
  [ -n "${NOAGE:-}" ] || [ ! -e "$file" ] || [ -n "$(find "$file" -mtime +$((4 + RANDOM % 8)))" ]
}

databases() {
  local project
  for project in ${ONLY:-}; do database_of "$project"; done
  [ -n "${ONLY:-}" ] || app postgres <<<"select datname from pg_database where not datistemplate and datname <> 'postgres' order by 1"
}

# What GitHub's archive does not have and nobody could fetch again.
artificial_events() {
  local dir
  dir=$(mktemp -d)
  app "$1" <<<"copy (select * from gha_events where id > 281474976710656) to stdout with csv header" >"$dir/gha_events.csv" &&
    tar c -C "$dir" gha_events.csv | xz >"/root/$1.tar.xz.new" && mv "/root/$1.tar.xz.new" "/root/$1.tar.xz"
  rm -rf "$dir"
}

dump() { PGUSER=$APP pg_dump -Fc "$1" >"/root/$1.dump.new" && mv "/root/$1.dump.new" "/root/$1.dump"; }

site >/dev/null
giant_begin lock
trap 'giant_end lock' EXIT
mapfile -t all < <(databases)
[ ${#all[@]} -gt 0 ] || give_up 1 "there is no database to dump"
for database in "${all[@]}"; do
  [[ -n ${NOBACKUP:-} || $database == devstats || $database == affiliations ]] || artificial_events "$database" || say "artificial events of $database: failed, going on"
  if ! due "$database"; then say "$database: its dump is young enough"; continue; fi
  if dump "$database"; then say "$database: dumped"; else say "$database: pg_dump failed, going on"; fi
done
