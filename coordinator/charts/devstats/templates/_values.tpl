{{/* A value as the text of an environment variable: nothing is empty, and 53687091200 stays that. */}}
{{- define "devstats.text" -}}
{{- if kindIs "invalid" . -}}
{{- else if kindIs "float64" . -}}
{{- if eq . (floor .) -}}{{ printf "%.0f" . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}
{{ . }}
{{- end -}}
{{- end -}}

{{/* test or prod. What validate.yaml refuses comes out as anything. */}}
{{- define "devstats.environment" -}}
{{- $values := .Values -}}
{{- if $values.environment -}}
{{ $values.environment }}
{{- else if or $values.testServer $values.prodServer -}}
{{ ternary "prod" "test" (not $values.testServer) }}
{{- else -}}
{{ ternary "prod" "test" (eq (toString $values.namespace) (toString $values.prodNamespace)) }}
{{- end -}}
{{- end -}}

{{- define "devstats.isTest" -}}
{{- if eq (include "devstats.environment" .) "test" -}}1{{- end -}}
{{- end -}}

{{- define "devstats.namespace" -}}
{{- .Values.namespace | default (ternary .Values.testNamespace .Values.prodNamespace (eq (include "devstats.environment" .) "test")) -}}
{{- end -}}

{{- define "devstats.ingressClass" -}}
{{- .Values.ingressClass | default (printf "nginx-%s" (include "devstats.environment" .)) -}}
{{- end -}}

{{/* Name of the issuer of certificates; empty: no TLS. */}}
{{- define "devstats.issuer" -}}
{{- if .Values.issuer -}}
{{ .Values.issuer }}
{{- else if .Values.sslEnv -}}
letsencrypt-{{ .Values.sslEnv }}
{{- end -}}
{{- end -}}

{{/* (list ROOT KIND INDEX): "1" when INDEX lies within index<KIND>From and index<KIND>To. */}}
{{- define "devstats.inRange" -}}
{{- $values := (index . 0).Values -}}
{{- $to := include "devstats.text" (get $values (printf "index%sTo" (index . 1))) -}}
{{- $from := int (get $values (printf "index%sFrom" (index . 1))) -}}
{{- if and (ge (index . 2) $from) (or (eq $to "") (lt (index . 2) (int $to))) -}}1{{- end -}}
{{- end -}}

{{/* (list ROOT KIND INDEX DOMAIN): as above; without a range, whether the domain is one of the environment. */}}
{{- define "devstats.hasDomain" -}}
{{- $root := index . 0 -}}
{{- $domain := index . 3 -}}
{{- $free := not (or (get $root.Values (printf "index%sFrom" (index . 1))) (get $root.Values (printf "index%sTo" (index . 1)))) -}}
{{- if and $free $domain.environment -}}
{{- if eq $domain.environment (include "devstats.environment" $root) -}}1{{- end -}}
{{- else -}}
{{- include "devstats.inRange" . -}}
{{- end -}}
{{- end -}}

{{/* (list ROOT KIND V1 OLD): apiVersion of KIND: V1, or OLD where the cluster has no other. */}}
{{- define "devstats.apiVersion" -}}
{{- $capabilities := (index . 0).Capabilities -}}
{{- $kind := index . 1 -}}
{{- $new := index . 2 -}}
{{- $old := index . 3 -}}
{{- if $capabilities.APIVersions.Has (printf "%s/%s" $new $kind) -}}
{{ $new }}
{{- else if or ($capabilities.APIVersions.Has (printf "%s/%s" $old $kind)) (semverCompare "<1.21.0-0" $capabilities.KubeVersion.Version) -}}
{{ $old }}
{{- else -}}
{{ $new }}
{{- end -}}
{{- end -}}
