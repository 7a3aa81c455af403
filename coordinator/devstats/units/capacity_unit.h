// The gate before anything of an environment is applied: the nodes have room for all of it, beside what runs
// there already. It changes nothing. Without room its plan fails and names what fits no more (capacity.h);
// only an environment that asks for nothing more than what stands is let through, with a warning: a node that
// is down must not keep other changes out.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

struct CapacityWanted {
  std::string id, name_space;
  Json inputs;  // what `objects` are made from
  // Those of the whole environment, with the pods of its jobs.
  std::function<absl::StatusOr<std::vector<Json>>()> objects;
};

class CapacityUnit : public Unit {
 public:
  // `client` is not owned.
  CapacityUnit(CapacityWanted wanted, kube::KubeClient* client)
      : wanted_(std::move(wanted)), client_(client) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override { return wanted_.inputs; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const CapacityWanted wanted_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::domain
