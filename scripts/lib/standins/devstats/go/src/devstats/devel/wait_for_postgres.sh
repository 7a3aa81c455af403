#!/bin/bash
# Returns when the server answers. Unlike the real one, which waits for a time, it waits for that alone.
# shellcheck source=scripts/lib/standins/devstats/usr/lib/devstats/common.sh
. /usr/lib/devstats/common.sh

for ((try = 0; try < 300; try++)); do
  ! PGUSER=$ADMIN pg_isready -q -t 2 || exit 0
  sleep 1
done
give_up 1 "no server answers at $PGHOST:$PGPORT"
