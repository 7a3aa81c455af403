#!/bin/bash
# Says that the project is provisioned.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

require_project
set_flag "$PROJDB" provisioned
