#!/bin/bash
# Imports the affiliations that all projects share. Here there are none to import.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

app devstats <<<'select count(*) from gha_computed' >/dev/null || give_up 1 "cannot reach the database devstats"
note import_affs "" "Imported shared affiliations"
