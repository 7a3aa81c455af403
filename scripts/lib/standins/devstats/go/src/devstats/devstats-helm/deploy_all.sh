#!/bin/bash
# Makes what all projects share (with INIT or ONLYINIT set), or the project PROJ in PROJDB.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

if [ -n "${INIT:-}${ONLYINIT:-}" ]; then
  [ -z "${TEST_SERVER:-}" ] || [ -z "${PROD_SERVER:-}" ] || site
  ./devel/init_database.sh || give_up 1 "the database could not be made"
  exit 0
fi

require_project
site >/dev/null
[ -z "${WAITBOOT:-}" ] || ./devel/wait_for_bootstrap.sh || give_up 2 "the bootstrap has not come"
[ -z "${PDROP:-}" ] || drop_project_database "$PROJDB" || give_up 3 "cannot drop $PROJDB"
create_project_database "$PROJDB" || give_up 3 "cannot create $PROJDB"
create_structure "$PROJDB" || give_up 4 "cannot make the tables of $PROJDB"
note structure "$PROJ" "Time: structure of $PROJDB made"
[ -n "${SKIPGHA:-}" ] || advance "$PROJDB" "$PROJ" || give_up 5 "cannot fill $PROJDB"
[ -n "${ONLY_GHA:-}" ] || compute "$PROJDB" || give_up 5 "cannot compute the metrics of $PROJDB"
note gha2db_sync "$PROJ" "Sync success"
write_vars "$PROJDB" "$PROJ" || give_up 6 "cannot set the variables of $PROJDB"
grant_readers "$PROJDB" || give_up 6 "cannot grant on $PROJDB"
set_flag "$PROJDB" provisioned || give_up 7 "cannot mark $PROJDB as provisioned"
say "$PROJ is provisioned"
