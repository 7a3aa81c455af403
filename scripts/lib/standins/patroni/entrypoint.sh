#!/bin/bash
# Entry point of the sandbox's Patroni image: writes patroni.yml from the environment that the DevStats chart gives its
# database pods, then becomes Patroni. What Patroni itself reads of the environment (its scope, name, Kubernetes labels,
# listeners, data directory) is left to it; what is not set here is left out of the file.
set -euo pipefail

CONFIG=$HOME/patroni.yml

# parameters: PostgreSQL's name of each parameter, and what the chart's variable is called after PATRONI_POSTGRES_. The first
# charts wrote PATRON_POSTGRES_ for some of them.
parameters() {
  cat <<'TABLE'
shared_buffers BUFFERS
max_connections MAX_CONN
max_parallel_workers_per_gather MAX_PARALLEL_WORKERS_PER_GATHER
max_worker_processes MAX_WORKER_PROCESSES
max_parallel_workers MAX_PARALLEL_WORKERS
work_mem WORK_MEM
wal_buffers WAL_BUFFERS
temp_file_limit MAX_TEMP_FILE
hot_standby HOT_STANDBY
hot_standby_feedback HOT_STANDBY_FEEDBACK
wal_log_hints WAL_LOG_HINTS
wal_keep_size WAL_KEEP_SIZE
wal_level WAL_LEVEL
max_wal_senders MAX_WAL_SENDERS
max_replication_slots MAX_REPLICATION_SLOTS
autovacuum_max_workers AUTOVACUUM_MAX_WORKERS
autovacuum_naptime AUTOVACUUM_NAPTIME
autovacuum_vacuum_cost_limit AUTOVACUUM_VACUUM_COST_LIMIT
autovacuum_vacuum_threshold AUTOVACUUM_VACUUM_THRESHOLD
autovacuum_vacuum_scale_factor AUTOVACUUM_VACUUM_SCALE_FACTOR
autovacuum_analyze_threshold AUTOVACUUM_ANALYZE_THRESHOLD
autovacuum_analyze_scale_factor AUTOVACUUM_ANALYZE_SCALE_FACTOR
maintenance_work_mem MAINTENANCE_WORK_MEM
idle_in_transaction_session_timeout IDLE_TRANSACTION_TIMEOUT
max_wal_size MAX_WAL_SIZE
min_wal_size MIN_WAL_SIZE
checkpoint_completion_target CHECKPOINT_COMPLETION_TARGET
default_statistics_target DEFAULT_STATISTICS_TARGET
effective_cache_size CACHE_SIZE
effective_io_concurrency IO_CONCURRENCY
random_page_cost RANDOM_PAGE_COST
TABLE
}

# quoted VALUE: as YAML has it in single quotes.
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

# field INDENT NAME VALUE: a line of YAML; none when VALUE is empty.
field() { [ -z "$3" ] || printf '%*s%s: %s\n' "$1" '' "$2" "$(quoted "$3")"; }
number() { [ -z "$3" ] || printf '%*s%s: %s\n' "$1" '' "$2" "$3"; }

local_parameters() {
  local name suffix variable typo
  echo "    synchronous_commit: 'off'"
  while read -r name suffix; do
    variable=PATRONI_POSTGRES_$suffix typo=PATRON_POSTGRES_$suffix
    field 4 "$name" "${!variable:-${!typo:-}}"
  done < <(parameters)
}

# Read once, when the first member makes the cluster; from then on Kubernetes holds it.
bootstrap() {
  cat <<YAML
bootstrap:
  dcs:
    postgresql:
      use_pg_rewind: true
      use_slots: ${PATRONI_POSTGRES_USE_SLOTS:-true}
YAML
  number 4 loop_wait "${PATRONI_LOOP_WAIT:-}"
  number 4 ttl "${PATRONI_TTL:-}"
  number 4 retry_timeout "${PATRONI_RETRY_TIMEOUT:-}"
  number 4 master_start_timeout "${PATRONI_MASTER_START_TIMEOUT:-${PATRONI_PRIMARY_START_TIMEOUT:-}}"
  number 4 maximum_lag_on_failover "${PATRONI_MAXIMUM_LAG_ON_FAILOVER:-}"
  cat <<YAML
  initdb:
  - auth-host: md5
  - auth-local: trust
  - encoding: UTF8
  - locale: en_US.UTF-8
  - data-checksums
  pg_hba:
  - local all all trust
  - host all all 0.0.0.0/0 md5
  - host replication ${PATRONI_REPLICATION_USERNAME:-standby} ${POD_IP:?is not set}/16 md5
YAML
}

configuration() {
  bootstrap
  cat <<YAML
restapi:
  connect_address: '$POD_IP:8008'
postgresql:
  bin_dir: /usr/lib/postgresql/15/bin
  connect_address: '$POD_IP:5432'
  authentication:
    superuser:
      username: $(quoted "${PATRONI_SUPERUSER_USERNAME:-postgres}")
      password: $(quoted "${PATRONI_SUPERUSER_PASSWORD:?is not set}")
    replication:
      username: $(quoted "${PATRONI_REPLICATION_USERNAME:-standby}")
      password: $(quoted "${PATRONI_REPLICATION_PASSWORD:?is not set}")
  parameters:
    unix_socket_directories: /var/run/postgresql
YAML
  local_parameters
}

umask 077
configuration >"$CONFIG"
unset PATRONI_{SUPERUSER,REPLICATION}_{USERNAME,PASSWORD}
mkdir -p "${PATRONI_POSTGRESQL_DATA_DIR:?is not set}"
chmod 700 "$PATRONI_POSTGRESQL_DATA_DIR"
ulimit -c 0
exec patroni "$CONFIG"
