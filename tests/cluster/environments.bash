# shellcheck shell=bash
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
# DevStats itself on the cluster: both environments from cluster.yaml, what they must be like, what operators do.
# Sourced by cluster.sh, whose cluster and stand-ins it uses.

environments_come_up() {
  deploy_secrets master test prod
  { sandbox_spec master node-0 node-1 node-2 && standins_spec && environments_spec; } | write_spec
  expect_exit 2 plan >/dev/null
  expect_exit 0 apply >/dev/null
  local environment
  for environment in test prod; do
    expect_match "$(expect_exit 0 ctl patroni status -e "$environment")" '^0 problems' "Patroni of $environment"
  done
  expect_eq "$(kubectl get cronjobs -n devstats-test devstats-kubernetes -o jsonpath='{.spec.schedule}')" '4 3,9,15,21 * * *' \
    "when kubernetes is synced in test"
  expect_eq "$(kubectl get cronjobs -n devstats-prod devstats-prometheus -o jsonpath='{.spec.schedule}')" '4 0,6,12,18 * * *' \
    "when prometheus is synced in prod"
}

# No value of a secret stands in any release's record.
records_hold_no_secret() {
  local value records
  value=$(kubectl get secret -n devstats-test pg-db -o 'jsonpath={.data.PG_PASS\.secret}' | base64 -d)
  records=$(kubectl get secrets -n devstats-test -l owner=helm -o json | jq -r '.items[].data.release' |
    while read -r release; do base64 -d <<<"$release" | base64 -d | gzip -dc; done)
  expect_match "$records" devstats-test-patroni "what the records hold"
  ! grep -qF "$value" <<<"$records" || fail "a record holds the password"
}

provisioned() { [ "$(ctl job list -e test -o json | jq '[.jobs[] | select(.kind == "provision" and .state != "succeeded")] | length')" = 0 ]; }
all_green() { ctl env status test >/dev/null && ctl env status prod >/dev/null; }

environments_are_healthy() {
  eventually "the projects are provisioned" 120 provisioned
  eventually "env status has nothing to say" 60 all_green
  expect_match "$(expect_exit 0 ctl env status test)" '^databases +ok +3 of 3' "the databases of test"
  expect_exit 0 plan
  expect_match "$(box master "curl -s -H 'Host: test.devstats.sandbox' http://$(address_of node-0):31080/")" 'test.devstats.sandbox' "the page of test"
  expect_match "$(box master "curl -s -H 'Host: prod.devstats.sandbox' http://$(address_of node-0):30080/")" 'prod.devstats.sandbox' "the page of prod"
}

job_ended() { [[ "$(ctl job show "$1" -o json | jq -r .state)" =~ ^(succeeded|failed)$ ]]; }

projects_are_worked_on() {
  local job
  kubectl create job -n devstats-test --from=cronjob/devstats-prometheus sync-now >/dev/null
  kubectl wait -n devstats-test --for=condition=complete --timeout=60s job/sync-now >/dev/null
  expect_match "$(expect_exit 0 ctl env status test)" '^syncs +ok' "the syncs of test"
  job=$(ctl job start vars prometheus -e test -o json | jq -r .id)
  eventually "$job has ended" 90 job_ended "$job"
  expect_eq "$(ctl job show "$job" -o json | jq -r .state)" succeeded "what became of $job"
  expect_eq "$(kubectl get pods -n devstats-test -l devstats.dev/role=job -o name)" "" "the pods that jobs left"
}

# A suspended cron is no drift, and an apply keeps it.
crons_stay_suspended() {
  expect_exit 0 ctl env suspend test --kind sync --yes >/dev/null
  expect_exit 0 apply >/dev/null
  expect_eq "$(kubectl get cronjob -n devstats-test devstats-kubernetes -o jsonpath='{.spec.suspend}')" true "whether it is suspended"
  expect_exit 0 ctl env resume test --kind sync >/dev/null
  expect_eq "$(kubectl get cronjob -n devstats-test devstats-kubernetes -o jsonpath='{.spec.suspend}')" false "whether it is suspended"
}

# image_of KIND FIELD: of test, as env images tells it.
image_of() { ctl env images show -e test -o json | jq -r --arg kind "$1" ".images[] | select(.kind == \$kind) | .$2"; }

