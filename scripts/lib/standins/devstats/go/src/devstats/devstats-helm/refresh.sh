#!/bin/bash
# What tags.sh, columns.sh and others of that kind are here: they hold the project, compute, and say so.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

refresh() {
  compute "$PROJDB" &&
    note "$PROGRAM" "$PROJ" "Time: $PROGRAM done"
}

require_project
(with_project_held refresh) || give_up 1 "$PROGRAM of $PROJ failed"
