#include "coordinator/chartsource/charts_folder.h"

#include <sys/stat.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/chartsource/dependency_download.h"
#include "coordinator/chartsource/source.h"

namespace devstats::chartsource {
namespace {

// Archives in charts/ that are none of the new ones, nor of a dependency that lies there. Those that
// Chart.yaml does not name go, too, as Helm has it: it may have named them before.
absl::StatusOr<std::vector<FileChange>> Outdated(const DependencyRequest& request,
                                                 const DependencyTools& tools,
                                                 const Dependencies& dependencies,
                                                 const std::vector<FileChange>& fresh) {
  std::set<std::string> keep, here;
  for (const FileChange& change : fresh) keep.insert(change.path);
  for (const auto& dependency : dependencies)
    if (dependency->repository.empty()) here.insert(dependency->name);
  const std::string folder = absl::StrCat(request.folder, "/charts");
  const auto names = ListFolder(folder);
  if (absl::IsNotFound(names.status())) return std::vector<FileChange>();
  RETURN_IF_ERROR(names.status());
  std::vector<FileChange> out;
  for (const std::string& name : *names) {
    const std::string path = absl::StrCat(folder, "/", name), relative = absl::StrCat("charts/", name);
    struct stat info;
    if (keep.count(relative) > 0 || stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    const auto chart = LoadPath(path, tools.limits, nullptr);
    if (!chart.ok())
      tools.tell(absl::StrCat("Could not verify ", path, " for deletion: ", chart.status().message(),
                              " (Skipping)"));
    else if (here.count((*chart)->metadata.name) == 0)
      out.push_back({relative, absl::nullopt});
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<FileChange>> ChartsChanges(const DependencyRequest& request,
                                                      const DependencyTools& tools,
                                                      const std::vector<DependencySource>& sources,
                                                      const Dependencies& locked) {
  const std::string folder = absl::StrCat(request.folder, "/charts");
  struct stat info;
  if (stat(folder.c_str(), &info) == 0 && !S_ISDIR(info.st_mode))
    return absl::FailedPreconditionError(absl::StrCat(chart::Quote(folder), " is not a directory"));
  ASSIGN_OR_RETURN(std::vector<FileChange> changes, FetchDependencies(request, tools, sources, locked));
  tools.tell("Deleting outdated charts");
  ASSIGN_OR_RETURN(const std::vector<FileChange> outdated, Outdated(request, tools, locked, changes));
  changes.insert(changes.end(), outdated.begin(), outdated.end());
  return changes;
}

}  // namespace devstats::chartsource
