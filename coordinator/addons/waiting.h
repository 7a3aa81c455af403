// What units that wait have in common. Reasons change by themselves, by the second: they are told as
// warnings, and only whether there are any is part of a plan's world.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::addons {

// {"done": DONE} with the reasons beside it.
Json Seen(bool done, const std::vector<std::string>& reasons);
// Adds the reasons and, unless it is done, a change "waits" until `wanted`.
void AddWait(const Json& seen, const std::string& wanted, UnitPlan* plan);

// A unit that changes nothing: it waits until nothing is missing.
class WaitingUnit : public Unit {
 public:
  WaitingUnit(std::string id, coordinator::Patience patience) : id_(std::move(id)), patience_(patience) {}
  std::string id() const override { return id_; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 protected:
  // What is not as it should be, and why.
  virtual absl::StatusOr<std::vector<std::string>> Missing() = 0;
  virtual std::string Until() const = 0;             // in words, for its plan
  virtual std::string Advice() const { return ""; }  // for whom it has kept waiting too long

 private:
  const std::string id_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::addons
