# shellcheck shell=bash
# What the sandbox has in the place of storage, ingress, Patroni and DevStats' images, each doing what a DevStats cluster asks of it.
# Sourced by cluster.sh, whose cluster it uses, in a namespace of its own.

S=standins
IMAGES=sandbox.local/standins
standins_apply() { box master kubectl -n $S apply -f - >/dev/null; }
standins_kubectl() { kubectl -n $S "$@"; }

# pod NAME NODE CLAIM COMMAND: runs once, with the claim's volume at /data.
standins_pod() {
  standins_apply <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  nodeSelector: {kubernetes.io/hostname: $2}
  containers:
  - {name: main, image: sandbox.local/k8s/busybox:1, command: [sh, -c, '$4'], volumeMounts: [{name: data, mountPath: /data}]}
  volumes: [{name: data, persistentVolumeClaim: {claimName: $3}}]
YAML
}
pod_has() { [ "$(standins_kubectl get pod "$1" -o jsonpath='{.status.phase}')" = "$2" ]; }
pod_succeeds() { eventually "pod $1 succeeds" 60 pod_has "$1" Succeeded; }

# claim NAME CLASS MODE
standins_claim() {
  standins_apply <<YAML
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: $1}
spec: {storageClassName: $2, accessModes: [$3], resources: {requests: {storage: 1Gi}}}
YAML
}
claim_is() { [ "$(standins_kubectl get pvc "$1" -o jsonpath='{.status.phase}')" = "$2" ]; }
volume_of() { standins_kubectl get pvc "$1" -o jsonpath='{.spec.volumeName}'; }
volume_is_gone() { [ -z "$(kubectl get pv "$1" --ignore-not-found -o name)" ]; }

stores() {
  local own shared
  kubectl create namespace $S >/dev/null
  eventually "its service account" 30 kubectl -n $S get serviceaccount default >/dev/null 2>&1
  standins_claim own openebs-hostpath ReadWriteOnce
  standins_claim backups nfs-openebs-localstorage ReadWriteMany
  eventually "a claim of the shared class is bound without a pod" 30 claim_is backups Bound
  expect_eq "$(standins_kubectl get pvc own -o jsonpath='{.status.phase}')" Pending "a claim that no pod uses"
  standins_pod writer node-0 own 'echo own >/data/file'
  standins_pod sharer node-0 backups 'echo shared >/data/file'
  pod_succeeds writer
  pod_succeeds sharer
  standins_pod reader node-1 backups 'grep shared /data/file'
  pod_succeeds reader
  own=$(volume_of own) shared=$(volume_of backups)
  expect_eq "$(box node-0 "cat /var/openebs/local/$own/file")" own "the volume on the node of its pod"
  expect_eq "$(kubectl get pv "$own" -o 'jsonpath={.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]}')" node-0 "its node"
  standins_kubectl delete pod --all --wait >/dev/null
  standins_kubectl delete pvc --all >/dev/null
  eventually "the volumes are gone" 60 volume_is_gone "$own"
  eventually "the volumes are gone" 60 volume_is_gone "$shared"
  expect_eq "$(box node-0 "ls -d /var/openebs/local/$own /srv/shared/$shared" 2>/dev/null || :)" "" "what is left of them"
}

# page NODE PORT HOST PATH
page() { box master curl -sk --max-time 10 -H "Host: $3" "http://$(address_of "$1"):$2$4"; }
serves() { page "$1" "$2" "$3" "${5:-/}" | grep -q "$4"; }

routes() {
  local node
  for name in static api; do
    kubectl -n devstats-test create deployment "try-$name" --image "$IMAGES/devstats-$name:1" >/dev/null
  done
  kubectl -n devstats-test expose deployment try-static --port 80 >/dev/null
  kubectl -n devstats-test expose deployment try-api --port 80 --target-port 8080 >/dev/null
  box master kubectl -n devstats-test apply -f - >/dev/null <<'YAML'
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: try}
spec:
  ingressClassName: nginx-test
  tls: [{hosts: [try.example.org], secretName: nothing-yet}]
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: try-static, port: {number: 80}}}}]}
  - host: try.example.org
    http:
      paths:
      - {path: /api/, pathType: Prefix, backend: {service: {name: try-api, port: {number: 80}}}}
      - {path: /, pathType: Prefix, backend: {service: {name: try-static, port: {number: 80}}}}
