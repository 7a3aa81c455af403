// Control planes that take pods like any other node: the taints that keep them off are removed, under both of
// the names that kubeadm has given them. Every other taint stays.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {

class TaintsUnit : public Unit {
 public:
  // `client` is not owned.
  TaintsUnit(std::string id, std::vector<std::string> nodes, kube::KubeClient* client)
      : id_(std::move(id)), nodes_(std::move(nodes)), client_(client) {}
  std::string id() const override { return id_; }
  Json Inputs() const override { return nodes_; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status Untaint(const std::string& name);
  const std::string id_;
  const std::vector<std::string> nodes_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::coordinator
