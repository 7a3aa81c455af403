// Chart repositories: what `repo add`, `list`, `update`, `remove` and `search repo` do, as data.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/chartsource/index.h"
#include "coordinator/chartsource/repositories_file.h"
#include "coordinator/chartsource/settings.h"

namespace devstats::chartsource {

// Where an archive is.
struct ChartLocation {
  Url url;
  Access access;       // for `url`, too
  std::string sha256;  // of the index; empty if it says nothing
  std::string name, version;
};

struct SearchQuery {
  std::string keyword;  // in name, description and keywords; empty: all
  bool regexp = false;
  bool all_versions = false;  // not only the highest of each chart
  std::string version;        // only those in this range
  bool devel = false;         // prereleases too; without effect when there is a range
};

struct SearchResult {
  std::string name;  // "repository/chart"
  std::string version, app_version, description;
  bool deprecated = false;
};

// What Helm prints before and after it has refreshed indexes.
inline constexpr char kRefreshing[] = "Hang tight while we grab the latest from your chart repositories...";
inline constexpr char kRefreshed[] = "Update Complete. ⎈Happy Helming!⎈";

// Thread-compatible; processes may use the same files at once.
class Repositories {
 public:
  Repositories(Settings settings, Fetcher& fetcher, const chart::Limits& limits, chart::Warn warn)
      : settings_(std::move(settings)), fetcher_(fetcher), limits_(limits), warn_(std::move(warn)) {}
  void set_timeout(absl::Duration timeout) { timeout_ = timeout; }  // of a download

  // False when it is there already, just so. AlreadyExists if it is there otherwise, unless `overwrite`. The
  // index is fetched first: what cannot be reached is not added.
  absl::StatusOr<bool> Add(const Repository& repository, bool overwrite);
  // NotFound "no repositories configured" if there is none.
  absl::StatusOr<std::vector<Repository>> List() const;
  // All of `names` or nothing; their indexes go, too.
  absl::Status Remove(const std::vector<std::string>& names);

  struct Updated {
    std::string name, url;
    absl::Status status;
  };
  // Fetches the indexes of these repositories, or of all, some at once; one's failure does not stop the
  // others.
  absl::StatusOr<std::vector<Updated>> Update(const std::vector<std::string>& names);
  // Of these, which need not be in the file; the index is kept by the name.
  std::vector<Updated> Refresh(const std::vector<Repository>& wanted);

  // In the cached indexes; a repository without one is told to `warn`.
  absl::StatusOr<std::vector<SearchResult>> Search(const SearchQuery& query) const;

  // "repository/chart" by the cached index.
  absl::StatusOr<ChartLocation> Locate(absl::string_view repository, absl::string_view chart,
                                       absl::string_view version) const;
  // The same of a repository that need not be in the file.
  absl::StatusOr<ChartLocation> LocateCached(const Repository& repository, absl::string_view chart,
                                             absl::string_view version) const;
  // What the cached index of a repository of that name has, at least of this chart.
  absl::StatusOr<Index> Cached(absl::string_view repository, absl::string_view chart) const;
  // A chart of a repository that need not be in the file (--repo): its index is fetched now.
  absl::StatusOr<ChartLocation> LocateIn(const Repository& repository, absl::string_view chart,
                                         absl::string_view version);
  // What a repository of the file lets us in with if `url` is below its own; nothing otherwise.
  absl::StatusOr<Access> AccessFor(const Url& url) const;

 private:
  absl::StatusOr<std::string> FetchIndex(const Repository& repository, const Access& access);
  absl::Status Store(const Repository& repository, const std::string& text);
  std::string IndexPath(absl::string_view name) const;
  std::string ChartsPath(absl::string_view name) const;
  absl::StatusOr<std::string> CachedIndex(absl::string_view name) const;
  absl::StatusOr<RepositoriesFile> LoadConfigured() const;
  absl::Status NotInFile(absl::string_view name, absl::string_view message) const;

  const Settings settings_;
  Fetcher& fetcher_;
  const chart::Limits& limits_;
  const chart::Warn warn_;
  absl::Duration timeout_ = absl::Seconds(120);
};

// What Helm prints of one, a line or two. One that is not `named` in the file goes by its URL.
std::string UpdatedText(const Repositories::Updated& updated, bool named = true);

}  // namespace devstats::chartsource
