// The gate before all that uses the database: the roles, tables and grants of DevStats are there, each of
// them looked at in PostgreSQL itself. Where there is no database yet, the images' own bootstrap runs first,
// as a job; what it has left out, or a cut has, is made one by one.
#pragma once
#include <memory>
#include <string>

#include "common/unit/unit.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::domain {

class BootstrapUnit : public Unit {
 public:
  struct Parts {
    std::shared_ptr<EnvironmentAccess> access;
    jobs::Store* jobs = nullptr;  // not owned
    coordinator::Patience patience{.deadline = absl::Hours(1)};
  };
  BootstrapUnit(std::string id, Parts parts) : id_(std::move(id)), p_(std::move(parts)) {}
  std::string id() const override { return id_; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<postgres::BootstrapState> Look();
  absl::Status RunJob(const std::vector<jobs::Job>& open, const StepContext& context);
  const std::string id_;
  const Parts p_;
};

}  // namespace devstats::domain