YAML
  for node in master node-0 node-1; do
    eventually "$node serves the page" 60 serves "$node" 31080 try.example.org '<b>try.example.org</b>'
  done
  eventually "the API is served" 60 serves node-0 31080 try.example.org standIn /api/v1
  expect_match "$(page node-0 31080 nobody.example.org /)" '<b>nobody.example.org</b>' "a host that no rule names"
  expect_match "$(box master curl -sk "https://$(address_of node-1):31443/")" 'DevStats in the sandbox' "the page over HTTPS"
  expect_eq "$(box master curl -s -o /dev/null -w '%{http_code}' -H 'Host: try.example.org' "http://$(address_of node-0):30080/")" 404 \
    "what the other class's controller says of that host"
  kubectl -n devstats-test delete ingress/try deployment/try-{static,api} service/try-{static,api} >/dev/null
}

# Of the environment that the chart gives the database pods, what matters for a small one.
standins_database() {
  cat <<YAML
apiVersion: v1
kind: Secret
metadata: {name: pg-db}
stringData: {PG_ADMIN_USER.secret: postgres, PG_PASS.secret: one's, PG_PASS_REP.secret: two, PG_PASS_RO.secret: three, PG_PASS_TEAM.secret: four}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: devstats-postgres}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: devstats-postgres}
rules:
- {apiGroups: [""], resources: [configmaps, endpoints], verbs: [create, get, list, patch, update, watch]}
- {apiGroups: [""], resources: [pods], verbs: [get, list, patch, update, watch]}
- {apiGroups: [""], resources: [services], verbs: [create, get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: devstats-postgres}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: devstats-postgres}
subjects: [{kind: ServiceAccount, name: devstats-postgres}]
---
apiVersion: v1
kind: Endpoints
metadata: {name: devstats-postgres-config, labels: $DATABASE_LABELS}
---
apiVersion: v1
kind: Service
metadata: {name: devstats-postgres-config, labels: $DATABASE_LABELS}
spec: {clusterIP: None}
---
apiVersion: v1
kind: Service
metadata: {name: devstats-postgres, labels: $DATABASE_LABELS}
spec: {clusterIP: None, ports: [{name: psql, port: 5432}], selector: {cluster-name: devstats-postgres, role: master}}
---
apiVersion: v1
kind: Service
metadata: {name: devstats-postgres-ro, labels: $DATABASE_LABELS}
spec: {clusterIP: None, ports: [{name: psql, port: 5432}], selector: {cluster-name: devstats-postgres, role: replica}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: devstats-postgres, labels: $DATABASE_LABELS}
spec:
  replicas: 3
  serviceName: devstats-postgres
  podManagementPolicy: Parallel
  selector: {matchLabels: $DATABASE_LABELS}
  template:
    metadata: {labels: $DATABASE_LABELS}
    spec:
      serviceAccountName: devstats-postgres
      terminationGracePeriodSeconds: 10
      securityContext: {fsGroup: 999}
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname,
        labelSelector: {matchLabels: {type: postgres}}}]}}
      initContainers:
      - name: patch-container
        image: $IMAGES/patroni:1
        command: [sh, -c, "chown -R 999:999 /home/postgres/pgdata"]
        securityContext: {runAsUser: 0}
        volumeMounts: [{name: pgdata, mountPath: /home/postgres/pgdata}]
      containers:
      - name: devstats-postgres
        image: $IMAGES/patroni:1
        resources: {limits: {memory: 256Mi}, requests: {cpu: 10m}}
        volumeMounts: [{name: pgdata, mountPath: /home/postgres/pgdata}]
        env:
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: PATRONI_KUBERNETES_POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        - {name: PATRONI_KUBERNETES_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
        - {name: PATRONI_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: PATRONI_KUBERNETES_LABELS, value: '{"name": "devstats", "type": "postgres", "cluster-name": "devstats-postgres"}'}
        - {name: PATRONI_KUBERNETES_PORTS, value: '[{"name": "psql", "port": 5432}]'}
        - {name: PATRONI_KUBERNETES_USE_ENDPOINTS, value: "true"}
        - {name: PATRONI_SCOPE, value: devstats-postgres}
        - {name: PATRONI_POSTGRESQL_DATA_DIR, value: /home/postgres/pgdata/pgroot/data}
        - {name: PATRONI_POSTGRESQL_PGPASS, value: /tmp/pgpass}
        - {name: PATRONI_POSTGRESQL_LISTEN, value: "0.0.0.0:5432"}
        - {name: PATRONI_RESTAPI_LISTEN, value: "0.0.0.0:8008"}
        - {name: PATRONI_REPLICATION_USERNAME, value: standby}
        - {name: PATRONI_SUPERUSER_USERNAME, value: postgres}
        - {name: PATRONI_SUPERUSER_PASSWORD, valueFrom: {secretKeyRef: {name: pg-db, key: PG_PASS.secret}}}
        - {name: PATRONI_REPLICATION_PASSWORD, valueFrom: {secretKeyRef: {name: pg-db, key: PG_PASS_REP.secret}}}
        - {name: PATRONI_LOOP_WAIT, value: "2"}
        - {name: PATRONI_TTL, value: "20"}
        - {name: PATRONI_RETRY_TIMEOUT, value: "5"}
        - {name: PATRONI_POSTGRES_BUFFERS, value: 24MB}
        - {name: PATRONI_POSTGRES_WORK_MEM, value: 3MB}
        - {name: PATRON_POSTGRES_MAX_PARALLEL_WORKERS, value: "3"} # as the first charts wrote it
  volumeClaimTemplates:
  - metadata: {name: pgdata}
    spec: {storageClassName: openebs-hostpath, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
YAML
}
DATABASE_LABELS='{name: devstats, type: postgres, cluster-name: devstats-postgres}'

# members: as each member sees them: "leader running, replica running, replica running"
members() {
  standins_kubectl exec devstats-postgres-0 -c devstats-postgres -- wget -q -O - http://127.0.0.1:8008/cluster 2>/dev/null |
    jq -r '[.members[] | "\(.role) \(.state)"] | sort | join(", ")'
}
members_are() { [ "$(members)" = "$1" ]; }
# leader_says STATEMENT
leader_says() {
  local leader
  leader=$(standins_kubectl get pods -l role=master -o name)
  standins_kubectl exec "$leader" -c devstats-postgres -- psql -At -h /var/run/postgresql -U postgres -c "$1"
}
streaming() { leader_says "select count(*) from pg_stat_replication where state = 'streaming'"; }
streaming_is() { [ "$(streaming)" = "$1" ]; }

elects_a_leader() {
  standins_database | standins_apply
  eventually "Patroni has a leader and two replicas" 150 members_are "leader running, replica running, replica running"
  eventually "two replicas stream" 60 streaming_is 2
  expect_eq "$(leader_says "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
    where name in ('shared_buffers', 'work_mem', 'max_parallel_workers', 'synchronous_commit', 'lc_collate', 'data_checksums')")" \
    "data_checksums=on lc_collate=en_US.UTF-8 max_parallel_workers=3 shared_buffers=3072 synchronous_commit=off work_mem=3072" "what the server runs with"
}

# devstats_pod NAME HOST COMMAND NAME=VALUE...: runs it with the DevStats image until it ends.
devstats_pod() {
  local name=$1 host=$2 command=$3 more=() pair
  shift 3
  for pair; do more+=("{name: ${pair%%=*}, value: \"${pair#*=}\"}"); done
  standins_apply <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $name, labels: {app: devstats-try}}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: $IMAGES/devstats:1
    command: [$command]
    volumeMounts: [{name: backups, mountPath: /root}]
    env: [{name: PG_HOST, value: $host}, {name: PG_PORT, value: "5432"}, {name: TEST_SERVER, value: "1"},
      {name: PG_PASS, valueFrom: {secretKeyRef: {name: pg-db, key: PG_PASS.secret}}},
      {name: PG_PASS_RO, valueFrom: {secretKeyRef: {name: pg-db, key: PG_PASS_RO.secret}}},
      {name: PG_PASS_TEAM, valueFrom: {secretKeyRef: {name: pg-db, key: PG_PASS_TEAM.secret}}},
      {name: PG_ADMIN_USER, valueFrom: {secretKeyRef: {name: pg-db, key: PG_ADMIN_USER.secret}}}, $(IFS=, && echo "${more[*]}")]
  volumes: [{name: backups, persistentVolumeClaim: {claimName: backups}}]
YAML
}

