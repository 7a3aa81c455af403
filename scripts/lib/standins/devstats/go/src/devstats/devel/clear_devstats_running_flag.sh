#!/bin/bash
# A sync that died left the project's flag: takes it away.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

require_project
clear_flag "$PROJDB" devstats_running
