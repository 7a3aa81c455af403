// Whether the cluster is one that can be built on: all nodes there and as cluster.yaml has them, the system's
// pods well, the pod network tried once. It changes nothing but a note of that trial (ConfigMap
// kube-system/devstats-verified), so that a healthy cluster has nothing to do; other nodes, or other
// settings, make it be tried again.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/network_check.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::coordinator {

struct VerifyWanted {
  std::string id;  // of the unit: "cluster"
  std::vector<std::string> nodes;
  int max_pods = 110;  // status.capacity.pods of each
  int node_mask = 24;  // of each node's podCIDR
  std::string dns_domain = "cluster.local";
  std::string image;  // for the network check, see NetworkCheckWanted
  Patience patience;  // until all is well; the network check has as much again for each of its steps
};

class VerifyUnit : public Unit {
 public:
  // `client` is not owned.
  VerifyUnit(VerifyWanted wanted, kube::KubeClient* client) : wanted_(std::move(wanted)), client_(client) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  // A change "waits" while something is not well yet, and one "network" while it has not been tried. An error
  // for what waiting does not mend: a podCIDR of another size.
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  struct Health {
    std::vector<std::string> nodes, pods;  // reasons why they are not well
    std::vector<std::string> wrong;        // what stays wrong
    Json identity = Json::object();        // uid of each node
  };
  absl::StatusOr<Health> Look();
  absl::Status LookAtNodes(Health* health);
  std::string NoteFor(const Health& health) const;
  const VerifyWanted wanted_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::coordinator