# last_log: messages of the log, the newest last.
last_log() { leader_in devstats "select msg from gha_logs where prog in ('devstats', 'gha2db_sync') order by dt, id"; }
leader_in() {
  local leader
  leader=$(standins_kubectl get pods -l role=master -o name)
  standins_kubectl exec "$leader" -c devstats-postgres -- psql -At -h /var/run/postgresql -U postgres -d "$1" -c "$2"
}

runs_devstats() {
  local project=(PROJ=prometheus PROJDB=prometheus ONLY=prometheus) sync=(ONLY=prometheus GHA2DB_CHECK_PROVISION_FLAG=1
    GHA2DB_CHECK_RUNNING_FLAG=1 GHA2DB_SET_RUNNING_FLAG=1)
  standins_claim backups nfs-openebs-localstorage ReadWriteMany
  devstats_pod bootstrap devstats-postgres ./devstats-helm/deploy_all.sh INIT=1 ONLYINIT=1
  devstats_pod provision devstats-postgres ./devstats-helm/deploy_all.sh WAITBOOT=60 "${project[@]}"
  pod_succeeds bootstrap
  pod_succeeds provision
  expect_eq "$(leader_in devstats "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolname in ('gha_admin', 'ro_user', 'devstats_team')")" \
    "devstats_team gha_admin ro_user" "the users"
  expect_eq "$(leader_in prometheus 'select metric from gha_computed')" provisioned "the flags of a project that was provisioned"
  devstats_pod sync devstats-postgres devstats "${sync[@]}"
  pod_succeeds sync
  expect_match "$(last_log)" '^Synced prometheus, took: ' "the log"
  leader_in prometheus "insert into gha_computed values ('devstats_running', now() at time zone 'utc')" >/dev/null
  devstats_pod sync-again devstats-postgres devstats "${sync[@]}"
  pod_succeeds sync-again
  expect_match "$(last_log)" "^Running flag on 'prometheus' set, exiting" "the log when another sync runs"
  devstats_pod backups devstats-postgres-ro ./devstats-helm/backups.sh NOAGE=1 ONLY=prometheus
  pod_succeeds backups
  restores
}

