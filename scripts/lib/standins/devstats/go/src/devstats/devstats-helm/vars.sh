#!/bin/bash
# Sets the project's variables; with USE_FLAGS while no sync runs.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

vars() {
  write_vars "$PROJDB" "$PROJ" &&
    note vars "$PROJ" "Time: variables set"
}

require_project
if [ -n "${USE_FLAGS:-}" ]; then (with_project_held vars); else vars; fi || give_up 1 "the variables of $PROJDB could not be set"
