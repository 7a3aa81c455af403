# shellcheck shell=bash
# A release on a real cluster, by devstatsctl alone: pods that run, a hook, a test, a coordinator that dies in the act.
# Sourced by cluster.sh, whose cluster it uses.

SHOP=/root/shop

write_shop() {
  box master "mkdir -p $SHOP/templates/tests && cat > $SHOP/Chart.yaml" <<'YAML'
apiVersion: v2
name: shop
version: 0.1.0
appVersion: "1"
YAML
  box master "cat > $SHOP/values.yaml" <<<'{color: red, replicas: 2, image: "sandbox.local/k8s/busybox:1"}'
  box master "cat > $SHOP/templates/all.yaml" <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-page"}
data: {index.html: "the shop is {{ .Values.color }}\n"}
---
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}"}
spec: {selector: {app: "{{ .Release.Name }}"}, ports: [{port: 80, targetPort: 8000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata:
      labels: {app: "{{ .Release.Name }}"}
      annotations: {color: "{{ .Values.color }}"}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: "{{ .Values.image }}"
        command: [httpd, -f, -p, "8000", -h, /www]
        readinessProbe: {tcpSocket: {port: 8000}, periodSeconds: 1}
        volumeMounts: [{name: page, mountPath: /www}]
      volumes: [{name: page, configMap: {name: "{{ .Release.Name }}-page"}}]
---
apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-migrate"
  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}
spec:
  backoffLimit: 0
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: "{{ .Values.image }}", command: [echo, migrated]}]}
YAML
  box master "cat > $SHOP/templates/tests/page.yaml" <<'YAML'
apiVersion: v1
kind: Pod
metadata:
  name: "{{ .Release.Name }}-test"
  annotations: {helm.sh/hook: test}
spec:
  restartPolicy: Never
  containers:
  - {name: test, image: "{{ .Values.image }}", command: [wget, -q, -O, "-", "http://{{ .Release.Name }}/index.html"]}
YAML
}

release() { ctl release "$@" -n shop; }
shop_history() { release history store -o json | jq -r 'map("\(.revision) \(.status)") | join(", ")'; }
shop_state() { kubectl -n shop get deployment store -o json | jq -r '"\(.spec.replicas) \(.status.readyReplicas // 0) \(.spec.template.metadata.annotations.color)"'; }

release_lives() {
  write_shop
  expect_match "$(expect_exit 0 release install store $SHOP --create-namespace --wait)" '^STATUS: deployed' "what install says"
  expect_eq "$(shop_state)" "2 2 red" "the Deployment"
  expect_match "$(expect_exit 0 release test store --logs)" 'the shop is red' "the log of its test"
  expect_exit 2 release diff store $SHOP --set color=blue >/dev/null
  expect_exit 0 release upgrade store $SHOP --set color=blue --wait >/dev/null
  expect_eq "$(shop_state)" "2 2 blue" "the Deployment after an upgrade"
  expect_eq "$(shop_history)" "1 superseded, 2 deployed" "the history"
  expect_exit 0 release status store --drift >/dev/null
  kubectl -n shop delete configmap store-page >/dev/null
  expect_exit 2 release status store --drift >/dev/null
  expect_exit 0 release rollback store 1 --wait >/dev/null
  expect_eq "$(shop_state)" "2 2 red" "the Deployment after a rollback"
  expect_match "$(ctl release list -A)" '^store[[:space:]]+shop[[:space:]]+3[[:space:]].*[[:space:]]deployed[[:space:]]+shop-0.1.0' "the list"
}

release_fails_kindly() {
  local said
  said=$(expect_exit 1 release upgrade store $SHOP --set image=sandbox.local/k8s/nothing:1 --atomic --timeout 20s)
  expect_match "$said" 'rolled back due to atomic' "what a failed upgrade says"
  expect_match "$said" '(ErrImagePull|ImagePullBackOff)' "why it failed"
  expect_eq "$(shop_history)" "1 superseded, 2 superseded, 3 superseded, 4 failed, 5 deployed" "the history"
  expect_eq "$(shop_state)" "2 2 red" "the Deployment after that"
}

# The coordinator dies at each boundary of an upgrade, and comes back: the upgrade ends, once.
release_survives_cuts() {
  echo 'kill-each release.*' | set_faults master
  box master 'systemctl restart devstats-coordinator.service' || :
  eventually "an upgrade that goes through all cuts" 200 upgraded_through_cuts
  clear_faults master
  box master 'systemctl restart devstats-coordinator.service'
  eventually "the coordinator answers" 30 ctl status
  expect_eq "$(shop_history)" "1 superseded, 2 superseded, 3 superseded, 4 failed, 5 superseded, 6 deployed" "the history"
  expect_eq "$(shop_state)" "3 3 green" "the Deployment"
  expect_match "$(box master 'cat /var/lib/devstats-coordinator/fault-hits')" '^release.applied ' "the cuts"
  expect_eq "$(kubectl -n shop get jobs -o name | wc -l)" 1 "the number of jobs of the hook"
}
upgraded_through_cuts() {
  case $(shop_history 2>/dev/null) in
    *", 6 deployed") return 0 ;;
    *", 5 deployed") ctl release upgrade store $SHOP -n shop --set color=green,replicas=3 --wait ;;
  esac
  return 1
}

release_goes() {
  expect_exit 0 release uninstall store --wait >/dev/null
  expect_eq "$(kubectl -n shop get deployments,configmaps,services -o name | grep store || :)" "" "what is left of it"
  expect_match "$(release list -q -a)" '^$' "the list"
}
