// Which StorageClass is taken by a claim that names none: this one, and no other.
#pragma once
#include <string>

#include "common/unit/unit.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::addons {

class DefaultClassUnit : public Unit {
 public:
  // `client` is not owned. The class may come to be a while after its release: it is waited for.
  DefaultClassUnit(std::string id, std::string storage_class, kube::KubeClient* client,
                   coordinator::Patience patience)
      : id_(std::move(id)), class_(std::move(storage_class)), client_(client), patience_(patience) {}
  std::string id() const override { return id_; }
  Json Inputs() const override { return {{"class", class_}}; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status MakeDefault();
  absl::Status Unmark(const std::string& name);
  const std::string id_, class_;
  kube::KubeClient* const client_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::addons
