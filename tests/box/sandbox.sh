#!/usr/bin/env bash
# budget: 180
# Proves the sandbox itself, with real boxes, in a state directory of its own. Needs root; about a minute.
# shellcheck disable=SC2016 # single quotes on purpose: the shell in the box expands
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/box/assert.sh
. "$ROOT/tests/box/assert.sh"

DEVSTATS_SANDBOX=$(mktemp -d /var/tmp/sandbox-test.XXXXXX)
export DEVSTATS_SANDBOX
BOXES=(master node-0 node-1)
clean_up() { sandbox reset && rm -rf --one-file-system "$DEVSTATS_SANDBOX"; }
trap clean_up EXIT

sandbox() { "$ROOT/scripts/sandbox" "$@"; }
inside() { sandbox shell "$@"; }
# each COMMAND: its output in every box, one box a line.
each() { for box in "${BOXES[@]}"; do inside "$box" "$1" | paste -sd ' '; done; }
boot_id() { inside "$1" 'cat /proc/sys/kernel/random/boot_id'; }
# What boxes leave in this machine's kernel: must be the same before the first up and after the last down.
traces() {
  losetup --list --noheadings --output NAME,BACK-FILE
  find /sys/class/net -name 'dvs*' -printf '%f\n'
  find /sys/fs/cgroup -type d -name 'sandbox-*'
  awk '{ print $5 }' /proc/self/mountinfo
  cat /proc/swaps
  sysctl --ignore kernel.panic kernel.pid_max vm.overcommit_memory fs.inotify.max_user_instances fs.file-max fs.nr_open \
    kernel.core_pattern
  pgrep -af "launcher.sh|repo-s" | grep "$ROOT" || :
}

refuses_nonsense() {
  expect_failure "unknown command 'upp'" sandbox upp
  expect_failure "no name for a box" sandbox up Master
  expect_failure "no name for a box" sandbox up ../etc
  expect_failure "is no size" sandbox up --memory lots
  expect_failure "not a number" sandbox up --boxes none
  expect_failure "unknown option" sandbox up --fast
  expect_failure "no box 'nobody'" sandbox shell nobody true
  [ ! -e "$DEVSTATS_SANDBOX/boxes" ] || fail "a refused command left boxes"
}

boots() {
  sandbox up --memory 512M node-0
  sandbox up
  expect_eq "$(each 'systemctl is-system-running' | sort -u)" running "the state of systemd"
  expect_eq "$(each 'systemctl --failed --plain --no-legend' | tr -d '\n')" "" "the list of failed units"
}

stays_up() {
  local before
  before=$(for box in "${BOXES[@]}"; do boot_id "$box"; done)
  sandbox up
  expect_eq "$(for box in "${BOXES[@]}"; do boot_id "$box"; done)" "$before" "the boot ids after a second up"
}

has_own_identity() {
  mapfile -t values < <(each 'cat /etc/machine-id')
  expect_distinct machine-id "${values[@]}"
  mapfile -t values < <(each 'cat /sys/class/net/eth0/address')
  expect_distinct MAC "${values[@]}"
  mapfile -t values < <(each 'cat /proc/sys/kernel/random/boot_id')
  expect_distinct "boot id" "${values[@]}"
  expect_eq "$(each hostname | paste -sd ' ')" "${BOXES[*]}" "the host names"
}

reaches_the_others() {
  local box address
  echo here >"$DEVSTATS_SANDBOX/repo/file"
  for box in "${BOXES[@]}"; do
    for address in 10.99.0.1{,1,2,3}; do inside "$box" "ping -c 1 -W 2 -q $address"; done
    expect_eq "$(inside "$box" 'curl -s http://10.99.0.1:8080/file')" here "the repository seen from $box"
  done
}

# The directory is replaced as a whole, as publishing does it; and a server that dies is started again.
serves_a_replaced_repository() {
  mkdir "$DEVSTATS_SANDBOX/next"
  echo new >"$DEVSTATS_SANDBOX/next/file"
  mv "$DEVSTATS_SANDBOX/repo" "$DEVSTATS_SANDBOX/last"
  mv "$DEVSTATS_SANDBOX/next" "$DEVSTATS_SANDBOX/repo"
  expect_eq "$(inside master 'curl -s http://10.99.0.1:8080/file')" new "the file after the directory was replaced"
  kill -KILL "$(pgrep -f "python3.*repo-server.py .*$DEVSTATS_SANDBOX/repo")"
  expect_eq "$(inside master 'curl -s --retry 20 --retry-delay 1 --retry-connrefused http://10.99.0.1:8080/file')" new \
    "the file after the server was killed"
}

