// The gate behind Patroni's release: a leader, and all other members streaming from it. It changes nothing,
// it waits.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/devstats/patroni/api.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::domain {

struct PatroniReadyWanted {
  std::string id;
  std::string name_space, selector;  // of its pods, which tell why a member does not come
  int members = 0;
  int64_t most_lag = 16 << 20;  // bytes; of a replica that counts as streaming
};

class PatroniReadyUnit : public Unit {
 public:
  // Neither is owned.
  PatroniReadyUnit(PatroniReadyWanted wanted, patroni::PatroniApi* api, kube::KubeClient* client,
                   coordinator::Patience patience)
      : wanted_(std::move(wanted)), api_(api), client_(client), patience_(patience) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  using Reasons = std::vector<std::string>;
  absl::StatusOr<Reasons> Missing();
  absl::Status AddPods(Reasons* reasons);
  const PatroniReadyWanted wanted_;
  patroni::PatroniApi* const api_;
  kube::KubeClient* const client_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::domain
