// The gate behind Patroni's release: a leader, and all other members streaming from it. It changes nothing,
// it waits.
#pragma once
#include <string>
#include <vector>

#include "coordinator/addons/waiting.h"
#include "coordinator/devstats/patroni/api.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

struct PatroniReadyWanted {
  std::string id;
  std::string name_space, selector;  // of its pods, which tell why a member does not come
  int members = 0;
  int64_t most_lag = 16 << 20;  // bytes; of a replica that counts as streaming
};

class PatroniReadyUnit : public addons::WaitingUnit {
 public:
  // Neither is owned.
  PatroniReadyUnit(PatroniReadyWanted wanted, patroni::PatroniApi* api, kube::KubeClient* client,
                   coordinator::Patience patience)
      : WaitingUnit(wanted.id, patience), wanted_(std::move(wanted)), api_(api), client_(client) {}
  Json Inputs() const override;

 private:
  using Reasons = std::vector<std::string>;
  absl::StatusOr<Reasons> Missing() override;
  std::string Until() const override;
  absl::Status AddPods(Reasons* reasons);
  const PatroniReadyWanted wanted_;
  patroni::PatroniApi* const api_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::domain
