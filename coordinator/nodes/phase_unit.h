// One phase of one node as a unit: observed, diffed and applied by the node's agent. Its parts are the node's
// resources.
#pragma once
#include <functional>
#include <string>

#include "common/unit/unit.h"
#include "coordinator/nodes/agent_client.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::coordinator {

struct PhaseWants {
  std::string node;
  agent::v1::PhaseSpec spec;  // what cluster.yaml says: the unit's inputs
  // Fills in what only the running cluster knows (a node's pod network); called for each observation. May be null.
  std::function<absl::Status(agent::v1::PhaseSpec*)> complete;
  // What the act needs and nobody keeps; called for each act. May be null.
  std::function<absl::StatusOr<PhaseSecrets>(const StepKey&)> secrets;
  // Takes back what `secrets` made for this step; called when its operation has ended. May be null.
  std::function<absl::Status(const StepKey&)> take_back;
  // What observing needs, too, since the box compares it with what it has; called for each observation and
  // each act. `spec` holds no more of it than names and MACs. May be null.
  std::function<absl::StatusOr<PhaseSecrets>()> compared;
};

class PhaseUnit : public Unit {
 public:
  // "host@node-1". `agent` is not owned.
  PhaseUnit(PhaseWants wants, AgentClient* agent);
  std::string id() const override { return id_; }
  Json Inputs() const override { return ToJson(wants_.spec); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;
  absl::Status Forget(const std::string& operation) override;

 private:
  absl::StatusOr<agent::v1::PhaseSpec> Spec() const;
  absl::StatusOr<PhaseSecrets> Compared() const;
  absl::Status Send(const StepContext& context, const PhaseSecrets& secrets);
  const PhaseWants wants_;
  const std::string id_;
  AgentClient* const agent_;
};

}  // namespace devstats::coordinator
