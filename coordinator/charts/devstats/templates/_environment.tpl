{{/*
(list VALUES TABLE): an environment variable for each line of TABLE, "NAME KEY": the value of KEY, which may be absent.
"NAME OLD KEY": OLD goes first where it is given, as in values files from before it was renamed.
*/}}
{{- define "devstats.env" -}}
{{- $values := index . 0 -}}
{{- range $line := splitList "\n" (trim (index . 1)) -}}
{{- $words := splitList " " $line -}}
{{- $key := last $words -}}
{{- range $old := initial (rest $words) -}}
{{- if hasKey $values $old -}}{{- $key = $old -}}{{- end -}}
{{- end }}
- name: {{ first $words }}
  value: {{ include "devstats.text" (get $values $key) | quote }}
{{- end -}}
{{- end -}}

{{/* (list SECRET TABLE): the same from a secret: "NAME KEY". */}}
{{- define "devstats.secretEnv" -}}
{{- $secret := index . 0 -}}
{{- range $line := splitList "\n" (trim (index . 1)) -}}
{{- $words := splitList " " $line }}
- name: {{ first $words }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ last $words }}.secret
{{- end -}}
{{- end -}}

{{/* (list ROOT TESTKEY PRODKEY): one of both is set, as the environment has it. */}}
{{- define "devstats.env.servers" -}}
{{- $root := index . 0 -}}
{{- $test := ne (include "devstats.isTest" $root) "" }}
- name: TEST_SERVER
  value: {{ ternary (include "devstats.text" (get $root.Values (index . 1)) | default "1") "" $test | quote }}
- name: PROD_SERVER
  value: {{ ternary "" (include "devstats.text" (get $root.Values (index . 2)) | default "1") $test | quote }}
{{- end -}}

{{- define "devstats.env.affiliationsDB" -}}
{{- with .Values.affiliationsDB }}
- name: GHA2DB_AFFILIATIONS_DB
  value: {{ . | quote }}
{{- end -}}
{{- end -}}

{{/* PostgreSQL and GitHub, for programs that only sync. */}}
{{- define "devstats.env.access" -}}
{{- include "devstats.secretEnv" (list .Values.oauthSecret "GHA2DB_GITHUB_OAUTH GHA2DB_GITHUB_OAUTH") }}
{{- include "devstats.secretEnv" (list .Values.pgSecret "PG_HOST PG_HOST\nPG_PORT PG_PORT\nPG_PASS PG_PASS") }}
{{- end -}}

{{/* The same for scripts that make databases and roles. */}}
{{- define "devstats.env.fullAccess" -}}
{{- include "devstats.env.access" . }}
{{- include "devstats.secretEnv" (list .Values.pgSecret "PG_PASS_RO PG_PASS_RO\nPG_PASS_TEAM PG_PASS_TEAM\nPG_ADMIN_USER PG_ADMIN_USER") }}
{{- end -}}

{{/* Every program of DevStats. */}}
{{- define "devstats.table.run" -}}
GHA2DB_ALLOW_METRIC_FAIL allowMetricFail
GHA2DB_RECALC_RECIPROCAL recalcReciprocal
GHA2DB_DEBUG debug
GHA2DB_CMDDEBUG cmdDebug
GHA2DB_GITHUB_DEBUG githubDebug
GHA2DB_QOUT queryOut
GHA2DB_CHECK_IMPORTED_SHA checkImportedSHA
GHA2DB_COMPANY_ACQ_YAML companyAcq
GHA2DB_PROJECTS_YAML projectsFile
GHA2DB_PROJECTS_OVERRIDE projectsOverride
GHA2DB_AFFILIATIONS_JSON affiliations
GHA2DB_COMPUTE_ALL forceComputeAll
GHA2DB_SKIP_METRICS skipMetrics
GHA2DB_EXCLUDE_VARS excludeVars
GHA2DB_ONLY_METRICS onlyMetrics
GHA2DB_FORCE_PERIODS periods
GHA2DB_FETCH_COMMITS_MODE fetchCommitsMode
GHA2DB_GIT_COMMITS_BATCH gitCommitsBatch
{{- end -}}