# The dump that was just made, over HTTP, into a database that has lost its data.
restores() {
  local shared
  shared=$(volume_of backups)
  leader_in prometheus 'drop table gha_events' >/dev/null
  standins_apply <<YAML
apiVersion: v1
kind: Pod
metadata: {name: site, labels: {app: site}}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: main, image: $IMAGES/devstats-static:1, volumeMounts: [{name: backups, mountPath: /usr/share/nginx/html/backups}]}]
  volumes: [{name: backups, persistentVolumeClaim: {claimName: backups}}]
YAML
  standins_kubectl expose pod site --port 80 >/dev/null
  standins_kubectl wait --for=condition=Ready pod/site --timeout=60s >/dev/null
  expect_match "$(box master ls "/srv/shared/$shared")" '^prometheus.dump$' "the backups"
  devstats_pod restore devstats-postgres ./devstats-helm/restore.sh PROJ=prometheus PROJDB=prometheus RESTORE_FROM=http://site/backups/
  pod_succeeds restore
  expect_match "$(leader_in prometheus "select count(*) > 20 from gha_events")" t "whether the data is back"
  expect_eq "$(leader_in prometheus 'select metric from gha_computed')" provisioned "the flags of a project that was restored"
  devstats_pod restore-nothing devstats-postgres ./devstats-helm/restore.sh PROJ=x PROJDB=x RESTORE_FROM=http://site/backups/
  eventually "a restore from nothing fails" 60 pod_has restore-nothing Failed
}

# A new leader is found by the name that the old one had.
fails_over() {
  local old
  old=$(standins_kubectl get pods -l role=master -o jsonpath='{.items[0].metadata.name}')
  standins_kubectl delete pod "$old" --wait=false >/dev/null
  eventually "another leader" 90 leader_is_another "$old"
  devstats_pod sync-after devstats-postgres devstats "ONLY=prometheus nothing"
  pod_succeeds sync-after
  expect_match "$(last_log)" "^No 'nothing' database, " "the log of a project without a database"
  eventually "two replicas stream again" 120 streaming_is 2
  kubectl delete namespace $S --wait=false >/dev/null
}
leader_is_another() {
  local name
  name=$(standins_kubectl get pods -l role=master -o jsonpath='{.items[*].metadata.name}')
  [ -n "$name" ] && [ "$name" != "$1" ]
}
