#include "agent/host/block.h"

#include <libmount/libmount.h>
#include <libudev.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// Of a kernel device: what sysfs and udev tell.
struct Node {
  std::string number;  // "259:0"
  std::vector<std::string> partitions, holders;
};

bool IsCandidate(const std::string& name) {
  for (const char* prefix : {"ram", "zram", "dm-", "sr", "fd", "nbd"})
    if (absl::StartsWith(name, prefix)) return false;
  return true;
}

// An octal escape of /proc/swaps ("\040") is rare enough in device names to be left alone.
std::set<std::string> SwapDevices(const std::string& text) {
  std::set<std::string> devices;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() > 1 && words[1] == "partition") devices.insert(words[0]);
  }
  return devices;
}

class SystemDevices : public BlockDevices {
 public:
  explicit SystemDevices(std::string root) : root_(std::move(root)), udev_(::udev_new(), ::udev_unref) {}

  absl::StatusOr<std::vector<BlockDevice>> List() override;
  absl::StatusOr<Signature> Probe(const std::string& device) override {
    return ProbeSignature(root_ + device);
  }
  absl::StatusOr<std::string> Resolve(const std::string& device) override;
  absl::StatusOr<std::vector<Mount>> Mounts() override;

 private:
  using MountsByNumber = std::multimap<std::string, std::string>;
  absl::StatusOr<std::vector<Mount>> ReadMounts(MountsByNumber* by_number);
  // Below /sys; empty when it cannot be read.
  std::string Attribute(const std::string& path) const;
  std::vector<std::string> Listed(const std::string& folder) const;
  std::map<std::string, Node> Nodes() const;
  void Identify(const std::string& name, BlockDevice* device) const;
  // Where `name` and all that is stacked on it is mounted.
  void CollectMounts(const std::string& name, const std::map<std::string, Node>& nodes,
                     const MountsByNumber& by_number, const std::vector<Mount>& mounts,
                     std::set<std::string>* out, int depth = 0) const;

  const std::string root_;
  const std::unique_ptr<udev, udev* (*)(udev*)> udev_;
};

std::string SystemDevices::Attribute(const std::string& path) const {
  auto content = ReadFile(root_ + "/sys/" + path);
  return content.ok() ? std::string(absl::StripAsciiWhitespace(*content)) : "";
}

std::vector<std::string> SystemDevices::Listed(const std::string& folder) const {
  return ListFolder(absl::StrCat(root_, "/sys/", folder)).value_or(std::vector<std::string>());
}

std::map<std::string, Node> SystemDevices::Nodes() const {
  std::map<std::string, Node> nodes;
  for (const std::string& disk : Listed("block")) {
    Node& node = nodes[disk];
    const std::string folder = "block/" + disk;
    node.number = Attribute(folder + "/dev");
    node.holders = Listed(folder + "/holders");
    for (const std::string& child : Listed(folder)) {
      const std::string part = absl::StrCat(folder, "/", child);
      if (!absl::StartsWith(child, disk) || Attribute(part + "/partition").empty()) continue;
      node.partitions.push_back(child);
      nodes[child].number = Attribute(part + "/dev");
      nodes[child].holders = Listed(part + "/holders");
    }
  }
  return nodes;
}

void SystemDevices::Identify(const std::string& name, BlockDevice* device) const {
  const std::unique_ptr<udev_device, udev_device* (*)(udev_device*)> known(
      // By path: a lookup by name fails where a name in /sys/block is a link to a device of another name.
      root_.empty() && udev_ ? ::udev_device_new_from_syspath(udev_.get(), ("/sys/block/" + name).c_str())
                             : nullptr,
      ::udev_device_unref);
  auto property = [&](const char* key) -> std::string {
    const char* value = known ? ::udev_device_get_property_value(known.get(), key) : nullptr;
    return value ? value : "";
  };
  auto either = [&](const char* key, std::initializer_list<const char*> attributes) {
    std::string value = property(key);
    for (const char* attribute : attributes)
      if (value.empty()) value = Attribute(absl::StrCat("block/", name, "/", attribute));
    return value;
  };
  device->serial = either("ID_SERIAL_SHORT", {"device/serial", "serial"});
  device->wwn = either("ID_WWN", {"wwid", "device/wwid"});
  device->model = either("ID_MODEL", {"device/model"});
}

void SystemDevices::CollectMounts(const std::string& name, const std::map<std::string, Node>& nodes,
                                  const MountsByNumber& by_number, const std::vector<Mount>& mounts,
                                  std::set<std::string>* out, int depth) const {
  auto node = nodes.find(name);
  if (node == nodes.end() || depth > 8) return;  // stacks are a few levels; a loop would be a kernel's fault
  for (auto [i, end] = by_number.equal_range(node->second.number); i != end; ++i) out->insert(i->second);
  // Btrfs mounts have a number of their own: the source tells.
  for (const Mount& m : mounts)
    if (m.source == "/dev/" + name) out->insert(m.target);
  if (SwapDevices(ReadFile(root_ + "/proc/swaps").value_or("")).contains("/dev/" + name))
    out->insert("[SWAP]");
  for (const auto* list : {&node->second.partitions, &node->second.holders})
    for (const std::string& above : *list) CollectMounts(above, nodes, by_number, mounts, out, depth + 1);
}

