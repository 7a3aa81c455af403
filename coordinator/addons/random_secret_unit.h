// A Secret with one random value, made once: whoever has read it keeps it. It stands in no release's record.
#pragma once
#include <string>

#include "common/unit/unit.h"
#include "coordinator/addons/steps.h"
#include "coordinator/kube/client.h"

namespace devstats::addons {

class RandomSecretUnit : public Unit {
 public:
  // `client` is not owned.
  RandomSecretUnit(std::string id, RandomSecretStep step, kube::KubeClient* client)
      : id_(std::move(id)), step_(std::move(step)), client_(client) {}
  std::string id() const override { return id_; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  // FailedPrecondition for a Secret of that name that has no such value: it is somebody's, and stays.
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  kube::ObjectRef Ref() const { return {"v1", "Secret", step_.name_space, step_.name}; }
  const std::string id_;
  const RandomSecretStep step_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::addons
