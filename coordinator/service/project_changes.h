// Projects that come and go, by call, without gRPC: the edit of cluster.yaml that a caller will apply, what
// an image knows of the projects, and the jobs that dump and drop what is left of one.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/kube/client.h"
#include "coordinator/service/environments.h"
#include "coordinator/spec/catalog.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct ProjectChangesParts {
  spec::ReadText read;  // a catalog on this box
  domain::EnvironmentFinder environment;
  ReachFinder reach;
  kube::KubeClient* kube = nullptr;  // not owned
  jobs::Store* jobs = nullptr;       // not owned
};

class ProjectChanges {
 public:
  explicit ProjectChanges(ProjectChangesParts parts) : p_(std::move(parts)) {}

  // For the audit trail: what is no name may be anything.
  static std::string Target(const v1::DropProjectRequest& request);

  // Changes nothing. What goes with a removed project is looked at in the environment in force; what cannot
  // be seen is said so.
  absl::StatusOr<v1::EditedProjects> DoEditProjects(const v1::EditProjectsRequest& request);
  // FailedPrecondition for a job that is not a successful one of kind image-projects.
  absl::StatusOr<v1::ProjectDifferences> DoCompareProjects(const v1::CompareProjectsRequest& request);
  // The jobs, the dump first, then the one that drops; those that are under way already instead of new ones;
  // none when there is no database. FailedPrecondition while the environment in force shows the project,
  // while cron jobs of it are there, or without its name as confirmation.
  absl::StatusOr<v1::JobList> DoDropProject(const v1::DropProjectRequest& request, const std::string& actor);

 private:
  void SayLosses(const v1::EditProjectsRequest& request, const spec::EnvironmentSpec& environment,
                 const spec::ProjectSpec& project, v1::EditedProjects* out) const;
  // "its database keda, 3.0 GiB"; empty: there is none.
  absl::StatusOr<std::string> DatabaseIn(const spec::EnvironmentSpec& environment,
                                         const std::string& name) const;
  const ProjectChangesParts p_;
};

}  // namespace devstats::coordinator
