#include "coordinator/chartsource/dependency_versions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {
namespace {

using chart::Dependency;
using Kind = DependencySource::Kind;

class Resolver {
 public:
  Resolver(const DependencyRequest& request, const DependencyTools& tools)
      : request_(request), tools_(tools) {}

  // Empty if there is none.
  absl::StatusOr<std::string> Version(const DependencySource& source, const Dependency& wanted) const {
    ASSIGN_OR_RETURN(
        const chart::Constraint range, chart::Constraint::Parse(wanted.version),
        absl::StrCat("dependency ", chart::Quote(wanted.name), " has an invalid version/constraint format"));
    if (source.kind == Kind::kChartsFolder) return wanted.version;
    ASSIGN_OR_RETURN(const std::vector<std::string> versions, Versions(source, wanted));
    for (const std::string& text : versions) {
      const auto version = chart::ParseVersion(text);
      if (version.ok() && range.Check(*version)) return text;
    }
    return std::string();
  }

 private:
  // Those there are, the best first.
  absl::StatusOr<std::vector<std::string>> Versions(const DependencySource& source,
                                                    const Dependency& wanted) const {
    if (source.kind == Kind::kFolder) {
      ASSIGN_OR_RETURN(const auto chart, LoadPath(source.folder, tools_.limits, tools_.warn));
      return std::vector<std::string>{chart->metadata.version};
    }
    if (source.kind == Kind::kRepository) return Indexed(source, wanted);
    // A version need not be in the list of tags.
    if (chart::ParseVersion(wanted.version).ok()) return std::vector<std::string>{wanted.version};
    auto tags = tools_.charts.RegistryVersions(RegistryRequest(request_, wanted));
    return tags.ok() ? tags
                     : Annotate(tags.status(), absl::StrCat("could not retrieve list of tags for repository ",
                                                            wanted.repository));
  }

  absl::StatusOr<std::vector<std::string>> Indexed(const DependencySource& source,
                                                   const Dependency& wanted) const {
    const std::string shown = ShownUrl(wanted.repository);
    const auto index = tools_.charts.repositories().Cached(source.repository.name, wanted.name);
    if (!index.ok())
      return Hint(Annotate(index.status(), shown),
                  source.known ? absl::StrCat("fetch its index: repo update ", source.repository.name)
                               : "its index is fetched without --skip-refresh; can it be reached?");
    const auto found = index->charts().find(wanted.name);
    if (found == index->charts().end())
      return absl::NotFoundError(absl::StrCat(wanted.name, " chart not found in repo ", shown));
    std::vector<std::string> out;
    for (const IndexEntry& entry : found->second)
      if (!entry.urls.empty()) out.push_back(entry.version);
    return out;
  }

  const DependencyRequest& request_;
  const DependencyTools& tools_;
};

}  // namespace

ChartRequest RegistryRequest(const DependencyRequest& request, const Dependency& dependency) {
  return {.reference = absl::StrCat(absl::StripSuffix(dependency.repository, "/"), "/", dependency.name),
          .version = dependency.version,
          .credentials = request.credentials,
          .plain_http = request.plain_http};
}

absl::StatusOr<chart::ChartLock> LockVersions(const DependencyRequest& request, const DependencyTools& tools,
                                              const std::vector<DependencySource>& sources,
                                              const Dependencies& wanted) {
  const Resolver resolver(request, tools);
  chart::ChartLock lock;
  lock.has_dependencies = true;
  std::vector<std::string> missing;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Dependency& one = *wanted[i];
    ASSIGN_OR_RETURN(std::string version, resolver.Version(sources[i], one));
    if (version.empty())
      missing.push_back(absl::StrCat(chart::Quote(one.name), " (repository ",
                                     chart::Quote(ShownUrl(one.repository)), ", version ",
                                     chart::Quote(one.version), ")"));
    Dependency locked;
    locked.name = one.name;
    locked.version = std::move(version);
    locked.repository = one.repository;
    lock.dependencies.push_back(std::make_shared<Dependency>(std::move(locked)));
  }
  if (missing.empty()) return lock;
  return absl::NotFoundError(absl::StrCat("can't get a valid version for ", missing.size(),
                                          " subchart(s): ", absl::StrJoin(missing, ", "),
                                          ". Make sure a matching chart version exists in the repo, or "
                                          "change the version constraint in Chart.yaml"));
}

}  // namespace devstats::chartsource
