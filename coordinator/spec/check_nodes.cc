// Nodes and their disks.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

std::string NodePath(size_t i, absl::string_view key) { return absl::StrCat("nodes[", i, "].", key); }

// Tells of each value that has stood before, by the path where it did.
class Once {
 public:
  explicit Once(const CheckContext& check) : check_(check) {}
  void See(const std::string& value, const std::string& path, absl::string_view hint) {
    if (value.empty()) return;
    auto [first, fresh] = seen_.emplace(value, path);
    if (!fresh) check_.Add(path, absl::StrCat(Quoted(value), " is ", first->second, " already; ", hint));
  }

 private:
  const CheckContext& check_;
  std::map<std::string, std::string> seen_;
};

void CheckRoles(const CheckContext& check) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  if (!check.spec().kubernetes || nodes.empty()) return;
  const NodeSpec* first = nullptr;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!check.Good(NodePath(i, "role"))) return;
    if (nodes[i].role != Role::kControlPlane) continue;
    if (first)
      check.Add(NodePath(i, "role"), absl::StrCat("is control-plane, but ", Quoted(first->name),
                                                  " is the control plane already; make this one a worker"));
    if (!first) first = &nodes[i];
  }
  if (!first) check.Add("nodes", "have no control plane; write role: control-plane for one of them");
}

void CheckDiskCount(const CheckContext& check, const NodeSpec& node, size_t i) {
  const StorageSpec& storage = check.spec().storage;
  const size_t have = node.disks.size();
  if (!check.Good("storage.layout")) return;
  auto complain = [&](absl::string_view what) {
    check.Add(NodePath(i, "disks"),
              absl::StrCat("names ", have, have == 1 ? " disk" : " disks", ", but ", what));
  };
  if (storage.layout == StorageSpec::Layout::kSingle) {
    if (have > 1)
      complain("storage.layout single takes one; choose raid10, raid1, raid0 or lvm, or name one disk");
  } else if (storage.layout == StorageSpec::Layout::kRaid) {
    const size_t need = storage.raid_level == 10 ? 4 : 2;
    if (have < need)
      complain(absl::StrCat("storage.layout raid", storage.raid_level, " needs at least ", need,
                            "; name more or choose another layout"));
  }
}

}  // namespace

void CheckNodes(const CheckContext& check) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  Once names(check), addresses(check);
  for (size_t i = 0; i < nodes.size(); ++i) {
    names.See(nodes[i].name, NodePath(i, "name"), "every node has a name of its own");
    addresses.See(nodes[i].address, NodePath(i, "address"), "every node has an address of its own");
    if (nodes[i].external_address != nodes[i].address)
      addresses.See(nodes[i].external_address, NodePath(i, "externalAddress"),
                    "every node has an address of its own");
  }
  CheckRoles(check);
}

void CheckDisks(const CheckContext& check) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  Once disks(check);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const NodeSpec& node = nodes[i];
    for (size_t d = 0; d < node.disks.size(); ++d)
      disks.See(node.disks[d], absl::StrCat(NodePath(i, "disks"), "[", d, "]"), "a disk is in one node only");
    for (size_t w = 0; !check.Bad(NodePath(i, "disks")) && w < node.wipe.size(); ++w)
      if (std::find(node.disks.begin(), node.disks.end(), node.wipe[w]) == node.disks.end())
        check.Add(
            absl::StrCat(NodePath(i, "wipe"), "[", w, "]"),
            absl::StrCat(Quoted(node.wipe[w]), " is not among the node's disks; only those can be wiped"));
    if (node.disks.empty()) continue;
    if (check.draft.has_storage)
      CheckDiskCount(check, node, i);
    else
      check.Add(NodePath(i, "disks"),
                "are named, but there is no section storage that says how to use them; add one");
  }
}

}  // namespace devstats::spec
