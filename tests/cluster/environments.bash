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

# Only what is the new project's own.
another_project_moves_nothing() {
  { sandbox_spec master node-0 node-1 node-2 && standins_spec && environments_spec; } |
    sed '/^  test:/,/^  prod:/s/projects: \[kubernetes,prometheus,fluentd\]/projects: [kubernetes,prometheus,linkerd,fluentd]/' | write_spec
  local changes
  changes=$(expect_exit 2 ctl plan -f "$SPEC" -o - | jq -r '.plan.units[].changes[]? | .path' | grep -v linkerd | sort -u)
  expect_eq "$(grep -vE '^(revision|Ingress)' <<<"$changes")" "" "what changes besides the new project's own"
}