{{/* What bootstrap, provisioning and sync fetch. */}}
{{- define "devstats.table.fetch" -}}
GHA2DB_REPOS_DIR reposDir
GET_AFFS_FILES getAffsFiles
GHA2DB_GHAPISKIP ghaAPISkip
GHA2DB_GHAPISKIPCOMMENTS ghapiSkipComments
GHA2DB_GHAPISKIPREVIEWS ghapiSkipReviews
GHA2DB_GHAPISKIPFORKS ghapiSkipForks
GHA2DB_GHAPISKIPRELEASES ghapiSkipReleases
GHA2DB_GHAPISKIPSTARS ghapiSkipStars
GHA2DB_RESTORE_ORPHAN_COMMITS ghapiRestoreOrphanCommits
{{- end -}}

{{/* Bootstrap and provisioning: deploy_all.sh and merge_dbs. */}}
{{- define "devstats.table.deploy" -}}
SKIPTEMP skipTemp
SKIPADDALL skipAddAll
FORCEADDALL forceAddAll
HEALTH health
GHA2DB_NCPUS nCPUs
GHA2DB_LOCAL gha2dbLocal
GHA2DB_INPUT_DBS inputDBs
GHA2DB_OUTPUT_DB outputDB
ONLY_TABLES onlyTables
SKIP_TABLES skipTables
IGNORE_NO_DB ignoreNoDB
SKIP_DBS skipDBs
MERGE_DT_FROM mergeDtFrom
USE_BATCH useBatch
BATCH_SIZE batchSize
PARALLEL parallel
GHA2DB_GHAPIALLOWINSERTFAIL ghapiAllowInsertFail
{{- end -}}

{{- define "devstats.table.bootstrap" -}}
WAITBOOT waitForPostgres
UDROP bootstrapUDrop
LDROP bootstrapLDrop
NOCREATE bootstrapNoCreate
GIANT giant giantBoot
{{- end -}}

{{- define "devstats.table.provision" -}}
WAITBOOT waitForBootstrap
GIANT giant giantProv
RESTORE_FROM restoreFrom
USE_FLAGS useFlags useFlagsProv
SKIP_IMP_AFFS skipImpAffs
SKIP_UPD_AFFS skipUpdAffs
REPOS useRepos
PDROP reinitDropDB
TSDB_DROP tsdbDrop
MERGE_MODE mergeMode
ONLY_GHA onlyGHA
SKIP_ECFRG_RESET skipECFRGReset
SKIPGHA skipGHA
DELETE_ANNOTATIONS deleteAnnotations
GHA2DB_SKIP_RAND skipRand
GHA2DB_GETREPOSSKIP skipGetRepos
GHA2DB_METRICS_YAML metricsYAML
GHA2DB_TAGS_YAML tagsYAML
GHA2DB_COLUMNS_YAML columnsYAML
GHA2DB_GHAPISKIPISSUES ghapiSkipIssues
GHA2DB_GHAPISKIPPRS ghapiSkipPRs
DTFROM ghapiDtFrom
DTTO ghapiDtTo
GHA2DB_RECENT_RANGE ghapiRecentRange
GHA2DB_ORPHAN_COMMITS_RANGE ghapiOrphanCommitsRange
GHA2DB_RECENT_REPOS_RANGE ghapiRecentReposRange
{{- end -}}

{{/* Of a project: whatever works on it. */}}
{{- define "devstats.table.project" -}}
PROJ proj
PROJDB db
PROJREPO repo
ONLY proj
GHA2DB_MAX_HIST maxHist
SKIP_AFFS_LOCK skipAffsLock
AFFS_LOCK_DB affsLockDB
NO_DURABLE noDurable
DURABLE_PQ durablePQ
{{- end -}}

{{/* (list ROOT PROJECT): of a project, or of all. */}}
{{- define "devstats.env.maxRunDuration" }}
- name: GHA2DB_MAX_RUN_DURATION
  value: {{ (index . 1).maxRunDuration | default (index . 0).Values.maxRunDuration | default "" | quote }}
{{- end -}}