has_its_disks() {
  expect_eq "$(inside node-0 'lsblk -dno NAME,TYPE,SERIAL' | tr -s ' ' | sort)" \
    $'nvme0n1 disk SBX-NODE-0-0\nnvme1n1 disk SBX-NODE-0-1\nsda disk SBX-NODE-0-S' "the list of disks"
  local properties
  properties=$(inside node-0 'udevadm info --query=property /dev/nvme1n1')
  expect_match "$properties" '^ID_SERIAL_SHORT=SBX-NODE-0-1$' "udev's view of nvme1n1"
  expect_match "$properties" '^ID_WWN=0x5[0-9a-f]{15}$' "udev's view of nvme1n1"
  expect_eq "$(inside node-0 'blkid -o value -s TYPE /dev/nvme0n1 /dev/nvme1n1' || :)" "" "what is on the data disks"
  expect_eq "$(inside node-0 'findmnt -no FSTYPE /boot')" ext4 "the system disk's file system"
  expect_eq "$(inside node-0 'for d in containerd kubelet etcd; do mkdir -p /var/lib/$d && rmdir /var/lib/$d; done; echo free')" \
    free "what the product replaces by links"
}

finds_partitions() {
  inside node-0 'echo ,1G | sfdisk -q /dev/nvme1n1 && partx -u /dev/nvme1n1 && udevadm settle'
  local partition
  partition=$(inside node-0 'ls /dev/disk/by-id/wwn-*-part1')
  inside node-0 "mkfs.ext4 -q $partition && mount $partition /mnt && umount /mnt && sfdisk -q --delete /dev/nvme1n1 && wipefs -qa /dev/nvme1n1"
}

is_bare_metal_to_systemd() {
  expect_eq "$(inside node-0 'systemd-detect-virt --container' || :)" none "the container that systemd sees"
  inside node-0 'modprobe overlay && modprobe br_netfilter && modprobe nf_conntrack'
  expect_failure "not found" inside node-0 'modprobe no_such_module'
  expect_eq "$(inside node-0 'systemd-run --quiet --wait --pipe --property MemoryMax=64M echo from a unit')" \
    "from a unit" "a transient unit's output"
  inside node-0 'sysctl -qw net.ipv4.conf.all.rp_filter=2'
  expect_eq "$(sysctl -n net.ipv4.conf.all.rp_filter)" "$rp_filter" "this machine's rp_filter"
}

installs_packages() {
  local dir=$DEVSTATS_SANDBOX/package
  mkdir -p "$dir/DEBIAN" "$dir/usr/share/probe"
  printf 'Package: probe\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: probe\n' \
    >"$dir/DEBIAN/control"
  echo works >"$dir/usr/share/probe/file"
  dpkg-deb --build "$dir" "$dir.deb"
  inside node-0 'cat >/root/probe.deb' <"$dir.deb"
  inside node-0 'apt-get install -qq -y -o Dpkg::Use-Pty=0 /root/probe.deb'
  expect_eq "$(inside node-0 'cat /usr/share/probe/file')" works "the package's file"
  expect_eq "$(inside node-0 'apt-get update --print-uris' | cut -d/ -f3 | sort -u)" \
    10.99.0.1:8080 "where apt would fetch from"
}

shell_is_like_ssh() {
  local status=0
  expect_eq "$(echo piped | inside master cat)" piped "standard input's copy"
  expect_eq "$(inside master printf '<%s>' 'a  b' '$HOME')" '<a  b><$HOME>' "arguments"
  expect_eq "$(inside master 'echo $HOME')" /root "a line for the shell"
  inside master 'exit 7' || status=$?
  expect_eq $status 7 "the exit status"
  expect_eq "$(inside master 'cat /proc/self/cgroup' | grep -vc ':/$')" 0 "the number of groups outside the box"
}

# tail keeps all it reads: more than the box has. It alone must die.
limits_memory() {
  local status=0
  inside node-0 'head -c 1G /dev/zero | tail -c 1G >/dev/null' || status=$?
  expect_eq $status 137 "tail's status"
  expect_eq "$(inside node-0 'systemctl is-active systemd-journald')" active "the journal after that"
}

