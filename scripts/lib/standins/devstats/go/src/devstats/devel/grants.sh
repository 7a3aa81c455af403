#!/bin/bash
# Grants readers what is in the project's database by now.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/database.sh
. /usr/lib/devstats/database.sh

require_project
grant_readers "$PROJDB"
