// Whether a box is one that we can work on, before anything of it is touched: a unit that changes nothing,
// whose plan fails with all that is wrong, a line each, and warns of what is only to be known.
#pragma once
#include <map>
#include <string>
#include <vector>
#include <vector>

#include "common/clock.h"
#include "common/unit/unit.h"
#include "coordinator/nodes/agent_client.h"
#include "coordinator/nodes/preflight_network.h"

namespace devstats::coordinator {

struct PreflightWants {
  std::string node;
  std::string address;                 // that the box must have
  std::string os;                      // "debian-12"; empty: any that we support
  std::vector<std::string> supported;  // "debian-12", "ubuntu-24.04" ...
  bool cgroup2 = false;                // its kubelet will not start on cgroup v1
  std::map<std::string, std::string> neighbours;  // nodes by address that must be in the network of `address`
  NetworkWanted network;                          // empty: not looked at
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
  std::vector<Trouble> Troubles(const Json& observed) const;
  const PreflightWants wants_;
  const std::string id_;
  AgentClient* const agent_;
  const Clock* const clock_;
};

}  // namespace devstats::coordinator
