#!/usr/bin/env python3
"""Writes charts that measure the chart engine.

usage: charts.py KIND COUNT FOLDER
  projects   a chart of many projects: for each a dozen documents (claims, pods, cron jobs, ingresses ...) made from one
             list in its values, as the charts of large installations are; COUNT projects
  documents  one template that ranges COUNT times and makes a document each time
  subcharts  COUNT subcharts, each with values, a helper and two documents
  tpl        one document with COUNT calls of `tpl`
  objects    COUNT objects that an API server of Kubernetes 1.20 takes and that start no pod, of a dozen kinds
"""
import os
import sys

CHART = "apiVersion: v2\nname: {name}\nversion: 1.0.0\n"

HELPERS = """{{- define "labels" -}}
app.kubernetes.io/name: {{ .name | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "environment" -}}
{{- range $key, $value := .environment }}
- name: {{ $key | upper | replace "-" "_" }}
  value: {{ $value | quote }}
{{- end }}
{{- if .limits }}
- name: LIMITS
  value: {{ .limits | toJson | quote }}
{{- end }}
{{- end }}
"""

WORKLOAD = """{{- $root := . -}}
{{- $skip := .Values.skip | int -}}
{{- range $index, $project := .Values.projects }}
{{- if and (ge $index $skip) (not $project.disabled) }}
{{- $name := printf "%s-%s" (default $root.Values.prefix $project.prefix) ($project.name | lower) }}
---
apiVersion: {{ KIND_API }}
kind: KIND_NAME
metadata:
  name: {{ $name }}-KIND_SUFFIX
  labels:
    {{- include "labels" (dict "name" $name "root" $root) | nindent 4 }}
spec:
  schedule: {{ $project.schedule | default "0 */3 * * *" | quote }}
  replicas: {{ if kindIs "float64" $project.replicas }}{{ $project.replicas | int }}{{ else }}1{{ end }}
  template:
    metadata:
      labels:
        {{- include "labels" (dict "name" $name "root" $root) | nindent 8 }}
    spec:
      containers:
      - name: KIND_SUFFIX
        image: {{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.Version }}
        command:
        {{- range $word := $project.command }}
        - {{ $word | quote }}
        {{- end }}
        env:
        {{- include "environment" $project | nindent 8 }}
        - name: ORDER
          value: {{ add $index 1 | quote }}
        resources:
          {{- toYaml (default $root.Values.resources $project.resources) | nindent 10 }}
        volumeMounts:
        - mountPath: {{ $root.Values.mount }}/{{ $project.name }}
          name: {{ $name }}
      volumes:
      - name: {{ $name }}
        persistentVolumeClaim:
          claimName: {{ $name }}
{{- end }}
{{- end }}
"""


def write(folder, path, text):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def chart(folder, name, values, templates):
    write(folder, "Chart.yaml", CHART.format(name=name))
    write(folder, "values.yaml", values)
    for path, text in templates.items():
        write(folder, "templates/" + path, text)


def projects(count, folder):
    values = """prefix: metrics
skip: 0
image: {repository: registry.example/metrics}
mount: /var/lib/metrics
resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: "2", memory: 4Gi}}
projects:
"""
    for i in range(count):
        values += f"""- name: Project{i}
  schedule: "{i % 60} */{i % 5 + 1} * * *"
  replicas: {i % 3 + 1}
  command: [./run.sh, "--project=project{i}", "--since=2014-01-01", "{i}"]
  environment: {{gha-project: project{i}, db-host: primary, log-level: "{i % 4}", start: "2014-01-{i % 28 + 1:02} 00:00:00", cache-ttl: "240h"}}
  limits: {{hours: {i % 24}, days: {i % 7}}}
"""
        if i % 4 == 0:
            values += '  resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: "4", memory: 8Gi}}\n'
    kinds = [("v1", "Pod"), ("v1", "PersistentVolumeClaim"), ("batch/v1", "CronJob"), ("apps/v1", "Deployment"),
             ("v1", "Service"), ("networking.k8s.io/v1", "Ingress"), ("batch/v1", "Job"), ("v1", "ConfigMap"),
             ("v1", "ServiceAccount"), ("apps/v1", "StatefulSet"), ("policy/v1", "PodDisruptionBudget"), ("example.io/v1", "Report")]
    templates = {"_helpers.tpl": HELPERS}
    for api, kind in kinds:
        text = WORKLOAD.replace("{{ KIND_API }}", api).replace("KIND_NAME", kind).replace("KIND_SUFFIX", kind.lower())
        templates[kind.lower() + ".yaml"] = text
    chart(folder, "projects", values, templates)


