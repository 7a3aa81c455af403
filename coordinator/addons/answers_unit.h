// Whether what a release serves can be reached: its Service has the address that was asked for, and another
// box than the one that answers gets through to it. It changes nothing, it waits.
#pragma once
#include <string>
#include <vector>

#include "coordinator/addons/steps.h"
#include "coordinator/addons/waiting.h"
#include "coordinator/kube/client.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::addons {

// A box from which is tried.
struct Caller {
  std::string node, address;
  coordinator::AgentClient* agent = nullptr;  // not owned
};

class AnswersUnit : public WaitingUnit {
 public:
  // `client` is not owned.
  AnswersUnit(std::string id, AnswersStep step, std::vector<Caller> callers, kube::KubeClient* client,
              coordinator::Patience patience)
      : WaitingUnit(std::move(id), patience),
        step_(std::move(step)),
        callers_(std::move(callers)),
        client_(client) {}
  Json Inputs() const override;

 private:
  using Reasons = std::vector<std::string>;
  absl::StatusOr<Reasons> Missing() override;
  std::string Until() const override { return "it answers from another box"; }
  std::string Advice() const override {
    return "look at `devstatsctl release status` of it, at the addresses in cluster.yaml, and for a firewall";
  }
  absl::StatusOr<Reasons> MissingOfService();
  // Why `address` does not answer at the ports, seen from a box that is not there itself.
  Reasons MissingAt(const std::string& address, const std::string& node);
  const AnswersStep step_;
  const std::vector<Caller> callers_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::addons
