// The labels of nodes that cluster.yaml names; all other labels are somebody else's and stay. One that we
// have set is removed when cluster.yaml no longer has it: the API server remembers which are ours.
#pragma once
#include <map>
#include <string>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {

using NodeLabels = std::map<std::string, std::map<std::string, std::string>>;  // by node, by key

class LabelsUnit : public Unit {
 public:
  // `client` is not owned. A node with no labels stands in `wanted` too.
  LabelsUnit(std::string id, NodeLabels wanted, kube::KubeClient* client)
      : id_(std::move(id)), wanted_(std::move(wanted)), client_(client) {}
  std::string id() const override { return id_; }
  Json Inputs() const override { return wanted_; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const std::string id_;
  const NodeLabels wanted_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::coordinator