# Late, because swap is the whole machine's: before, it would soften every memory limit.
swaps_from_fstab() {
  expect_failure "installed already, without swap" sandbox up node-1 --swap node-1
  sandbox reset node-1
  sandbox up node-1 --swap node-1
  expect_match "$(inside node-1 'swapon --show=NAME,TYPE --noheadings')" '^/swap.img file' "node-1's swap"
  expect_eq "$(inside node-0 'grep -c swap /etc/fstab' || :)" 0 "the number of swap lines in node-0's fstab"
}

reboots() {
  inside node-0 'mkfs.ext4 -q /dev/nvme0n1 && udevadm settle && mkdir /data &&
    echo "UUID=$(blkid -s UUID -o value /dev/nvme0n1) /data ext4 noatime 0 2" >>/etc/fstab &&
    systemctl daemon-reload && systemctl start data.mount && echo kept >/data/file && echo kept >/root/file'
  local before
  before=$(boot_id node-0)
  sandbox reboot node-0
  survives node-0 "$before"
  expect_eq "$(inside node-0 'journalctl --list-boots | grep -c UTC')" 2 "the number of boots in the journal"
}

# survives NAME OLD-BOOT-ID: a new boot, the old content, nothing failed.
survives() {
  [ "$(boot_id "$1")" != "$2" ] || fail "$1 did not boot anew"
  expect_eq "$(inside "$1" 'cat /data/file /root/file')" $'kept\nkept' "what was on $1's disks"
  expect_eq "$(inside "$1" 'systemctl is-system-running')" running "$1 after that"
}

comes_back_after_a_power_cut() {
  local before
  before=$(boot_id node-0)
  inside node-0 sync
  sandbox cut node-0
  survives node-0 "$before"
}

comes_back_with_its_swap() {
  sandbox cut node-1
  expect_eq "$(inside node-1 'systemctl is-active swap.img.swap')" active "node-1's swap unit"
  sandbox cut node-1 --off
  expect_eq "$(wc -l </proc/swaps)" 1 "the number of lines of /proc/swaps with node-1 off"
  sandbox up node-1
}

# The box dies with its launcher, and the next up sweeps what both left.
survives_a_dead_launcher() {
  local before
  before=$(boot_id node-0)
  kill -KILL "$(cat /sys/fs/cgroup/freezer/sandbox-*/node-0/cgroup.procs)"
  sandbox up
  survives node-0 "$before"
}

reports_status() {
  local json
  json=$(sandbox status -o json)
  expect_eq "$(jq -r '[.[] | .name + " " + .state + " " + .address] | join(",")' <<<"$json")" \
    "master running 10.99.0.11,node-0 running 10.99.0.12,node-1 running 10.99.0.13" "the status"
  expect_match "$(sandbox logs master)" 'Reached target multi-user.target' "master's console"
}

guards_the_bridge() {
  expect_failure "belongs to another sandbox" env DEVSTATS_SANDBOX="$DEVSTATS_SANDBOX/other" "$ROOT/scripts/sandbox" up
}

goes_down() {
  sandbox down node-1
  expect_eq "$(sandbox status -o json | jq -r '.[] | select(.state == "off") | .name')" node-1 "the box that is off"
  sandbox down
  expect_eq "$(traces)" "$traces" "what is left in this machine"
  sandbox down # again: nothing to do
}

forgets() {
  sandbox reset
  expect_eq "$(find "$DEVSTATS_SANDBOX/boxes" "$DEVSTATS_SANDBOX/disks" -mindepth 1)" "" "what is left of the boxes"
}

main() {
  [ ! -e /sys/class/net/dvs0 ] || { echo "a sandbox is up; take it down first: scripts/sandbox down" >&2 && exit 1; }
  traces=$(traces)
  rp_filter=$(sysctl -n net.ipv4.conf.all.rp_filter)
  local test
  for test in refuses_nonsense boots stays_up has_own_identity reaches_the_others serves_a_replaced_repository \
    has_its_disks finds_partitions is_bare_metal_to_systemd installs_packages shell_is_like_ssh limits_memory \
    swaps_from_fstab reboots comes_back_after_a_power_cut comes_back_with_its_swap survives_a_dead_launcher \
    reports_status guards_the_bridge goes_down forgets; do
    check "$test" "$test"
  done
  finish
}
main
