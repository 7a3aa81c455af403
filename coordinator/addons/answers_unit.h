// Whether what a release serves can be reached: its Service has the address that was asked for, and another
// box than the one that answers gets through to it. It changes nothing, it waits.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/addons/steps.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/wait.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::addons {

// A box from which is tried.
struct Caller {
  std::string node, address;
  coordinator::AgentClient* agent = nullptr;  // not owned
};

class AnswersUnit : public Unit {
 public:
  // `client` is not owned.
  AnswersUnit(std::string id, AnswersStep step, std::vector<Caller> callers, kube::KubeClient* client,
              coordinator::Patience patience)
      : id_(std::move(id)),
        step_(std::move(step)),
        callers_(std::move(callers)),
        client_(client),
        patience_(patience) {}
  std::string id() const override { return id_; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  using Reasons = std::vector<std::string>;
  absl::StatusOr<Reasons> Missing();
  absl::StatusOr<Reasons> MissingOfService();
  // Why `address` does not answer at the ports, seen from a box that is not there itself.
  Reasons MissingAt(const std::string& address, const std::string& node);
  const std::string id_;
  const AnswersStep step_;
  const std::vector<Caller> callers_;
  kube::KubeClient* const client_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::addons
