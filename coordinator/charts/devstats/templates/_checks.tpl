{{/* (list WORD LIST): ": did you mean X?" for the most similar of LIST, by pairs of letters; empty if none is near. */}}
{{- define "devstats.suggestion" -}}
{{- $word := lower (index . 0) -}}
{{- $best := 0 -}}
{{- $found := "" -}}
{{- range $candidate := index . 1 -}}
{{- $other := lower $candidate -}}
{{- $same := 0 -}}
{{- range $i := until (max 0 (sub (len $word) 1) | int) -}}
{{- if contains (substr $i (int (add $i 2)) $word) $other -}}{{- $same = add1 $same -}}{{- end -}}
{{- end -}}
{{- $score := div (mul 2000 $same) (max 1 (sub (add (len $word) (len $other)) 2)) -}}
{{- if gt $score $best -}}{{- $best = $score -}}{{- $found = $candidate -}}{{- end -}}
{{- end -}}
{{- if gt $best 600 -}}: did you mean {{ $found }}?{{- end -}}
{{- end -}}

{{/* (list WHAT MAP KNOWN): fails for a key of MAP that is none of the map KNOWN. */}}
{{- define "devstats.checkKeys" -}}
{{- $what := index . 0 -}}
{{- $known := index . 2 -}}
{{- range $key, $value := index . 1 -}}
{{- if not (hasKey $known $key) -}}
{{- fail (printf "%s %s is not known%s" $what $key (include "devstats.suggestion" (list $key (keys $known | sortAlpha)))) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (list ROOT KIND): as YAML, the keys of KIND with their successors. */}}
{{- define "devstats.keys" -}}
{{- $kind := index . 1 -}}
{{- range $line := splitList "\n" ((index . 0).Files.Get "keys.tsv") -}}
{{- $words := splitList "\t" $line -}}
{{- if eq (first $words) $kind }}
{{ index $words 1 }}: {{ rest (rest $words) | join "" | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (list KEY VALUE TEST PROD ENVIRONMENT NAMED): whether a name is that of the environment. */}}
{{- define "devstats.checkName" -}}
{{- $key := index . 0 -}}
{{- $value := toString (index . 1 | default "") -}}
{{- $environment := index . 4 -}}
{{- $own := ternary (index . 2) (index . 3) (eq $environment "test") -}}
{{- $other := ternary (index . 3) (index . 2) (eq $environment "test") -}}
{{- if eq $value (toString $other) -}}
{{- fail (printf "%s is %s, which is not of the environment %s (by environment, testServer, prodServer or namespace): all of them have to be of one" $key $value $environment) -}}
{{- end -}}
{{- if not (or (eq $value "") (eq $value (toString $own)) (index . 5)) -}}
{{- fail (printf "%s is %s, neither %s nor %s: say which environment that is, with environment=test or environment=prod" $key $value (index . 2) (index . 3)) -}}
{{- end -}}
{{- end -}}

{{/* (list ROOT TESTKEY PRODKEY): whether a pair of switches is that of the environment. */}}
{{- define "devstats.checkServers" -}}
{{- $root := index . 0 -}}
{{- $test := index . 1 -}}
{{- $prod := index . 2 -}}
{{- $environment := include "devstats.environment" $root -}}
{{- $isTest := get $root.Values $test -}}
{{- $isProd := get $root.Values $prod -}}
{{- if and $isTest $isProd -}}
{{- fail (printf "%s and %s are both set: leave one of them empty (%s='')" $test $prod (ternary $prod $test (eq $environment "test"))) -}}
{{- end -}}
{{- if or (and $isTest (ne $environment "test")) (and $isProd (ne $environment "prod")) -}}
{{- fail (printf "%s is set, and the environment is %s" (ternary $prod $test (eq $environment "test")) $environment) -}}
{{- end -}}
{{- end -}}

{{- define "devstats.checkEnvironment" -}}
{{- $values := .Values -}}
{{- $environment := include "devstats.environment" . -}}
{{- if not (has $environment (list "test" "prod")) -}}
{{- fail (printf "environment is %s: it can be test or prod" $environment) -}}
{{- end -}}
{{- include "devstats.checkServers" (list . "testServer" "prodServer") -}}
{{- include "devstats.checkServers" (list . "backupsTestServer" "backupsProdServer") -}}
{{- include "devstats.checkName" (list "namespace" $values.namespace $values.testNamespace $values.prodNamespace $environment $values.environment) -}}
{{- include "devstats.checkName" (list "ingressClass" $values.ingressClass "nginx-test" "nginx-prod" $environment $values.environment) -}}
{{- end -}}

{{/* Names that are known, and stand once. */}}
{{- define "devstats.checkProjects" -}}
{{- $seen := dict -}}
{{- $known := include "devstats.keys" (list . "project") | fromYaml -}}
{{- range $index, $project := .Values.projects -}}
{{- $name := required (printf "project %d has no proj" $index) .proj -}}
{{- if hasKey $seen $name -}}
{{- fail (printf "project %s stands twice in projects" $name) -}}
{{- end -}}
{{- $_ := set $seen $name "" -}}
{{- include "devstats.checkKeys" (list (printf "project %s: the field" $name) . $known) -}}
{{- end -}}
{{- $fields := include "devstats.keys" (list . "domain") | fromYaml -}}
{{- range .Values.domains -}}
{{- include "devstats.checkKeys" (list (printf "domain %s: the field" .name) . $fields) -}}
{{- end -}}
{{- end -}}

{{/* A line for each value that has another name now, and for what works but should not be so. */}}
{{- define "devstats.warnings" -}}
{{- $values := .Values -}}
{{- range $key, $successor := include "devstats.keys" (list . "value") | fromYaml -}}
{{- if and $successor (hasKey $values $key) }}
{{ $key }} is an old name: {{ $successor }}
{{- end -}}
{{- end -}}
{{- range $key, $successor := include "devstats.keys" (list . "project") | fromYaml -}}
{{- if $successor -}}
{{- $count := 0 -}}
{{- range $values.projects -}}
{{- if get . $key -}}{{- $count = add1 $count -}}{{- end -}}
{{- end -}}
{{- if $count }}
{{ $key }} of {{ $count }} project(s) is an old field: {{ $successor }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.nCPUs (not (and $values.skipCrons $values.skipAffiliations)) }}
nCPUs is of bootstrap and provisioning: syncs have nSyncCPUs, affiliations nAffsCPUs
{{- end -}}
{{- if and (not $values.skipPostgres) (gt (add (int $values.patroniLoopWait) (mul 2 (int $values.patroniRetryTimeout))) (int64 $values.patroniTtl)) }}
patroniLoopWait + 2 * patroniRetryTimeout is more than patroniTtl: Patroni will not take these values, and run with others
{{- end -}}
{{- if ne .Release.Namespace (include "devstats.namespace" .) }}
the release is kept in the namespace {{ .Release.Namespace }}, its objects in {{ include "devstats.namespace" . }}: install it with -n {{ include "devstats.namespace" . }}
{{- end -}}
{{- end -}}
