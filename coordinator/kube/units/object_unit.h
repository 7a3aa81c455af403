// A list of Kubernetes objects as one unit, by server-side apply: the CNI manifest, namespaces. What it no
// longer lists it leaves alone.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::coordinator {

struct ObjectsWanted {
  std::string id;             // of the unit: "cni"
  std::vector<Json> objects;  // in the order of the manifest
  Patience patience{.deadline = absl::Minutes(2), .poll = absl::Milliseconds(500)};  // for new kinds
};

class ObjectUnit : public Unit {
 public:
  // `client` is not owned. Namespaces go first, then definitions of kinds, then the rest as given.
  ObjectUnit(ObjectsWanted wanted, kube::KubeClient* client);
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override { return wanted_.objects; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  bool IsDefinedHere(const std::string& api_version, const std::string& kind) const;
  absl::StatusOr<Json> ObserveOne(const Json& object);
  absl::Status ApplyOne(const Json& object);
  absl::Status WaitForKinds(const StepContext& context);
  ObjectsWanted wanted_;
  kube::KubeClient* const client_;
};

// Namespaces that are there, with no say in what is in them.
std::unique_ptr<ObjectUnit> MakeNamespacesUnit(std::string id, const std::vector<std::string>& names,
                                               kube::KubeClient* client);

}  // namespace devstats::coordinator
