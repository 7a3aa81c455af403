#!/bin/bash
# Replaces PROJDB by the dump of that name at RESTORE_FROM, then brings it up to date.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

require_project
[ -n "${RESTORE_FROM:-}" ] || give_up 1 "RESTORE_FROM must be set"
[ -z "${WAITBOOT:-}" ] || ./devel/wait_for_bootstrap.sh || give_up 2 "the bootstrap has not come"
dump=/root/$PROJDB.dump.fetched
trap 'rm -f "$dump"' EXIT
wget -q -O "$dump" "${RESTORE_FROM%/}/$PROJDB.dump" || give_up 3 "cannot fetch ${RESTORE_FROM%/}/$PROJDB.dump"
drop_project_database "$PROJDB" || give_up 4 "cannot drop $PROJDB"
create_project_database "$PROJDB" || give_up 5 "cannot create $PROJDB"
PGUSER=$ADMIN pg_restore -d "$PROJDB" "$dump" || say "pg_restore had errors, which are ignored"
app "$PROJDB" <<<'delete from gha_vars' || give_up 6 "$PROJDB is no database of DevStats"
write_vars "$PROJDB" "$PROJ" || give_up 6 "cannot set the variables of $PROJDB"
advance "$PROJDB" "$PROJ" || give_up 7 "cannot bring $PROJDB up to date"
compute "$PROJDB" || give_up 7 "cannot compute the metrics of $PROJDB"
note gha2db_sync "$PROJ" "Sync success"
grant_readers "$PROJDB" || give_up 7 "cannot grant on $PROJDB"
set_flag "$PROJDB" provisioned
clear_flag "$PROJDB" devstats_running
say "$PROJ is restored"
