// A unit whose world is a few files in a folder, so that it outlives a process that is cut.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/status.h"
#include "common/unit/unit.h"

namespace devstats {

class FakeUnit : public Unit {
 public:
  FakeUnit(std::string id, std::string folder, std::map<std::string, std::string> desired)
      : id_(std::move(id)), folder_(std::move(folder)), desired_(std::move(desired)) {}

  std::string id() const override { return id_; }
  Json Inputs() const override { return desired_; }

  absl::StatusOr<Json> Observe() override {
    ++observed;
    if (!observe_error.ok()) return observe_error;
    if (!home.empty()) RETURN_IF_ERROR(ReadFile(Path(home)).status());
    Json world = Json::object();
    for (const auto& [name, value] : desired_) {
      auto content = ReadFile(Path(name));
      world[name] = content.ok() ? Json(*content) : Json();
    }
    return world;
  }

  absl::StatusOr<UnitPlan> Diff(const Json& world) const override {
    UnitPlan plan;
    for (const auto& [name, value] : desired_) {
      if (world[name] == value) continue;
      Change* c = plan.add_changes();
      c->set_path(name);
      c->set_action(world[name].is_null() ? Change::CREATE : Change::UPDATE);
      c->set_owner(world[name].is_null() ? Change::ABSENT : owner);
      c->set_before(world[name].is_null() ? "" : world[name].get<std::string>());
      c->set_after(value);
      c->set_destructive(destructive);
    }
    return plan;
  }

  absl::StatusOr<Json> ChooseWitness(const UnitPlan&) override { return Json{{"chosen", ++witnesses}}; }

  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override {
    ++applied;
    witness = context.witness;
    attempt = context.attempt;
    moved = context.moved;
    if (!apply_error.ok()) return apply_error;
    for (const Change& c : diff.changes()) {
      if (lazy) continue;
      RETURN_IF_ERROR(WriteFileAtomic(Path(c.path()), c.after()));
      FaultPoint("fake.wrote", c.path());
    }
    if (on_apply) on_apply();
    return absl::OkStatus();
  }

  absl::Status Settle(const StepContext&) override {
    ++settled;
    return absl::OkStatus();
  }

  absl::Status Forget(const std::string& operation) override {
    if (on_forget) on_forget(operation);
    return absl::OkStatus();
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  Change::Owner owner = Change::OURS;
  bool destructive = false;
  bool lazy = false;  // says OK and does nothing
  absl::Status observe_error, apply_error;
  std::string home;  // a file without which it cannot look at its world
  std::function<void()> on_apply;
  std::function<void(const std::string& operation)> on_forget;
  int observed = 0, applied = 0, settled = 0, witnesses = 0, attempt = 0;
  bool moved = false;
  Json witness;

 private:
  const std::string id_, folder_;
  const std::map<std::string, std::string> desired_;
};

}  // namespace devstats
