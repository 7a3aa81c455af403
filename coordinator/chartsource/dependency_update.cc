#include "coordinator/chartsource/dependency_update.h"

#include <sys/stat.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chartsource/charts_folder.h"
#include "coordinator/chartsource/dependency_lock.h"
#include "coordinator/chartsource/dependency_source.h"
#include "coordinator/chartsource/dependency_versions.h"
#include "coordinator/chartsource/lock_digest.h"
#include "coordinator/chartsource/oci_reference.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {
namespace {

using chart::Chart;
using Kind = DependencySource::Kind;
using Sources = std::vector<DependencySource>;

absl::StatusOr<std::shared_ptr<const Chart>> LoadFolder(const DependencyRequest& request,
                                                        const DependencyTools& tools) {
  struct stat info;
  if (stat(request.folder.c_str(), &info) != 0)
    return ErrnoStatus(errno, absl::StrCat("could not find ", request.folder));
  if (!S_ISDIR(info.st_mode)) return absl::FailedPreconditionError("only unpacked charts can be updated");
  return LoadPath(request.folder, tools.limits, tools.warn);
}

// To be written to: the chart's own are shared.
Dependencies CopyOf(const Dependencies& dependencies) {
  Dependencies out;
  for (const auto& dependency : dependencies) out.push_back(std::make_shared<chart::Dependency>(*dependency));
  return out;
}

chart::Metadata CopyOf(const chart::Metadata& metadata) {
  chart::Metadata out = metadata;
  out.dependencies = CopyOf(metadata.dependencies);
  return out;
}

absl::StatusOr<std::vector<Repository>> KnownRepositories(const DependencyTools& tools) {
  auto known = tools.charts.repositories().List();
  if (absl::IsNotFound(known.status())) return std::vector<Repository>();
  return known;
}

// A password is for one server: whatever else Chart.yaml names shall not get it.
absl::Status CheckCredentials(const DependencyRequest& request, const Sources& sources,
                              const Dependencies& dependencies) {
  if (request.credentials.username.empty()) return absl::OkStatus();
  std::set<std::string> registries;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].kind != Kind::kRegistry) continue;
    ASSIGN_OR_RETURN(const OciReference reference,
                     ParseOciReference(RegistryRequest(request, *dependencies[i]).reference));
    registries.insert(reference.registry);
  }
  if (registries.size() <= 1) return absl::OkStatus();
  return Hint(
      absl::InvalidArgumentError(absl::StrCat("--username is for one registry; the dependencies are in ",
                                              absl::StrJoin(registries, ", "))),
      "log in to each of them with: helm registry login");
}

void RefreshUnknown(const Sources& sources, const DependencyTools& tools) {
  std::vector<Repository> unknown;
  std::set<std::string> names;
  for (const DependencySource& source : sources)
    if (!source.known && names.insert(source.repository.name).second) unknown.push_back(source.repository);
  if (unknown.empty()) return;
  tools.tell("Getting updates for unmanaged Helm repositories...");
  const auto updates = tools.charts.repositories().Refresh(unknown);
  for (const auto& update : updates) tools.tell(UpdatedText(update, false));
}

// A repository that cannot be reached is told, no more: its cached index may do.
void RefreshKnown(const std::vector<Repository>& known, const DependencyTools& tools) {
  if (known.empty()) return;
  tools.tell(kRefreshing);
  const auto updates = tools.charts.repositories().Refresh(known);
  for (const auto& update : updates) tools.tell(UpdatedText(update));
  tools.tell(kRefreshed);
}

absl::Status Update(const DependencyRequest& request, const DependencyTools& tools, const Chart& chart) {
  if (!chart.metadata.declares_dependencies) return absl::OkStatus();
  const chart::Metadata wanted = CopyOf(chart.metadata);
  ASSIGN_OR_RETURN(const std::vector<Repository> known, KnownRepositories(tools));
  ASSIGN_OR_RETURN(const Sources sources, FindSources(known, request.folder, wanted.dependencies));
  RETURN_IF_ERROR(CheckCredentials(request, sources, wanted.dependencies));
  if (!request.skip_refresh) {
    RefreshUnknown(sources, tools);
    RefreshKnown(known, tools);
  }
  ASSIGN_OR_RETURN(chart::ChartLock lock, LockVersions(request, tools, sources, wanted.dependencies));
  ASSIGN_OR_RETURN(lock.digest, LockDigest(wanted, lock));
  ASSIGN_OR_RETURN(std::vector<FileChange> changes,
                   ChartsChanges(request, tools, sources, lock.dependencies));
  if (!chart.lock || chart.lock->digest != lock.digest) {
    ASSIGN_OR_RETURN(FileChange change, LockChange(request.folder, chart, std::move(lock), tools.clock));
    changes.push_back(std::move(change));
  }
  return ChangeTogether(request.folder, changes);
}

absl::Status CheckAllKnown(const Sources& sources) {
  std::vector<std::string> unknown;
  for (const DependencySource& source : sources)
    if (!source.known) unknown.push_back(ShownUrl(source.repository.url));
  if (unknown.empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no repository definition for ", absl::StrJoin(unknown, ", "),
                                          ". Please add the missing repos via 'helm repo add'"));
}

absl::Status Build(const DependencyRequest& request, const DependencyTools& tools, const Chart& chart) {
  const chart::Metadata wanted = CopyOf(chart.metadata);
  ASSIGN_OR_RETURN(const std::vector<Repository> known, KnownRepositories(tools));
  RETURN_IF_ERROR(FindSources(known, request.folder, wanted.dependencies));
  RETURN_IF_ERROR(CheckInSync(chart, wanted, tools.warn));
  const Dependencies locked = CopyOf(chart.lock->dependencies);
  ASSIGN_OR_RETURN(const Sources sources, FindSources(known, request.folder, locked));
  RETURN_IF_ERROR(CheckAllKnown(sources));
  RETURN_IF_ERROR(CheckCredentials(request, sources, locked));
  if (!request.skip_refresh) RefreshKnown(known, tools);
  ASSIGN_OR_RETURN(const std::vector<FileChange> changes, ChartsChanges(request, tools, sources, locked));
  return ChangeTogether(request.folder, changes);
}

}  // namespace

absl::Status UpdateDependencies(const DependencyRequest& request, const DependencyTools& tools) {
  ASSIGN_OR_RETURN(const auto chart, LoadFolder(request, tools));
  return request.from_lock && chart->lock ? Build(request, tools, *chart) : Update(request, tools, *chart);
}

}  // namespace devstats::chartsource
