#!/bin/bash
# Vacuums all databases.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

PGUSER=$ADMIN vacuumdb -q -a --analyze
say "all databases are vacuumed"
