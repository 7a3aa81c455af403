#!/bin/bash
# What a report is here: who did how much in each project, one file a project in the current directory.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

while read -r database; do
  app "$database" <<<"copy (select dup_actor_login, count(*) from gha_events group by 1 order by 2 desc) to stdout with csv header" >"contributors_$database.csv" ||
    say "$database: failed, going on"
done < <(app postgres <<<"select datname from pg_database where not datistemplate and datname not in ('postgres', 'devstats', 'affiliations') order by 1")
say "done"
