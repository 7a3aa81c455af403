#!/bin/bash
# usage: wait_flag.sh DATABASE FLAG 0|1 [SECONDS]
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

wait_flag "${1:?DATABASE}" "${2:?FLAG}" "${3:?0 or 1}" "${4:-10}"