absl::StatusOr<std::vector<Mount>> SystemDevices::ReadMounts(MountsByNumber* by_number) {
  const std::string path = root_ + "/proc/self/mountinfo";
  std::unique_ptr<libmnt_table, void (*)(libmnt_table*)> table(::mnt_new_table_from_file(path.c_str()),
                                                               ::mnt_unref_table);
  if (!table) return ErrnoStatus(errno ? errno : EIO, absl::StrCat("reading ", path));
  std::unique_ptr<libmnt_iter, void (*)(libmnt_iter*)> each(::mnt_new_iter(MNT_ITER_FORWARD),
                                                            ::mnt_free_iter);
  std::vector<Mount> mounts;
  auto text = [](const char* s) { return std::string(s ? s : ""); };
  for (libmnt_fs* fs = nullptr; ::mnt_table_next_fs(table.get(), each.get(), &fs) == 0;) {
    mounts.push_back(
        {text(::mnt_fs_get_source(fs)), text(::mnt_fs_get_target(fs)), text(::mnt_fs_get_fstype(fs))});
    const dev_t number = ::mnt_fs_get_devno(fs);
    if (by_number)
      by_number->emplace(absl::StrCat(::gnu_dev_major(number), ":", ::gnu_dev_minor(number)),
                         mounts.back().target);
  }
  return mounts;
}

absl::StatusOr<std::vector<Mount>> SystemDevices::Mounts() { return ReadMounts(nullptr); }

absl::StatusOr<std::string> SystemDevices::Resolve(const std::string& device) {
  struct stat st {};
  // A device may have several nodes: its number is what tells.
  if (::stat((root_ + device).c_str(), &st) == 0 && S_ISBLK(st.st_mode))
    return absl::StrCat("block:", major(st.st_rdev), ":", minor(st.st_rdev));
  std::unique_ptr<char, decltype(&::free)> real(::realpath((root_ + device).c_str(), nullptr), ::free);
  if (!real) return ErrnoStatus(errno, device);
  return std::string(real.get()).substr(root_.size());
}

absl::StatusOr<std::vector<BlockDevice>> SystemDevices::List() {
  MountsByNumber by_number;
  ASSIGN_OR_RETURN(const std::vector<Mount> mounts, ReadMounts(&by_number));
  const std::map<std::string, Node> nodes = Nodes();
  std::vector<BlockDevice> devices;
  for (const std::string& name : Listed("block")) {
    if (!IsCandidate(name)) continue;
    BlockDevice d{.device = "/dev/" + name};
    Identify(name, &d);
    if (absl::StartsWith(name, "loop") && d.serial.empty()) continue;
    if (!absl::SimpleAtoi(Attribute("block/" + name + "/size"), &d.size_bytes) || d.size_bytes == 0) continue;
    d.size_bytes *= 512;  // sysfs counts in these units whatever the device's own blocks are
    // A device without a node here (another namespace's) or one that cannot be read is still listed.
    if (auto found = Probe(d.device); found.ok()) d.signature = *std::move(found);
    const Node& node = nodes.at(name);
    d.partitions = node.partitions;
    std::set<std::string> holders(node.holders.begin(), node.holders.end()), mounted;
    for (const std::string& p : d.partitions)
      holders.insert(nodes.at(p).holders.begin(), nodes.at(p).holders.end());
    d.holders.assign(holders.begin(), holders.end());
    CollectMounts(name, nodes, by_number, mounts, &mounted);
    d.mounts.assign(mounted.begin(), mounted.end());
    devices.push_back(std::move(d));
  }
  return devices;
}

}  // namespace

bool BlockDevice::IsSystem() const {
  static const std::set<std::string> system = {"/", "/boot", "/boot/efi", "/usr", "/var"};
  return std::any_of(mounts.begin(), mounts.end(), [](const std::string& m) { return system.contains(m); });
}

std::unique_ptr<BlockDevices> SystemBlockDevices(std::string root) {
  return std::make_unique<SystemDevices>(std::move(root));
}

const Mount* MountOver(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* best = nullptr;
  for (const Mount& m : mounts) {
    const bool over = m.target == "/" || path == m.target || absl::StartsWith(path, m.target + "/");
    if (over && (!best || m.target.size() >= best->target.size())) best = &m;
  }
  return best;
}

const Mount* MountAt(const std::vector<Mount>& mounts, const std::string& target) {
  const Mount* over = MountOver(mounts, target);
  return over && over->target == target ? over : nullptr;
}

}  // namespace devstats::agent
