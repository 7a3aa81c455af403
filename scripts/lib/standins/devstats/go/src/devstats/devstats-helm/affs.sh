#!/bin/bash
# Imports affiliations into the project, one project at a time.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

require_project
lock_database=${AFFS_LOCK_DB:-devstats}

import() {
  app "$PROJDB" <<<"update gha_actors set name = 'Person ' || id" &&
    note import_affs "$PROJ" "Imported affiliations"
}

end() {
  [ -n "${SKIP_AFFS_LOCK:-}" ] || clear_flag "$lock_database" affs_lock
  giant_end lock
}

giant_begin lock
if [ -z "${SKIP_AFFS_LOCK:-}" ]; then
  wait_flag "$lock_database" affs_lock 0 1
  set_flag "$lock_database" affs_lock
fi
trap end EXIT
(with_project_held import) || give_up 2 "the import into $PROJDB failed"
say "$PROJ has its affiliations"
