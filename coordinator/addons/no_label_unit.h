// A label that no node must have.
#pragma once
#include <string>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"

namespace devstats::addons {

class NoLabelUnit : public Unit {
 public:
  // `client` is not owned.
  NoLabelUnit(std::string id, std::string label, kube::KubeClient* client)
      : id_(std::move(id)), label_(std::move(label)), client_(client) {}
  std::string id() const override { return id_; }
  Json Inputs() const override { return {{"label", label_}}; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const std::string id_, label_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::addons
