# shellcheck shell=bash
# The disks of a box: sparse files behind loop devices. Sourced.
#
#   sda                system disk: ext4, carries the box's own files (overlay) and /boot
#   nvme0n1, nvme1n1   empty data disks

readonly DATA_DISKS=(nvme0n1 nvme1n1)
readonly SYSTEM_DISK=sda
readonly DATA_SIZE=${DEVSTATS_DISK_SIZE:-12G}
readonly SYSTEM_SIZE=24G

disk_file() { printf '%s/disks/%s-%s.img\n' "$STATE" "$1" "$2"; }

# disk_serial NAME DISK: SBX-MASTER-0, SBX-MASTER-1; the system disk is SBX-MASTER-S.
disk_serial() {
  local unit=S
  [[ $2 != nvme* ]] || unit=${2:4:1}
  printf 'SBX-%s-%s\n' "${1^^}" "$unit"
}

# disks_create NAME: files appear whole (made under another name first) and are never made twice.
disks_create() {
  local disk file
  mkdir -p "$STATE/disks"
  for disk in "${DATA_DISKS[@]}"; do
    file=$(disk_file "$1" "$disk")
    [ -e "$file" ] || truncate -s "$DATA_SIZE" "$file"
  done
  file=$(disk_file "$1" $SYSTEM_DISK)
  [ ! -e "$file" ] || return 0
  rm -f "$file.new"
  truncate -s "$SYSTEM_SIZE" "$file.new"
  mkfs.ext4 -q -L system -E nodiscard,lazy_journal_init=1 "$file.new" # else 128 MiB of zeros are written
  mv -T "$file.new" "$file"
}

# disks_attach NAME: prints "DISK LOOP" per disk, e.g. "nvme0n1 loop3".
disks_attach() {
  local disk device
  for disk in $SYSTEM_DISK "${DATA_DISKS[@]}"; do
    device=$(losetup --find --show --nooverlap "$(disk_file "$1" "$disk")") || return
    partx --update "$device" 2>/dev/null || : # not every kernel reads partition tables by itself
    printf '%s %s\n' "$disk" "${device#/dev/}"
  done
}

# disks_detach NAME: whatever loop device still shows one of its files.
disks_detach() {
  local device file
  while read -r device file; do
    case $file in
      "$STATE/disks/$1-$SYSTEM_DISK.img"* | "$STATE/disks/$1-nvme"[01]n1.img*) ;;
      *) continue ;;
    esac
    partx --delete "$device" 2>/dev/null || :
    losetup --detach "$device" || :
  done < <(losetup --list --noheadings --output NAME,BACK-FILE)
}
