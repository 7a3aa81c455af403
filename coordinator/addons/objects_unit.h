// The objects of an add-on: applied as others are, but patient with what answers for their kinds, which may
// have just been installed; and, if asked for, waited for until they are ready.
#pragma once
#include <string>
#include <vector>

#include "coordinator/addons/steps.h"
#include "coordinator/kube/units/object_unit.h"

namespace devstats::addons {

class ObjectsUnit : public Unit {
 public:
  // `client` is not owned.
  ObjectsUnit(std::string id, ObjectsStep step, kube::KubeClient* client, coordinator::Patience patience);
  std::string id() const override { return objects_.id(); }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  // Those of the objects, and "waits" while one of `ready_kind` is not Ready.
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<std::vector<std::string>> NotReady();
  coordinator::ObjectUnit objects_;
  const ObjectsStep step_;
  kube::KubeClient* const client_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::addons
