#!/bin/bash
# Returns when the bootstrap has made the log.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

for ((try = 0; try < 900; try++)); do
  [ "$(app devstats 2>/dev/null <<<"select to_regclass('gha_logs') is not null")" != t ] || exit 0
  sleep 1
done
give_up 1 "there is no table gha_logs in devstats"