# Tags become digests, which are asked for where nodes pull: nobody knows the registry sandbox.local but by its mirror.
images_are_locked() {
  local locked
  expect_eq "$(ctl env images show -e test -o json | jq -c '[.images[].registry_error] | unique')" '[""]' "what the registry did not know"
  expect_exit 0 ctl env images rollout -e test api sync --yes >/dev/null
  locked=$(image_of api in_force)
  expect_match "$locked" '^sandbox.local/standins/devstats-api:1@sha256:[0-9a-f]{64}$' "the image of the API"
  expect_eq "$(kubectl get deployment -n devstats-test devstats-api -o 'jsonpath={.spec.template.spec.containers[0].image}')" "$locked" "what runs"
  expect_eq "$(image_of api 'running | keys | join(" ")')" "${locked#*@}" "the digest that runs"
  expect_match "$(kubectl get cronjob -n devstats-test devstats-kubernetes -o 'jsonpath={.spec.jobTemplate.spec.template.spec.containers[0].image}')" \
    '^sandbox.local/standins/devstats:1@sha256:' "the image of a sync"
  expect_exit 0 plan >/dev/null
  expect_exit 0 ctl env images set -e test api=sandbox.local/standins/devstats-static:1 --yes >/dev/null
  expect_match "$(image_of api in_force)" '^sandbox.local/standins/devstats-static:1@sha256:' "the image that was set"
  expect_exit 0 ctl env images rollback -e test api --yes >/dev/null
  expect_eq "$(image_of api in_force)" "$locked" "the image after going back"
  expect_match "$(expect_exit 1 ctl env images set -e test api=sandbox.local/standins/none:1 --yes)" \
    'http://10.99.0.1:8080/v2/standins/none/manifests/1 : 404.*; https://sandbox.local/' "where a missing image was looked for"
}

# Only what is the new project's own.
another_project_moves_nothing() {
  { sandbox_spec master node-0 node-1 node-2 && standins_spec && environments_spec; } |
    sed '/^  test:/,/^  prod:/s/projects: \[kubernetes,prometheus,fluentd\]/projects: [kubernetes,prometheus,linkerd,fluentd]/' | write_spec
  local changes
  changes=$(expect_exit 2 ctl plan -f "$SPEC" -o - | jq -r '.plan.units[].changes[]? | .path' | grep -v linkerd | sort -u)
  expect_eq "$(grep -vE '^(revision|Ingress)' <<<"$changes")" "" "what changes besides the new project's own"
}

state_of() { ctl job show "$1" -o json | jq -r .state; }

# Production's dump, over HTTP, in the place of what test has; that is dumped before.
a_project_is_restored() {
  local id
  expect_exit 0 ctl backup run prometheus -e prod --wait >/dev/null
  expect_match "$(expect_exit 0 ctl backup list -e prod)" '^prometheus +prometheus' "the backups of prod"
  expect_exit 0 ctl backup verify -e prod >/dev/null
  expect_exit 0 ctl project restore prometheus -e test --from http://devstats-static-service-prod.devstats-prod/backups/ \
    --confirm prometheus --wait >/dev/null
  id=$(ctl job list -e test --kind restore -o json | jq -r '.jobs[0].id')
  expect_eq "$(state_of "$id")" succeeded "what became of the restore"
  expect_eq "$(state_of "$(ctl job show "$id" -o json | jq -r .after)")" succeeded "what became of the backup before it"
  expect_exit 1 ctl project restore prometheus -e test --from http://devstats-static-service-prod.devstats-prod/nothing/ \
    --no-backup --confirm prometheus --wait >/dev/null
  expect_exit 0 ctl project sync prometheus -e test --wait >/dev/null
}

# Pods to work in, and what says that Patroni is as wanted.
operators_look_around() {
  expect_exit 0 ctl patroni verify -e test >/dev/null
  expect_exit 0 ctl debug start -e test --project kubernetes --ttl 30m >/dev/null
  expect_match "$(expect_exit 0 ctl debug list -e test)" kubernetes "the pods to work in"
  expect_exit 0 ctl debug stop -e test --project kubernetes >/dev/null
  expect_match "$(expect_exit 0 ctl project logs prometheus -e test)" . "what the sync of prometheus said"
}

# By the verbs that edit cluster.yaml: with its database, and gone with it.
a_project_comes_and_goes() {
  { sandbox_spec master node-0 node-1 node-2 && standins_spec && environments_spec; } | write_spec
  expect_exit 0 ctl project add linkerd -e test -f "$SPEC" --yes >/dev/null
  eventually "linkerd is provisioned" 120 provisioned
  expect_match "$(expect_exit 0 ctl project list -e test)" '^linkerd ' "the projects of test"
  expect_exit 0 ctl project remove linkerd -e test -f "$SPEC" --confirm linkerd --detach >/dev/null
  # The stand-in does not heed being asked to end, and the drop waits for it.
  kubectl delete pods -n devstats-test -l type=grafana,proj=linkerd --grace-period=1 >/dev/null
  eventually "its database is dropped" 120 dropped linkerd
  expect_match "$(ctl env status test)" '^databases +ok +3 of 3' "the databases of test"
}
dropped() { [ "$(ctl job list -e test --project "$1" --kind drop -o json | jq -r '.jobs[0].state')" = succeeded ]; }
