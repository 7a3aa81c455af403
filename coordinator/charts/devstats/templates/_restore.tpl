{{/*
A restore from a dump that is fetched whole and checked before anything is dropped. The script of the image drops the
database and takes the dump with `wget RESTORE_FROM/PROJDB.dump`, in whichever order; so an init container fetches and checks
it first, and the script finds a wget before the real one that gives it that copy.
*/}}
{{- define "devstats.restore.check" -}}
set -eu
refuse() { echo "the dump is refused, nothing was dropped: $1" >&2; exit 1; }
url=${RESTORE_FROM%/}/$PROJDB.dump dump=$RESTORE_DIR/$PROJDB.dump
mkdir -p "$RESTORE_DIR/bin"
printf '%s\n' "$RESTORE_WGET" >"$RESTORE_DIR/bin/wget"
chmod 755 "$RESTORE_DIR/bin/wget"
told=$(wget --spider -S "$url" 2>&1 | tr -d '\r' | sed -n 's/^ *[Cc]ontent-[Ll]ength: *\([0-9][0-9]*\) *$/\1/p' | tail -n 1) || told=
echo "fetching $url (${told:-an unknown number of} bytes)"
wget -q -O "$dump" "$url" || refuse "cannot fetch $url"
got=$(wc -c <"$dump" | tr -d ' ')
[ "$got" -gt 0 ] || refuse "$url is empty"
[ "$got" = "${told:-$got}" ] || refuse "$url has $told bytes, and $got came"
pg_restore --list "$dump" >"$RESTORE_DIR/list" || refuse "$url is no archive of pg_dump"
# Nobody said how long it should be: then its end tells.
[ -n "$told" ] || pg_restore -f /dev/null "$dump" || refuse "$url is not whole"
grep -q ' TABLE DATA public gha_events ' "$RESTORE_DIR/list" || refuse "$url holds no events of DevStats"
name=$(sed -n 's/^; *dbname: *//p' "$RESTORE_DIR/list" | head -n 1)
[ "${name:-$PROJDB}" = "$PROJDB" ] || refuse "$url is a dump of $name, not of $PROJDB"
made=$(sed -n 's/^; *Archive created at \([0-9-]* [0-9:]*\).*/\1/p' "$RESTORE_DIR/list" | head -n 1)
[ -n "$made" ] || refuse "$url does not say when it was made"
seconds=$(date -u -d "$made" +%s) || refuse "$url does not say when it was made"
age=$(( ($(date -u +%s) - seconds) / 86400 ))
[ "$age" -le "$RESTORE_MAX_AGE" ] || refuse "$url was made at $made, $age days ago; at most $RESTORE_MAX_AGE are allowed"
echo "$url is whole: $got bytes, made at $made"
{{- end -}}

{{- define "devstats.restore.wget" -}}
#!/bin/sh
# Gives restore.sh the dump that was fetched and checked before; anything else it fetches as ever.
url= out= take=
for word; do
  if [ -n "$take" ]; then out=$word take=; continue; fi
  case $word in
    http://*|https://*) url=$word ;;
    --output-document=*) out=${word#*=} ;;
    --output-document) take=1 ;;
    --*) ;;
    -*O) take=1 ;;
    -O*) out=${word#-O} ;;
  esac
done
dump=$RESTORE_DIR/${url##*/}
if [ "${url##*/}" != "$PROJDB.dump" ] || ! [ -f "$dump" ]; then PATH=${PATH#"$RESTORE_DIR/bin:"} exec wget "$@"; fi
[ "$out" != - ] || exec cat "$dump"
exec ln -sf "$dump" "${out:-$PROJDB.dump}"
{{- end -}}

{{/* (list ROOT PROJECT): more of the pod: the init container. */}}
{{- define "devstats.restore.init" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values -}}
initContainers:
- name: "restore-check"
  {{- include "devstats.image" (list $root (include "devstats.provisionImage" $root)) | nindent 2 }}
  command: ["/bin/sh", "-c"]
  args:
  - |
    {{- include "devstats.restore.check" . | nindent 4 }}
  env:
  - name: PROJDB
    value: {{ (index . 1).db | quote }}
  - name: RESTORE_FROM
    value: {{ required "restoreChecked needs restoreFrom" $values.restoreFrom | quote }}
  - name: RESTORE_MAX_AGE
    value: {{ include "devstats.text" $values.restoreMaxAge | default "45" | quote }}
  - name: RESTORE_DIR
    value: /restore
  - name: RESTORE_WGET
    value: |
      {{- include "devstats.restore.wget" . | nindent 6 }}
  {{- with include "devstats.resources" (list $root "Provisions") }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $values.containerSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
  - name: restore
    mountPath: /restore
{{- end -}}
