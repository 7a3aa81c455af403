#!/bin/bash
# Computes the project's series anew; with TSDB_DROP from nothing, with PDROP its whole database.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

reinit() {
  if [ -n "${PDROP:-}" ]; then
    drop_project_database "$PROJDB" && create_project_database "$PROJDB" && create_structure "$PROJDB" && grant_readers "$PROJDB" || return
  fi
  [ -z "${TSDB_DROP:-}" ] || app "$PROJDB" <<<'delete from sevents_h' || return
  [ -n "${SKIPGHA:-}" ] || advance "$PROJDB" "$PROJ" || return
  compute "$PROJDB" && write_vars "$PROJDB" "$PROJ" && note gha2db_sync "$PROJ" "Sync success"
}

require_project
giant_begin any
trap 'giant_end any' EXIT
(with_project_held reinit) || give_up 2 "$PROJ could not be computed anew"
say "$PROJ is computed anew"
