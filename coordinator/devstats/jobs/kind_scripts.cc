#include "coordinator/devstats/jobs/kind_scripts.h"

namespace devstats::jobs {

// TZ: pg_restore tells when an archive was made in the zone of whoever asks.
const char kBackupFunctions[] = R"sh(
set -u
export TZ=UTC0 LC_ALL=C
dir=${BACKUP_DIR:-/root}
told=0
strange=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

say() { printf 'devstats-backup-1 %s\n' "$*"; }
tell() { told=$((told + 1)); say "$@"; }
end() { say "end $told $strange"; }

# Whether a name is of the kind that backups have. Any other could break the line that tells of it.
usual() {
  case $1 in *.dump | *.tar.xz) ;; *) return 1 ;; esac
  case $1 in
    [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) strange=$((strange + 1)); return 1 ;;
  esac
}

facts() { stat -c '%s %Y' "$dir/$1" 2>/dev/null; }

# each FUNCTION: of every file, by name. What is gone by then is not told of.
each() {
  for path in "$dir"/*; do
    if [ -f "$path" ] && [ ! -L "$path" ] && usual "${path##*/}"; then "$1" "${path##*/}"; fi
  done
}

# The last words of an error, so that they fit on the line.
reason() { tail -n 1 "$tmp/errors" | tr -c 'A-Za-z0-9 .,:;_/()"-' ' ' | cut -c 1-160; }

read_dump() {
  pg_restore --list "$1" >"$tmp/list" 2>"$tmp/errors" || return
  [ -z "${BACKUP_WHOLE:-}" ] || pg_restore -f /dev/null "$1" 2>"$tmp/errors"
}

# check NAME: reads it; tells of it; sets `state`.
check() {
  before=$(facts "$1") || return 0
  created=-
  : >"$tmp/list"
  state=good
  case $1 in
    *.dump) read_dump "$dir/$1" || state=bad ;;
    *) xz -t "$dir/$1" 2>"$tmp/errors" || state=bad ;;
  esac
  made=$(sed -n 's/^; *Archive created at \([0-9-]*\) \([0-9:]*\).*/\1T\2/p' "$tmp/list")
  [ -z "$made" ] || created=$made
  after=$(facts "$1") || return 0
  if [ "$before" != "$after" ]; then
    state=-
    tell "file $1 $after - - it is being written"
  elif [ $state = good ]; then
    tell "file $1 $after good $created"
  else
    tell "file $1 $after bad $created $(reason)"
  fi
}

say "begin $(date +%s)"
)sh";

// The images' script writes over the last dump in place: cut short, there would be none that is good. So that
// is set aside first, and put back unless the new one can be read to its end.
const char kBackupScript[] = R"sh(
name=$BACKUP_DATABASE.dump
probe=$(mktemp "$dir/.devstats-XXXXXX") || exit 1
began=$(stat -c %Y "$probe")
rm -f "$probe"
say "began $began"
kept=
if [ -f "$dir/$name" ]; then
  kept=$BACKUP_DATABASE.$(date -u -d "@$(stat -c %Y "$dir/$name")" +%Y%m%dT%H%M%SZ).dump
  mv "$dir/$name" "$dir/$kept" || exit 1
fi
ONLY=$BACKUP_DATABASE NOAGE=1 GIANT=wait NOBACKUP=${NOBACKUP:-} ./devstats-helm/backups.sh
status=$?
BACKUP_WHOLE=1
state=
check "$name"
if [ "$state" = good ]; then
  if [ -n "$kept" ] && [ -z "${BACKUP_KEEP:-}" ]; then rm -f "$dir/$kept"; fi
else
  [ $status != 0 ] || status=1
  rm -f "$dir/$name"
  if [ -n "$kept" ]; then mv "$dir/$kept" "$dir/$name"; fi
fi
[ ! -f "$dir/$BACKUP_DATABASE.tar.xz" ] || check "$BACKUP_DATABASE.tar.xz"
end
exit $status
)sh";

const char kBackupListScript[] = R"sh(
list() { if found=$(facts "$1"); then tell "file $1 $found - -"; fi; }
each list
end
)sh";

const char kBackupVerifyScript[] = R"sh(
verify() {
  if [ -n "${BACKUP_DATABASES:-}" ]; then
    case ,$BACKUP_DATABASES, in *,"${1%%.*}",*) ;; *) return ;; esac
  fi
  check "$1"
}
each verify
end
)sh";

// What is to go was shown with its size and time: what has changed since is another file.
const char kBackupPruneScript[] = R"sh(
prune() {
  usual "$1" || { tell "left $1 it has no name of a backup"; return; }
  if [ ! -f "$dir/$1" ] || [ -L "$dir/$1" ]; then tell "left $1 it is not there"; return; fi
  if [ "$(facts "$1")" != "$2 $3" ]; then tell "left $1 it has changed"; return; fi
  if rm "$dir/$1" 2>"$tmp/errors"; then tell "removed $1 $2"; else tell "left $1 $(reason)"; fi
}
set -f
IFS=,
for one in $BACKUP_FILES; do
  rest=${one#*:}
  IFS=' '
  prune "${one%%:*}" "${rest%%:*}" "${rest#*:}"
done
end
)sh";

// Sessions that are left are ended with it: since PostgreSQL 13 by the same statement.
const char kDropScript[] = R"sh(
set -eu
export PGHOST="$PG_HOST" PGPORT="${PG_PORT:-5432}" PGUSER="${PG_ADMIN_USER:-postgres}" PGPASSWORD="$PG_PASS"
export PGCONNECT_TIMEOUT=10
exec psql -X -q -v ON_ERROR_STOP=1 -v db="$DEVSTATS_DATABASE" -d postgres <<'SQL'
SELECT current_setting('server_version_num')::int >= 130000 AS force \gset
\if :force
DROP DATABASE IF EXISTS :"db" WITH (FORCE);
\else
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :'db' AND pid <> pg_backend_pid();
DROP DATABASE IF EXISTS :"db";
\endif
SQL
)sh";

// Plain awk, as BusyBox has it: of the mapping `projects`, the keys and three fields of each.
const char kImageProjectsScript[] = R"sh(
set -eu
given="${GHA2DB_PROJECTS_YAML:-projects.yaml}"
file=
for at in "$given" "/etc/gha2db/$given" /etc/gha2db/projects.yaml; do
  if [ -z "$file" ] && [ -r "$at" ]; then file="$at"; fi
done
if [ -z "$file" ]; then echo "the image has no $given" >&2; exit 1; fi
awk '
function put() {
  if (name != "") { printf "project %s %s %s\n", name, database, repository; n++ }
  name = database = repository = ""
}
function bare(text) {
  sub(/[ \t]+#.*$/, "", text); gsub(/^[ \t]+|[ \t\r]+$/, "", text); gsub(/^[\042\047]|[\042\047]$/, "", text)
  return text
}
/^[ \t\r]*$/ || /^[ \t]*#/ || /^---/ { next }
/^[^ \t]/ { put(); inside = /^projects:/; next }
!inside { next }
{
  match($0, /^ +/); indent = RLENGTH; text = substr($0, indent + 1)
  key = text; sub(/:.*/, "", key); value = text; sub(/^[^:]*:/, "", value)
  if (!first) first = indent
  if (indent == first) { put(); name = bare(key); second = 0; next }
  if (!second) second = indent
  if (indent != second) next
  if (key == "psql_db") database = bare(value)
  if (key == "main_repo") repository = bare(value)
}
END { put(); printf "end %d\n", n }
' "$file"
)sh";

}  // namespace devstats::jobs
