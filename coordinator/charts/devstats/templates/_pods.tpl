{{/* (list TYPE PROJECT): labels of what is of DevStats. PROJECT may be empty. */}}
{{- define "devstats.labels" -}}
name: devstats
type: {{ index . 0 | quote }}
{{- with index . 1 }}
proj: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* (list ROOT NAME TYPE PROJECT): metadata of an object. */}}
{{- define "devstats.metadata" -}}
namespace: {{ include "devstats.namespace" (index . 0) | quote }}
name: {{ index . 1 | quote }}
labels:
  {{- include "devstats.labels" (list (index . 2) (index . 3)) | nindent 2 }}
{{- end -}}

{{/* (list ROOT IMAGE). A tag may stand for other code tomorrow, a digest never. */}}
{{- define "devstats.image" -}}
image: {{ index . 1 | quote }}
imagePullPolicy: {{ (index . 0).Values.imagePullPolicy | default (ternary "IfNotPresent" "Always" (contains "@" (index . 1))) }}
{{- end -}}

{{/* (list ROOT KIND): the values of KIND, those that are not empty. */}}
{{- define "devstats.resources" -}}
{{- $values := (index . 0).Values -}}
{{- $kind := index . 1 -}}
{{- if get $values (printf "use%sResourcesLimits" $kind) -}}
resources:
{{- range $part := list "requests" "limits" }}
{{- $cpu := get $values (printf "%s%sCPU" $part $kind) }}
{{- $memory := get $values (printf "%s%sMemory" $part $kind) }}
{{- if or $cpu $memory }}
  {{ $part }}:
    {{- with $cpu }}
    cpu: {{ include "devstats.text" . | quote }}
    {{- end }}
    {{- with $memory }}
    memory: {{ include "devstats.text" . | quote }}
    {{- end }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* With what images are pulled. */}}
{{- define "devstats.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ (kindIs "map" . | ternary . (dict "name" .)).name | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* (list COMMAND ARGS) */}}
{{- define "devstats.command" -}}
{{- with index . 0 }}
command: [{{ . | quote }}]
{{- end }}
{{- with index . 1 }}
args:
{{- range . }}
- {{ include "devstats.text" . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
A pod with one container. Of it: root, name, image, command, args; kind (of its resources), env, container (more of it),
security (its context), volume (dict name claim path), scratch (dict name path: a volume of the pod alone), restartPolicy,
nodeSelector, pod (more of it). It gets no token: only Patroni talks to the API server.
*/}}
{{- define "devstats.pod" -}}
{{- $values := .root.Values -}}
automountServiceAccountToken: false
{{- include "devstats.pullSecrets" .root }}
{{- with $values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
- name: {{ .name | quote }}
  {{- include "devstats.image" (list .root .image) | nindent 2 }}
  {{- with include "devstats.command" (list .command .args) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .container }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with .env }}
  env:
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with include "devstats.resources" (list .root .kind) }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .security | default $values.containerSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .volume .scratch }}
  volumeMounts:
  {{- end }}
  {{- with .volume }}
  - name: {{ printf "%s-%s" $values.volumeMountName .name | quote }}
    mountPath: {{ .path | quote }}
  {{- end }}
  {{- with .scratch }}
  - name: {{ .name | quote }}
    mountPath: {{ .path | quote }}
  {{- end }}
{{- if or .volume .scratch }}
volumes:
{{- end }}
{{- with .volume }}
- name: {{ printf "%s-%s" $values.volumeName .name | quote }}
  persistentVolumeClaim:
    claimName: {{ .claim | quote }}
{{- end }}
{{- with .scratch }}
- name: {{ .name | quote }}
  emptyDir: {}
{{- end }}
{{- with .pod }}
{{- . | trim | nindent 0 }}
{{- end }}
restartPolicy: {{ .restartPolicy }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
A cron job. Of it: root, name, type and podType (labels), project, schedule, suspend, kept, failed, deadline, policy,
backoff (empty: the API server's), pod.
*/}}
{{- define "devstats.cronJob" -}}
---
apiVersion: {{ include "devstats.apiVersion" (list .root "CronJob" "batch/v1" "batch/v1beta1") }}
kind: CronJob
metadata:
  {{- include "devstats.metadata" (list .root .name .type .project) | nindent 2 }}
spec:
  schedule: {{ required (printf "the cron job %s has no schedule" .name) .schedule | quote }}
  {{- if .suspend }}
  suspend: true
  {{- end }}
  successfulJobsHistoryLimit: {{ int .kept }}
  failedJobsHistoryLimit: {{ int .failed }}
  startingDeadlineSeconds: {{ int .deadline }}
  concurrencyPolicy: {{ .policy }}
  jobTemplate:
    spec:
      {{- with .backoff }}
      backoffLimit: {{ int . }}
      {{- end }}
      template:
        metadata:
          name: {{ .name | quote }}
          labels:
            {{- include "devstats.labels" (list .podType .project) | nindent 12 }}
        spec:
          {{- .pod | nindent 10 }}
{{- end -}}

{{/* (list TYPE PROJECT): pods of a deployment on as many nodes as there are. */}}
{{- define "devstats.spread" -}}
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "devstats.labels" . | nindent 6 }}
{{- end -}}

{{/*
A deployment. Of it: root, name, type, project, replicas, surge, unavailable (both empty: the API server's), and pod as
"devstats.pod" takes it.
*/}}
{{- define "devstats.deployment" -}}
{{- $labels := include "devstats.labels" (list .type .project) }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "devstats.metadata" (list .root .name .type .project) | nindent 2 }}
spec:
  replicas: {{ int .replicas }}
  {{- if hasKey . "surge" }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: {{ .surge }}
      maxUnavailable: {{ .unavailable }}
  {{- end }}
  selector:
    matchLabels:
      {{- $labels | nindent 6 }}
  template:
    metadata:
      labels:
        {{- $labels | nindent 8 }}
    spec:
      {{- include "devstats.pod" (merge (dict "root" .root "name" .name) .pod) | nindent 6 }}
{{- end -}}
