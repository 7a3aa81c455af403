# shellcheck shell=bash
# The Ansible side of scripts/bench: Ansible here, sshd in the boxes, and a playbook that looks at what the agents look at.
# Sourced; ROOT is the checkout, TEMP a directory that ends with the run, BOXES the boxes, NODES their number.

# shellcheck disable=SC2153 # scripts/bench sets them
PLAYBOOKS=$ROOT/tests/bench/ansible
export ANSIBLE_CONFIG=$PLAYBOOKS/ansible.cfg ANSIBLE_HOME=$TEMP/ansible ANSIBLE_SSH_CONTROL_PATH_DIR=$TEMP/connections

ansible_here() {
  [ ! -x /usr/bin/ansible-playbook ] || [ ! -x /usr/bin/ssh ] || return 0
  say "installing ansible-core"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ansible-core openssh-client >/dev/null
}

# ansible_repository [DIR]: the boxes' package world, which is closed, with the packages of DIR as well.
ansible_repository() {
  "$ROOT/scripts/lib/payload.sh" repository "${DEVSTATS_SANDBOX:-/var/lib/devstats-sandbox}/repo" "$ROOT"/out/*.deb "$@"
}

# ansible_debs: fetches what Ansible needs in a box, as debs.sh does with what boxes need, and prints the directory.
ansible_debs() (
  # shellcheck source=scripts/lib/payload.sh
  . "$ROOT/scripts/lib/payload.sh"
  payload_lock
  # shellcheck disable=SC2034 # debs_fetch reads it
  SANDBOX_PACKAGES=(openssh-server python3 python3-apt)
  debs_dir() { echo "$DEVSTATS_CACHE/debs/bench"; }
  debs_fetch
  debs_dir
)

# ansible_connect: sshd in every box, open for a key that ends with this run.
ansible_connect() {
  local name address packages
  ansible_here
  packages=$(ansible_debs)
  ansible_repository "$packages"
  ssh-keygen -q -t ed25519 -N '' -C devstats-bench -f "$TEMP/key"
  for name in "${BOXES[@]}"; do
    say "sshd on $name"
    # shellcheck disable=SC2016  # expanded by the box's shell
    box "$name" 'set -e; dpkg-query -Wf "\${Package}\n" | sort >/run/bench-packages; export DEBIAN_FRONTEND=noninteractive
      mkdir -p /run/bench /etc/ssh/sshd_config.d; cat >/run/bench/authorized_keys
      printf "AuthorizedKeysFile /run/bench/authorized_keys\nPasswordAuthentication no\n" >/etc/ssh/sshd_config.d/bench.conf
      apt-get -qq update; apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends install -y openssh-server python3 python3-apt >/run/bench/log 2>&1 ||
        { tail -n 5 /run/bench/log >&2; exit 1; }
      systemctl start ssh' <"$TEMP/key.pub"
    address=$("$ROOT/scripts/sandbox" status -o json | jq -r --arg n "$name" '.[] | select(.name == $n) | .address')
    echo "$name ansible_host=$address ansible_user=root ansible_ssh_private_key_file=$TEMP/key desired=$TEMP/desired" >>"$TEMP/inventory"
  done
  play record.yml
}

# ansible_disconnect: the boxes as they were before.
ansible_disconnect() {
  local name socket
  [ -e "$TEMP/key" ] || return 0
  for socket in "$TEMP"/connections/*; do [ ! -S "$socket" ] || ssh -q -O exit -o ControlPath="$socket" box 2>/dev/null || :; done
  for name in "${BOXES[@]}"; do
    # shellcheck disable=SC2016
    box "$name" 'dpkg-query -Wf "\${Package}\n" | sort | comm -13 /run/bench-packages - |
        DEBIAN_FRONTEND=noninteractive xargs -r apt-get -qq -o Dpkg::Use-Pty=0 purge -y >/run/bench/log 2>&1
      rm -rf /run/bench /run/bench-packages /etc/ssh/sshd_config.d/bench.conf /root/.ansible
      rmdir --ignore-fail-on-non-empty /etc/ssh/sshd_config.d /etc/ssh 2>/dev/null' || say "sshd stays on $name"
  done
  ansible_repository
}

play() {
  /usr/bin/ansible-playbook -i "$TEMP/inventory" "$PLAYBOOKS/$1" >"$TEMP/play" 2>&1 ||
    die "ansible-playbook $1 failed:"$'\n'"$(grep -E '^(failed|fatal|ERROR)' "$TEMP/play" | cut -c1-500 | tail -n 10)"
}

# ansible_seconds: of a run that changes nothing on any box.
ansible_seconds() {
  local start=$EPOCHREALTIME
  play site.yml
  [ "$(grep -cE ' : ok=[1-9][0-9]* +changed=0 +unreachable=0 +failed=0 ' "$TEMP/play")" = "$NODES" ] ||
    die "the playbook found something to change:"$'\n'"$(grep -E '^(changed|TASK)|: ok=' "$TEMP/play" | grep -B1 -vE '^TASK')"
  jq -n "$EPOCHREALTIME - $start"
}
