// A box for tests: a temporary root with the parts of /proc that resources look at, an inventory and a
// journal, and fakes of systemd, of commands, of the kernel and of block devices.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agent/host/host.h"
#include "common/files.h"
#include "common/journal.h"
#include "common/unit/execute.h"
#include "gtest/gtest.h"
#include "tests/agent/fake_blocks.h"
#include "tests/agent/fake_commands.h"
#include "tests/agent/fake_kernel.h"
#include "tests/agent/fake_systemd.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {

class Box {
 public:
  Box() {
    db_ = *Database::Open(":memory:", {Journal::Schema(), Inventory::Schema()});
    inventory = std::make_unique<Inventory>(db_.get());
    journal = std::make_unique<Journal>(db_.get(), &SystemClock());
    host = std::make_unique<Host>(dir.path(), inventory.get(), &systemd, &commands, &kernel, &blocks);
    Write("/proc/sys/kernel/random/boot_id", "boot-1\n");
  }

  void Write(const std::string& path, const std::string& content) {
    const std::string full = dir.path() + path;
    ASSERT_TRUE(MakeFolders(full.substr(0, full.rfind('/'))).ok());
    ASSERT_TRUE(WriteFileAtomic(full, content).ok());
  }
  // Plans the unit, approves that, and carries it out as the step "host@n/UNIT" of `operation`.
  absl::StatusOr<Execution> Apply(Unit& unit, const std::string& operation = "op") {
    return Execute(unit, *journal,
                   {.key = {operation, "host@n/" + unit.id()},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = PlanUnit(unit),
                    .boot_id = "boot-1",
                    .progress = [this](absl::string_view line) { progress.emplace_back(line); }});
  }
  std::string Read(const std::string& path) const { return ReadFile(dir.path() + path).value_or("<absent>"); }

  std::vector<std::string> progress;  // what units told in Apply
  TempDir dir;
  FakeSystemd systemd;
  FakeCommands commands;
  FakeKernel kernel;
  FakeBlocks blocks;
  std::unique_ptr<Inventory> inventory;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Host> host;

 private:
  std::unique_ptr<Database> db_;
};

}  // namespace devstats::agent
