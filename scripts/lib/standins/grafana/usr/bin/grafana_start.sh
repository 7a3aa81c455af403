#!/bin/bash
# Serves, and leaves under /root, every minute, what the real one leaves there: its database. Here it holds no more than a name.
set -euo pipefail

leave_database() {
  local file=/root/grafana.${PROJ:?is not set}.db
  echo "stand-in for the database of Grafana of $PROJ, for $PG_DB" >"$file.$HOSTNAME" && mv "$file.$HOSTNAME" "$file"
}

: "${PG_DB:?is not set}"
{ while leave_database; do sleep 60; done; } &
exec nginx
