# shellcheck shell=bash
# All parts of the sandbox, in the order in which they need each other. Sourced; LIB is this directory.
for part in common cgroup network disks base host repo-server box; do
  # shellcheck disable=SC1090
  . "$LIB/$part.sh"
done
unset part
