#!/bin/bash
# usage: clear_flag.sh DATABASE FLAG
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

clear_flag "${1:?DATABASE}" "${2:?FLAG}"
