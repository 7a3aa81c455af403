{{- /* What the image writes into patroni.yml. */ -}}
{{- define "devstats.table.patroni" -}}
PATRONI_LOOP_WAIT patroniLoopWait
PATRONI_TTL patroniTtl
PATRONI_RETRY_TIMEOUT patroniRetryTimeout
PATRONI_MASTER_START_TIMEOUT patroniMasterStartTimeout
PATRONI_MAXIMUM_LAG_ON_FAILOVER patroniMaximumLagOnFailover
PATRONI_POSTGRES_BUFFERS postgresSharedBuffers
PATRONI_POSTGRES_MAX_CONN postgresMaxConn
PATRONI_POSTGRES_MAX_PARALLEL_WORKERS_PER_GATHER postgresMaxParallelWorkersPerGather
PATRONI_POSTGRES_MAX_WORKER_PROCESSES postgresMaxWorkerProcesses
PATRONI_POSTGRES_MAX_PARALLEL_WORKERS postgresMaxParallelWorkers
PATRONI_POSTGRES_WORK_MEM postgresWorkMem
PATRONI_POSTGRES_WAL_BUFFERS postgresWalBuffers
PATRONI_POSTGRES_MAX_TEMP_FILE postgresMaxTempFile
PATRONI_POSTGRES_USE_SLOTS postgresUseSlots
PATRONI_POSTGRES_HOT_STANDBY postgresHotStandby
PATRONI_POSTGRES_HOT_STANDBY_FEEDBACK postgresHotStandbyFeedback
PATRONI_POSTGRES_WAL_LOG_HINTS postgresWalLogHints
PATRONI_POSTGRES_WAL_LEVEL postgresWalLevel
PATRONI_POSTGRES_MAX_WAL_SENDERS postgresMaxWalSenders
PATRONI_POSTGRES_MAX_REPLICATION_SLOTS postgresMaxReplicationSlots
PATRONI_POSTGRES_AUTOVACUUM_MAX_WORKERS postgresAutovacuumMaxWorkers
PATRONI_POSTGRES_AUTOVACUUM_NAPTIME postgresAutovacuumNaptime
PATRONI_POSTGRES_AUTOVACUUM_VACUUM_COST_LIMIT postgresAutovacuumVacuumCostLimit
PATRONI_POSTGRES_AUTOVACUUM_VACUUM_THRESHOLD postgresAutovacuumVacuumThreshold
PATRONI_POSTGRES_AUTOVACUUM_VACUUM_SCALE_FACTOR postgresAutovacuumVacuumScaleFactor
PATRONI_POSTGRES_AUTOVACUUM_ANALYZE_THRESHOLD postgresAutovacuumAnalyzeThreshold
PATRONI_POSTGRES_AUTOVACUUM_ANALYZE_SCALE_FACTOR postgresAutovacuumAnalyzeScaleFactor
PATRONI_POSTGRES_MAINTENANCE_WORK_MEM postgresMaintenanceWorkMem
PATRONI_POSTGRES_IDLE_TRANSACTION_TIMEOUT postgresIdleTransactionTimeout
PATRONI_POSTGRES_MAX_WAL_SIZE postgresMaxWalSize
PATRONI_POSTGRES_MIN_WAL_SIZE postgresMinWalSize
PATRONI_POSTGRES_CHECKPOINT_COMPLETION_TARGET postgresCheckpointCompletionTarget
PATRONI_POSTGRES_DEFAULT_STATISTICS_TARGET postgresDefaultStatisticsTarget
PATRONI_POSTGRES_CACHE_SIZE postgresCacheSize
PATRONI_POSTGRES_IO_CONCURRENCY postgresIOConcurrency
PATRONI_POSTGRES_RANDOM_PAGE_COST postgresRandomPageCost
{{- end -}}

{{/* The names that images from before 2021 read. */}}
{{- define "devstats.table.patroniTypos" -}}
PATRON_POSTGRES_MAX_WORKER_PROCESSES postgresMaxWorkerProcesses
PATRON_POSTGRES_MAX_PARALLEL_WORKERS postgresMaxParallelWorkers
{{- end -}}

{{- define "devstats.table.patroniSecrets" -}}
PATRONI_SUPERUSER_USERNAME PG_ADMIN_USER
PATRONI_SUPERUSER_PASSWORD PG_PASS
PATRONI_REPLICATION_PASSWORD PG_PASS_REP
{{- end -}}

{{/* wal_keep_size; a segment of wal_keep_segments has 16 MB. */}}
{{- define "devstats.walKeepSize" -}}
{{- with get .Values "postgresWalKeepSegments" -}}
{{ mul 16 (int .) }}MB
{{- else -}}
{{ .Values.postgresWalKeepSize }}
{{- end -}}
{{- end -}}

{{- define "devstats.env.patroni" -}}
{{- $name := .Values.postgresSvcName -}}
{{- $fields := dict "PATRONI_KUBERNETES_POD_IP" "status.podIP" "POD_IP" "status.podIP"
    "PATRONI_KUBERNETES_NAMESPACE" "metadata.namespace" "PATRONI_NAME" "metadata.name" -}}
{{- range $variable, $field := $fields }}
- name: {{ $variable }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $field }}
{{- end }}
- name: PATRONI_SCOPE
  value: {{ $name | quote }}
- name: PATRONI_KUBERNETES_LABELS
  value: {{ printf "{\"name\": \"devstats\", \"type\": \"postgres\", \"cluster-name\": %q}" $name | squote }}
- name: PATRONI_KUBERNETES_PORTS
  value: '[{"name": "postgresql", "port": {{ int .Values.postgresPort }}}]'
- name: PATRONI_KUBERNETES_USE_ENDPOINTS
  value: "true"
- name: PATRONI_REPLICATION_USERNAME
  value: standby
- name: PATRONI_POSTGRESQL_DATA_DIR
  value: /home/postgres/pgdata/pgroot/data
- name: PATRONI_POSTGRESQL_PGPASS
  value: /tmp/pgpass
- name: PATRONI_POSTGRESQL_LISTEN
  value: 0.0.0.0:{{ int .Values.postgresPort }}
- name: PATRONI_RESTAPI_LISTEN
  value: 0.0.0.0:8008
- name: PATRONI_POSTGRES_WAL_KEEP_SIZE
  value: {{ include "devstats.walKeepSize" . | quote }}
{{- include "devstats.secretEnv" (list .Values.pgSecret (include "devstats.table.patroniSecrets" .)) }}
{{- include "devstats.env" (list .Values (include "devstats.table.patroni" .)) }}
{{- include "devstats.env" (list .Values (include "devstats.table.patroniTypos" .)) }}
{{- end -}}

{{/*
Patroni's own checks: it is alive while its loop runs, and ready as the leader or as a running replica
(https://patroni.readthedocs.io/en/latest/rest_api.html#health-check-endpoints).
*/}}
{{- define "devstats.patroniProbes" -}}
startupProbe:
  httpGet: {path: /liveness, port: 8008}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ div (add (int .Values.postgresStartupSeconds) 4) 5 | max 1 }}
livenessProbe:
  httpGet: {path: /liveness, port: 8008}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readiness, port: 8008}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}
