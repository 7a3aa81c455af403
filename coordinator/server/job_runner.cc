#include "coordinator/server/job_runner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/digest.h"
#include "common/status.h"
#include "coordinator/assemble/environments.h"
#include "coordinator/assemble/releases.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/postgres/databases.h"
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

// What is in force, read once for each cluster.yaml: a catalog beside it is read again when that is applied
// anew.
absl::StatusOr<std::shared_ptr<const JobRunner::Environments>> JobRunner::InForce() {
  ASSIGN_OR_RETURN(const auto current, operations_->Current());
  if (!current) return std::make_shared<const Environments>();
  const std::string digest = Sha256Hex(absl::StrCat(current->id, "\n", current->spec));
  absl::MutexLock lock(&mu_);
  if (read_ && digest == digest_) return read_;
  ASSIGN_OR_RETURN(const spec::ClusterSpec spec, spec::ParseClusterSpec(current->spec, current->file));
  auto all = std::make_shared<Environments>();
  for (const spec::EnvironmentSpec& environment : spec.environments) {
    ASSIGN_OR_RETURN(auto projects, ProjectsOf(spec, environment), environment.name);
    ASSIGN_OR_RETURN(auto known, AllProjectsOf(spec));
    all->emplace(environment.name,
                 domain::LiveEnvironment{environment, std::move(projects), std::move(known)});
  }
  digest_ = digest;
  read_ = std::move(all);
  return read_;
}

absl::StatusOr<domain::LiveEnvironment> JobRunner::Environment(const std::string& name) {
  ASSIGN_OR_RETURN(const auto all, InForce());
  if (const auto found = all->find(name); found != all->end()) {
    domain::LiveEnvironment live = found->second;
    ASSIGN_OR_RETURN(live.environment, WithLockedImages(live.environment, world_), name);
    return live;
  }
  std::vector<std::string> names;
  for (const auto& [known, environment] : *all) names.push_back(known);
  return Hint(
      absl::NotFoundError(absl::StrCat("there is no environment ", name, " in the cluster.yaml in force")),
      names.empty() ? "it names none" : absl::StrCat("there are ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<std::optional<v1::CreateJobRequest>> JobRunner::Backup(const std::string& environment,
                                                                      const std::string& project) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Environment(environment));
  const auto of = std::find_if(live.projects.begin(), live.projects.end(),
                               [&](const spec::ProjectSpec& one) { return one.name == project; });
  if (of == live.projects.end())
    return absl::NotFoundError(absl::StrCat("environment ", environment, " has no project ", project));
  domain::EnvironmentAccess access(live.environment, SealedOf(world_), world_.kube);
  ASSIGN_OR_RETURN(const auto leader, access.Leader());
  ASSIGN_OR_RETURN(const auto databases, postgres::ListDatabases(*leader));
  for (const postgres::DatabaseInfo& database : databases) {
    if (database.name != of->database) continue;
    v1::CreateJobRequest request;
    request.set_kind("backup");
    (*request.mutable_options())["database"] = database.name;
    return std::optional(request);
  }
  return std::optional<v1::CreateJobRequest>();
}

absl::StatusOr<std::vector<spec::EnvironmentSpec>> JobRunner::AsWritten() {
  ASSIGN_OR_RETURN(const auto all, InForce());
  std::vector<spec::EnvironmentSpec> out;
  for (const auto& [name, live] : *all) out.push_back(live.environment);
  return out;
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
