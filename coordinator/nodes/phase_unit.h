// One phase of one node as a unit: observed, diffed and applied by the node's agent. Its parts are the node's
// resources.
#pragma once
#include <string>

#include "common/unit/unit.h"
#include "coordinator/nodes/agent_client.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::coordinator {

class PhaseUnit : public Unit {
 public:
  // "host@node-1". `agent` is not owned.
  PhaseUnit(agent::v1::PhaseSpec spec, std::string node, AgentClient* agent);
  std::string id() const override { return id_; }
  Json Inputs() const override { return ToJson(spec_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;
  absl::Status Forget(const std::string& operation) override { return agent_->Forget(operation); }

 private:
  absl::Status Send(const StepContext& context);
  const agent::v1::PhaseSpec spec_;
  const std::string id_;
  AgentClient* const agent_;
};

}  // namespace devstats::coordinator
