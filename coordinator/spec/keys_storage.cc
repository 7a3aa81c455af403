// storage.
#include "absl/strings/match.h"
#include "coordinator/spec/schema.h"

namespace devstats::spec {
namespace {

Names Layouts() { return {"single", "raid0", "raid1", "raid10", "lvm"}; }
Names Filesystems() { return {"ext4", "xfs", "btrfs"}; }

void SetLayout(Draft& d, Value&& v) {
  StorageSpec& storage = d.spec.storage;
  if (v.text == "single")
    storage.layout = StorageSpec::Layout::kSingle;
  else if (v.text == "lvm")
    storage.layout = StorageSpec::Layout::kLvm;
  else
    storage.layout = StorageSpec::Layout::kRaid;
  storage.raid_level = v.text == "raid10" ? 10 : v.text == "raid1" ? 1 : 0;
}

const Key kStorageKeys[] = {
    {.path = "storage",
     .type = Type::kSection,
     .optional = true,
     .meaning = "The data disks of all nodes, and what is kept on them. Without it no disk is touched.",
     .set = [](Draft& d, Value&&) { d.has_storage = true; }},
    {.path = "storage.layout",
     .fallback = "single",
     .choices = Layouts,
     .meaning =
         "How a node's disks become one: a single disk, a RAID by mdadm, or one linear LVM volume (without "
         "redundancy).",
     .example = "raid10",
     .set = SetLayout},
    {.path = "storage.filesystem",
     .fallback = "ext4",
     .choices = Filesystems,
     .meaning = "The file system.",
     .example = "ext4",
     .set = [](Draft& d, Value&& v) { d.spec.storage.filesystem = v.text; }},
    {.path = "storage.label",
     .fallback = "data",
     .grammar = &kFsLabel,
     .meaning = "The file system's label.",
     .example = "data",
     .set = [](Draft& d, Value&& v) { d.spec.storage.label = v.text; }},
    {.path = "storage.mount",
     .fallback = "/data",
     .grammar = &kPath,
     .meaning = "Where it is mounted.",
     .example = "/data",
     .set = [](Draft& d, Value&& v) { d.spec.storage.mount = v.text; }},
    {.path = "storage.mountOptions",
     .type = Type::kTextList,
     .fallback =
         "[defaults, noatime, x-systemd.before=local-fs.target, x-systemd.requires=local-fs-pre.target]",
     .grammar = &kMountOption,
     .meaning = "Options of the mount, as in /etc/fstab.",
     .example = "[defaults, noatime]",
     .set = [](Draft& d, Value&& v) { d.spec.storage.mount_options = v.list; }},
    {.path = "storage.links",
     .type = Type::kTextMap,
     .fallback = "{/var/openebs: openebs, /var/lib/containerd: containerd, /var/lib/kubelet: kubelet, "
                 "/var/lib/etcd: etcd, /var/log/pods: logs/pods, /var/log/containers: logs/containers}",
     .grammar = &kLinkTarget,
     .key_grammar = &kPath,
     .meaning = "Directories that become links to directories below the mount, before anything is installed "
                "that fills "
                "them.",
     .example = "{/var/lib/containerd: containerd}",
     .set = [](Draft& d, Value&& v) { d.links = v.map; }},
    {.path = "storage.move",
     .type = Type::kTextList,
     .grammar = &kPath,
     .meaning =
         "Those of the links whose directory may hold data already: it is moved. Others are refused then.",
     .example = "[/var/lib/containerd]",
     .set = [](Draft& d, Value&& v) { d.move = v.list; }},
};

}  // namespace

absl::Span<const Key> StorageKeys() { return kStorageKeys; }

}  // namespace devstats::spec
