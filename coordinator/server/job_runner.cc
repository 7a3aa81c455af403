#include "coordinator/server/job_runner.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/assemble/environments.h"
#include "coordinator/assemble/releases.h"
#include "coordinator/spec/catalog.h"
#include "coordinator/spec/spec.h"

namespace devstats::coordinator {

JobRunner::JobRunner(const World& world, Operations* operations)
    : world_(world),
      operations_(operations),
      work_(domain::NewJobWork({.environment = [this](const std::string& name) { return Environment(name); },
                                .engine = UnitPartsOf({}, world).engine,
                                .sources = UnitPartsOf({}, world).sources,
                                .sealed = SealedOf(world),
                                .chart = world.devstats_chart})),
      dispatcher_(world.jobs, world.kube, work_.get(), world.clock, {},
                  [this] { return !stopping_.load(); }) {}

JobRunner::~JobRunner() {
  stopping_ = true;
  dispatcher_.Wake();
  if (thread_.joinable()) thread_.join();
}

void JobRunner::Start() {
  thread_ = std::thread([this] { dispatcher_.Run(); });
}

absl::StatusOr<domain::LiveEnvironment> JobRunner::Environment(const std::string& name) {
  ASSIGN_OR_RETURN(const auto current, operations_->Current());
  std::vector<std::string> names;
  if (current) {
    ASSIGN_OR_RETURN(const spec::ClusterSpec spec, spec::ParseClusterSpec(current->spec, current->file));
    for (const spec::EnvironmentSpec& environment : spec.environments) {
      if (environment.name == name) {
        ASSIGN_OR_RETURN(auto projects, ProjectsOf(spec, environment), name);
        return domain::LiveEnvironment{environment, std::move(projects)};
      }
      names.push_back(environment.name);
    }
  }
  return Hint(
      absl::NotFoundError(absl::StrCat("there is no environment ", name, " in the cluster.yaml in force")),
      names.empty() ? "it names none" : absl::StrCat("there are ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<int> JobRunner::Weight(const std::string& environment, const std::string& project) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Environment(environment));
  if (project.empty()) return 0;
  spec::EnvironmentSpec only;
  only.name = environment;
  only.projects = {project};
  ASSIGN_OR_RETURN(const auto found, spec::ProjectsOf(only, live.projects));
  return found.empty() ? 0 : domain::WeightOf(found.front());
}

}  // namespace devstats::coordinator
