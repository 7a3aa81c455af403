#include "coordinator/chartsource/dependency_download.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/dependency_versions.h"
#include "coordinator/chartsource/package.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {
namespace {

using chart::Dependency;
using Kind = DependencySource::Kind;

absl::StatusOr<bool> IsInRange(const std::string& version, const Dependency& wanted) {
  ASSIGN_OR_RETURN(const chart::Constraint range, chart::Constraint::Parse(wanted.version),
                   absl::StrCat("dependency ", wanted.name, " has an invalid version/constraint format"));
  ASSIGN_OR_RETURN(const chart::Version parsed, chart::ParseVersion(version));
  return range.Check(parsed);
}

class Collector {
 public:
  Collector(const DependencyRequest& request, const DependencyTools& tools)
      : request_(request), tools_(tools) {}

  absl::Status Take(const DependencySource& source, const Dependency& locked) {
    if (source.kind == Kind::kChartsFolder) return LookInCharts(source, locked);
    if (source.kind == Kind::kFolder) return Pack(source, locked);
    if (source.kind == Kind::kRegistry) return FromRegistry(locked);
    return FromRepository(source, locked);
  }
  std::vector<FileChange> Archives() && {
    std::vector<FileChange> out;
    for (auto& [name, bytes] : archives_) out.push_back({absl::StrCat("charts/", name), std::move(bytes)});
    return out;
  }

 private:
  absl::Status LookInCharts(const DependencySource& source, const Dependency& locked) const {
    tools_.tell(absl::StrCat("Dependency ", locked.name,
                             " did not declare a repository. Assuming it exists in the charts directory"));
    ASSIGN_OR_RETURN(const auto chart, LoadPath(source.folder, tools_.limits, tools_.warn),
                     absl::StrCat("unable to load chart '", source.folder, "'"));
    ASSIGN_OR_RETURN(const bool fits, IsInRange(chart->metadata.version, locked));
    if (fits) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat("dependency ", locked.name, " at version ",
                                                      chart->metadata.version,
                                                      " does not satisfy the constraint ", locked.version));
  }

  absl::Status Pack(const DependencySource& source, const Dependency& locked) {
    ASSIGN_OR_RETURN(const auto chart, LoadPath(source.folder, tools_.limits, tools_.warn));
    ASSIGN_OR_RETURN(const bool fits, IsInRange(chart->metadata.version, locked));
    if (!fits)
      return absl::FailedPreconditionError(
          absl::StrCat("can't get a valid version for dependency ", locked.name));
    ASSIGN_OR_RETURN(std::string bytes, chartsource::Pack(*chart, tools_.clock.Now(), tools_.limits));
    return Add(absl::StrCat(chart->metadata.name, "-", chart->metadata.version, ".tgz"), std::move(bytes));
  }

  absl::Status FromRegistry(const Dependency& locked) {
    const ChartRequest request = RegistryRequest(request_, locked);
    if (!IsNew(absl::StrCat(request.reference, ":", request.version), locked)) return absl::OkStatus();
    return AddDownload(tools_.charts.Download(request), request.reference);
  }

  absl::Status FromRepository(const DependencySource& source, const Dependency& locked) {
    ASSIGN_OR_RETURN(const ChartLocation location, tools_.charts.repositories().LocateCached(
                                                       source.repository, locked.name, locked.version));
    // A lock says which version; a range that somebody wrote there stands for none.
    const auto wanted = chart::ParseVersion(locked.version), found = chart::ParseVersion(location.version);
    if (!wanted.ok() || !found.ok() || wanted->Compare(*found) != 0)
      return absl::NotFoundError(absl::StrCat("could not find ", locked.name, " ", locked.version, " in ",
                                              ShownUrl(locked.repository), ": no matching version"));
    if (!IsNew(location.url.Text(), locked)) return absl::OkStatus();
    return AddDownload(tools_.charts.DownloadFrom(location), location.url.Display());
  }

  bool IsNew(const std::string& place, const Dependency& locked) {
    const bool is_new = places_.insert(place).second;
    tools_.tell(absl::StrCat(is_new ? "Downloading " : "Already downloaded ", locked.name, " from repo ",
                             ShownUrl(locked.repository)));
    return is_new;
  }

  absl::Status AddDownload(absl::StatusOr<ChartArchive> archive, const std::string& place) {
    const std::string context = absl::StrCat("could not download ", place);
    RETURN_IF_ERROR(archive.status(), context);
    RETURN_IF_ERROR(chart::LoadArchive(archive->bytes, tools_.limits, nullptr), context);
    return Add(archive->file_name, std::move(archive->bytes));
  }

  absl::Status Add(const std::string& name, std::string bytes) {
    bytes_ += bytes.size();
    if (bytes_ > tools_.limits.archive_bytes)
      return absl::ResourceExhaustedError(
          absl::StrCat("charts/ would be larger than ", tools_.limits.archive_bytes, " bytes"));
    const auto [there, is_new] = archives_.try_emplace(name, bytes);
    if (is_new || there->second == bytes) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("two dependencies would be charts/", name, ": one of them needs another version"));
  }

  const DependencyRequest& request_;
  const DependencyTools& tools_;
  std::set<std::string> places_;  // of what was downloaded
  std::map<std::string, std::string> archives_;
  size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<FileChange>> FetchDependencies(const DependencyRequest& request,
                                                          const DependencyTools& tools,
                                                          const std::vector<DependencySource>& sources,
                                                          const Dependencies& locked) {
  tools.tell(absl::StrCat("Saving ", locked.size(), " charts"));
  Collector collector(request, tools);
  for (size_t i = 0; i < locked.size(); ++i) {
    if (absl::Status status = collector.Take(sources[i], *locked[i]); !status.ok()) {
      tools.tell(absl::StrCat("Save error occurred:  ", status.message()));
      return status;
    }
  }
  return std::move(collector).Archives();
}

}  // namespace devstats::chartsource
