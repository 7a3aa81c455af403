// A small box in a folder that outlives the processes which work on it, as a real one does: a root, the executor's
// journal and inventory on disk, and in world.json what machines keep elsewhere: units of systemd, disks, mounts,
// packages, routes, and commands with what they did. The programs behave as the tools by those names.
#pragma once
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/host/host.h"
#include "agent/resources/marked_line.h"
#include "agent/resources/routes.h"
#include "common/files.h"
#include "common/journal.h"
#include "tests/agent/fake_blocks.h"
#include "tests/agent/fake_kernel.h"
#include "tests/agent/fake_systemd.h"
#include "tests/faults/durable_commands.h"

namespace devstats::agent {

class SmallBox {
 public:
  explicit SmallBox(const std::string& folder) : folder_(folder) {
    std::filesystem::create_directories(root());
    Load();
    db_ = *Database::Open(folder + "/state.db", {Journal::Schema(), Inventory::Schema()});
    inventory_ = std::make_unique<Inventory>(db_.get());
    journal_ = std::make_unique<Journal>(db_.get(), &SystemClock());
    host_ = std::make_unique<Host>(root(), inventory_.get(), &systemd, &commands_, &kernel_, &blocks);
    systemd.on_change = [this](const std::string& verb, const std::string& unit) { Changed(verb, unit); };
    kernel_.act = [this](const std::string& call, const std::string& what) { return Act(call, what); };
  }

  Host* host() { return host_.get(); }
  Journal* journal() { return journal_.get(); }
  std::string root() const { return folder_ + "/root"; }
  // No fault points in here: what the world does by itself is not cut with us.
  void Write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(root() + path).parent_path());
    std::ofstream(root() + path) << content;
  }
  std::string Read(const std::string& path) const { return ReadFile(root() + path).value_or(""); }
  // What mutating programs were run, each once it had ended.
  std::vector<std::string> acts() const { return world_.value("acts", std::vector<std::string>()); }
  // All that is not in files: units, disks, mounts, packages, routes.
  Json World() {
    Store();
    Json world = world_;
    for (const char* past : {"runs", "acts"}) world.erase(past);
    return world;
  }
  void Save() {
    Store();
    const std::string path = folder_ + "/world.json";
    std::ofstream(path + ".new") << world_.dump();
    std::filesystem::rename(path + ".new", path);
  }

  FakeSystemd systemd;
  FakeBlocks blocks;
  std::function<void(const Command&)> on_join;  // not kept: what a joined box gets

 private:
  void Load();
  void Store();
  void Changed(const std::string& verb, const std::string& unit);
  absl::Status Act(const std::string& call, const std::string& what);
  ProcessResult Program(const Command& command);
  ProcessResult Kubeadm(const Command& command);
  ProcessResult Mkfs(const Command& command);
  ProcessResult Dpkg();
  void Mark(const Command& command);
  void ShowRoutes();

  const std::string folder_;
  Json world_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<Journal> journal_;
  FakeKernel kernel_;
  DurableCommands commands_{[this](const Command& command) { return Program(command); }, &world_["runs"],
                            [this] { Save(); }};
  std::unique_ptr<Host> host_;
};

inline void SmallBox::Load() {
  std::ifstream in(folder_ + "/world.json");
  if (in) {
    Json kept = Json::parse(in);
    kept["runs"].swap(world_["runs"]);  // commands_ refers to this one
    kept.erase("runs");
    world_.update(kept);
  }
  if (world_["runs"].is_null()) world_["runs"] = Json::object();
  const Json units = world_.value("units", Json::object());
  for (const auto& [name, state] : units.items())
    systemd.Add(name, state[1], state[0] == "active");
  for (const Json& d : world_.value("disks", Json::array())) {
    BlockDevice& disk = blocks.Add(d["device"], d["serial"]);
    disk.signature = {d["types"], d["uuid"], d["label"], false};
    disk.mounts = d["mounts"].get<std::vector<std::string>>();
  }
  if (!world_.contains("mounts")) return;
  blocks.mounts.clear();
  for (const Json& m : world_["mounts"]) blocks.mounts.push_back({m[0], m[1], m[2]});
}

inline void SmallBox::Store() {
  Json units = Json::object(), disks = Json::array(), mounts = Json::array();
  const auto names = *systemd.Units("");
  for (const std::string& name : names) {
    const UnitState state = *systemd.Get(name);
    units[name] = {state.active, state.file};
  }
  for (const BlockDevice& d : blocks.devices)
    disks.push_back({{"device", d.device},
                     {"serial", d.serial},
                     {"types", d.signature.types},
                     {"uuid", d.signature.uuid},
                     {"label", d.signature.label},
                     {"mounts", d.mounts}});
  for (const Mount& m : blocks.mounts) mounts.push_back({m.source, m.target, m.type});
  world_["units"] = units;
  world_["disks"] = disks;
  world_["mounts"] = mounts;
}

inline void SmallBox::Changed(const std::string& verb, const std::string& unit) {
  if (verb == "start" && unit == "data.mount") {
    const std::string line = MarkedLine(Read("/etc/fstab"), "mount /data").value_or("");
    for (BlockDevice& d : blocks.devices)
      if (!d.signature.uuid.empty() && absl::StrContains(line, d.signature.uuid)) {
        d.mounts = {"/data"};
        blocks.mounts.push_back({d.device, "/data", d.signature.types[0]});
      }
  }
  if (verb == "restart" && unit == RoutesResource::kUnit) {
    for (const auto& [destination, via] : ParseServiceRoutes(Read(RoutesResource::kFile)))
      world_["routes"][destination] = via;
    ShowRoutes();
  }
  if (unit == "devstats-masquerade.service" && verb != "enable") world_["masquerade"] = verb != "stop";
  Save();
}

inline absl::Status SmallBox::Act(const std::string& call, const std::string& what) {
  if (call == "swapoff") Write("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
  if (call == "load") Write(absl::StrCat("/sys/module/", what, "/refcnt"), "0\n");
  return absl::OkStatus();
}

}  // namespace devstats::agent
