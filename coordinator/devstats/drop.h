// A project's database is dropped once its environment shows the project no more: what must be so before, and
// after. The job itself is of kind "drop" (jobs/kinds.h).
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

// A project that is no longer shown; FailedPrecondition while it is, NotFound when the catalog has none,
// InvalidArgument when its database is one that all share.
absl::StatusOr<spec::ProjectSpec> ProjectToDrop(const LiveEnvironment& live, const std::string& name);

// What of a project still works on its database: its cron jobs, and pods that have not ended.
absl::StatusOr<std::vector<std::string>> WorkersOf(kube::KubeClient& client, const std::string& name_space,
                                                   const std::string& project);

// FailedPrecondition while the database is there.
absl::Status CheckDropped(postgres::Postgres& postgres, const std::string& database);

}  // namespace devstats::domain