def documents(count, folder):
    chart(folder, "documents", f"count: {count}\n", {"all.yaml": """{{- range $i := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "item-%d" $i }}
data:
  index: {{ $i | quote }}
  text: {{ cat "item" $i | upper | quote }}
{{- end }}
"""})


def subcharts(count, folder):
    chart(folder, "subcharts", "global: {zone: eu}\n" + "".join(f"part{i}: {{size: {i}}}\n" for i in range(count)), {})
    for i in range(count):
        name = f"part{i}"
        chart(os.path.join(folder, "charts", name), name, "size: 1\nlabels: {tier: back, owner: team}\n", {
            "_helpers.tpl": '{{- define "' + name + '.labels" }}{{ toYaml .Values.labels }}{{ end }}',
            "service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: " + name + "\n  labels:\n    {{- include \"" +
                            name + ".labels\" . | nindent 4 }}\n",
            "config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name +
                           "\ndata:\n  zone: {{ .Values.global.zone }}\n  size: {{ .Values.size | quote }}\n"})


def tpl(count, folder):
    chart(folder, "calls", f"count: {count}\ntext: 'hello {{{{ .Release.Name }}}} {{{{ .Values.count | int }}}}'\n", {
        "all.yaml": """apiVersion: v1
kind: ConfigMap
metadata:
  name: calls
data:
{{- range $i := until (int .Values.count) }}
  k{{ $i }}: {{ tpl $.Values.text $ | quote }}
{{- end }}
"""})


# Each as a project of a large installation has it; @ is its name.
OBJECTS = {
    "config": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: @}\ndata: {project: @, start: '2014-01-01', ttl: 240h}",
    "secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: @}\nstringData: {user: gha_admin, password: @-password}",
    "service": "apiVersion: v1\nkind: Service\nmetadata: {name: @}\nspec: {type: ClusterIP, clusterIP: None, "
               "selector: {app: @}, ports: [{name: http, port: 80, targetPort: 3000, protocol: TCP}]}",
    "account": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: @}",
    "claim": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: @}\nspec: {accessModes: [ReadWriteOnce], "
             "storageClassName: local, resources: {requests: {storage: 20Gi}}}",
    "cron": "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: @}\nspec: {schedule: '7 * * * *', suspend: true, "
            "jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: sync, image: 'example.org/x:1', "
            "command: [sync, '--project=@'], env: [{name: PROJECT, value: '@'}, {name: DB, value: primary}, "
            "{name: LOG, value: '1'}], resources: {requests: {cpu: 100m, memory: 128Mi}}}]}}}}}",
    "role": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: @}\nrules: [{apiGroups: [''], "
            "resources: [configmaps], verbs: [get, list]}]",
    "binding": "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: @}\nroleRef: {apiGroup: "
               "rbac.authorization.k8s.io, kind: Role, name: @}\nsubjects: [{kind: ServiceAccount, name: @, namespace: "
               "{{ $.Release.Namespace }}}]",
    "ingress": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: @}\nspec: {rules: [{host: @.example.org, "
               "http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: @, port: {number: 80}}}}]}}]}",
    "policy": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: @}\nspec: {podSelector: {matchLabels: "
              "{app: @}}, policyTypes: [Ingress]}",
    "budget": "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: @}\nspec: {maxUnavailable: 1, selector: "
              "{matchLabels: {app: @}}}",
    "limits": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: @}\nspec: {limits: [{type: Container, default: {memory: 1Gi}}]}"}


def objects(count, folder):
    templates = {}
    for i, (kind, text) in enumerate(OBJECTS.items()):
        here = len(range(i, count, len(OBJECTS)))
        body = text.replace("@", "{{ $name }}")
        templates[kind + ".yaml"] = "{{- range $i := until " + str(here) + ' }}{{ $name := printf "item-%d" $i }}\n---\n' + body + "\n{{- end }}\n"
    chart(folder, "objects", "{}\n", templates)


def main():
    kinds = {"objects": objects, "projects": projects, "documents": documents, "subcharts": subcharts, "tpl": tpl}
    if len(sys.argv) != 4 or sys.argv[1] not in kinds or not sys.argv[2].isdigit():
        sys.exit(__doc__.strip())
    kinds[sys.argv[1]](int(sys.argv[2]), sys.argv[3])


main()
