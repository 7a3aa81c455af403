// Whether a box is one that we can work on, before anything of it is touched: a unit that changes nothing,
// and whose plan fails with what is wrong.
#pragma once
#include <string>

#include "common/clock.h"
#include "common/unit/unit.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::coordinator {

struct PreflightWants {
  std::string node;
  std::string address;                 // that the box must have
  std::string os;                      // "debian-12"; empty: any that we support
  std::vector<std::string> supported;  // "debian-12", "ubuntu-24.04" ...
  absl::Duration max_skew = absl::Seconds(5);
};

class PreflightUnit : public Unit {
 public:
  // Not owned: `agent`, `clock`.
  PreflightUnit(PreflightWants wants, AgentClient* agent, const Clock* clock);
  std::string id() const override { return id_; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan&, const StepContext&) override { return absl::OkStatus(); }

 private:
  const PreflightWants wants_;
  const std::string id_;
  AgentClient* const agent_;
  const Clock* const clock_;
};

}  // namespace devstats::coordinator
