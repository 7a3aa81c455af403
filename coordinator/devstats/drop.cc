#include "coordinator/devstats/drop.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/databases.h"
#include "coordinator/kube/object.h"

namespace devstats::domain {
namespace {

bool IsShared(const std::string& database) {
  static const auto& shared = *new std::set<std::string>{"postgres", "template0", "template1", "affiliations",
                                                         postgres::kLogsDatabase};
  return shared.contains(database);
}

}  // namespace

absl::StatusOr<spec::ProjectSpec> ProjectToDrop(const LiveEnvironment& live, const std::string& name) {
  const auto is_it = [&](const spec::ProjectSpec& project) { return project.name == name; };
  if (std::any_of(live.projects.begin(), live.projects.end(), is_it))
    return Hint(absl::FailedPreconditionError(absl::StrCat("environment ", live.environment.name, " shows ",
                                                           name, ": its database is not dropped")),
                absl::StrCat("devstatsctl project remove ", name, " -e ", live.environment.name));
  const auto known = std::find_if(live.known.begin(), live.known.end(), is_it);
  if (known == live.known.end())
    return absl::NotFoundError(absl::StrCat("there is no project ", name, " in the cluster.yaml in force"));
  if (IsShared(known->database))
    return absl::InvalidArgumentError(
        absl::StrCat("database ", known->database, " of ", name, " is shared by all: it is not dropped"));
  for (const spec::ProjectSpec& shown : live.projects)
    if (shown.database == known->database)
      return absl::InvalidArgumentError(
          absl::StrCat("database ", known->database, " is that of ", shown.name, ", too: it is not dropped"));
  return *known;
}

absl::StatusOr<std::vector<std::string>> WorkersOf(kube::KubeClient& client, const std::string& name_space,
                                                   const std::string& project) {
  std::vector<std::string> workers;
  ASSIGN_OR_RETURN(const std::vector<Cron> crons, ListCrons(client, name_space), "cron jobs");
  for (const Cron& cron : crons)
    if (cron.project == project) workers.push_back(absl::StrCat("cron job ", cron.name));
  ASSIGN_OR_RETURN(const kube::ObjectList pods,
                   client.List({.api_version = "v1",
                                .kind = "Pod",
                                .namespace_ = name_space,
                                .label_selector = absl::StrCat("name=devstats,proj=", project)}),
                   "pods");
  for (const Json& pod : pods.items) {
    const std::string phase = kube::TextAt(pod, {"status", "phase"});
    if (phase != "Succeeded" && phase != "Failed")
      workers.push_back(absl::StrCat("pod ", kube::TextAt(pod, {"metadata", "name"})));
  }
  return workers;
}

absl::Status CheckDropped(postgres::Postgres& postgres, const std::string& database) {
  ASSIGN_OR_RETURN(const auto databases, postgres::ListDatabases(postgres), "databases");
  for (const postgres::DatabaseInfo& one : databases)
    if (one.name == database)
      return absl::FailedPreconditionError(
          absl::StrCat("its pod ended well, but database ", database, " is still there"));
  return absl::OkStatus();
}

}  // namespace devstats::domain
