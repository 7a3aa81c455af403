{{/*
Lines "HOST SERVICE": hosts of projects, each once. Of each project first those on the domains, then its aliases if it is
on one of them; an archived project is shown on the first domain alone.
*/}}
{{- define "devstats.projectHosts" -}}
{{- $values := .Values -}}
{{- $seen := dict -}}
{{- $domains := dict -}}
{{- range $number, $domain := $values.domains -}}
{{- if include "devstats.hasDomain" (list $ "Domains" $number $domain) -}}
{{- $_ := set $domains (printf "%06d" $number) .name -}}
{{- end -}}
{{- end -}}
{{- range $index, $project := $values.projects -}}
{{- if include "devstats.inRange" (list $ "Ingresses" $index) -}}
{{- $hosts := list -}}
{{- range $number, $shown := .domains -}}
{{- $name := get $domains (printf "%06d" $number) -}}
{{- if and $name (gt (int $shown) 0) (or (eq $number 0) (not $project.archived)) -}}
{{- $hosts = append $hosts (printf "%s.%s" $project.url $name) -}}
{{- end -}}
{{- end -}}
{{- if and $hosts (not $values.skipAliases) -}}
{{- $hosts = concat $hosts ($project.aliases | default list) -}}
{{- end -}}
{{- range $hosts -}}
{{- if not (hasKey $seen .) -}}
{{- $_ := set $seen . "" }}
{{ . }} {{ $values.servicePodName }}-{{ $project.proj }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (list SERVICE PATH): a path of a rule. */}}
{{- define "devstats.ingressPath" -}}
- path: {{ index . 1 | quote }}
  pathType: Prefix
  backend:
    service:
      name: {{ index . 0 | quote }}
      port:
        number: 80
{{- end -}}

{{/* (list ROOT HOST STATIC SERVICE): the rule of a host: of a domain with the pages STATIC, or of a project. */}}
{{- define "devstats.ingressRule" -}}
{{- $values := (index . 0).Values -}}
{{- $static := index . 2 -}}
- host: {{ index . 1 | quote }}
  http:
    paths:
    {{- if $static }}
    {{- if not $values.skipAPIIngress }}
    {{- include "devstats.ingressPath" (list $values.apiServiceName $values.apiPath) | nindent 4 }}
    {{- end }}
    {{- include "devstats.ingressPath" (list (printf "devstats-static-service-%s" $static) "/") | nindent 4 }}
    {{- else }}
    {{- include "devstats.ingressPath" (list (index . 3) "/") | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* (list ROOT NUMBER HOSTS RULES): an ingress with a certificate for HOSTS, and RULES as text. */}}
{{- define "devstats.ingress" -}}
{{- $root := index . 0 -}}
{{- $class := include "devstats.ingressClass" $root -}}
{{- $issuer := include "devstats.issuer" $root }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "devstats.metadata" (list $root (printf "devstats-ingress-%s" (index . 1)) "ingress" "") | nindent 2 }}
  {{- if $issuer }}
  annotations:
    acme.cert-manager.io/http01-ingress-class: {{ $class | quote }}
    cert-manager.io/issuer: {{ $issuer | quote }}
  {{- end }}
spec:
  ingressClassName: {{ $class | quote }}
  {{- if and $issuer (index . 2) }}
  tls:
  - secretName: devstats-tls-{{ index . 1 }}
    hosts:
    {{- range index . 2 }}
    - {{ . | quote }}
    {{- end }}
  {{- end }}
  rules:
  {{- index . 3 | trim | nindent 2 }}
{{- end -}}
