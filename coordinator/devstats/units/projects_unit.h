// The projects of an environment: each has a database that is provisioned, or a job that is about to. It
// queues those jobs and does not wait for them: a large project takes days.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/jobs/store.h"

namespace devstats::domain {

class ProjectsUnit : public Unit {
 public:
  struct Parts {
    std::shared_ptr<EnvironmentAccess> access;
    std::vector<spec::ProjectSpec> projects;  // of the environment
    jobs::Store* jobs = nullptr;              // not owned
  };
  ProjectsUnit(std::string id, Parts parts) : id_(std::move(id)), p_(std::move(parts)) {}
  std::string id() const override { return id_; }
  Json Inputs() const override;
  // By project without a provisioned database: "absent", "partial".
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const std::string id_;
  const Parts p_;
};

}  // namespace devstats::domain
