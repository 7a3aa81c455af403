// A chart, however the operator names it: "./folder", "chart-1.0.0.tgz", "repository/chart",
// "https://host/chart-1.0.0.tgz", "oci://host/path/chart". What comes from elsewhere is checked against its
// digest where there is one, and kept in a cache by it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"
#include "coordinator/chartsource/archive_cache.h"
#include "coordinator/chartsource/oci.h"
#include "coordinator/chartsource/repositories.h"

namespace devstats::chartsource {

struct ChartRequest {
  std::string reference;
  std::string version;         // exact or a range; empty: the highest
  bool devel = false;          // prereleases too; without effect when there is a version
  std::string repository_url;  // --repo: `reference` is a name there
  // --username, --password, --ca-file ...: name and URL are not looked at.
  Repository credentials;
  bool plain_http = false;                      // OCI without TLS
  absl::Duration timeout = absl::Seconds(120);  // of each exchange
};

// An archive from elsewhere.
struct ChartArchive {
  std::string bytes;
  std::string file_name;  // "chart-1.0.0.tgz"; plain, no folder in it
  std::string sha256;     // of the bytes, hex
  std::string origin;     // the URL, or "oci://host/path:tag"
  std::string pin;        // of a registry: "oci://host/path@sha256:...", what gives these bytes for ever
  bool verified = false;  // the bytes have the digest that the index or manifest says
};

// Thread-compatible.
class Charts {
 public:
  Charts(Settings settings, Fetcher& fetcher, const chart::Limits& limits, chart::Warn warn);

  // From this machine or from elsewhere. `path "x" not found` for what begins with '/' or '.' and is not
  // there.
  absl::StatusOr<std::shared_ptr<const chart::Chart>> Load(const ChartRequest& request);
  // From elsewhere only.
  absl::StatusOr<ChartArchive> Download(const ChartRequest& request);
  // Of a repository, when the place is known.
  absl::StatusOr<ChartArchive> DownloadFrom(const ChartLocation& location,
                                            absl::Duration timeout = absl::Seconds(120));
  // Of the chart in a registry that `reference` names, the highest first.
  absl::StatusOr<std::vector<std::string>> RegistryVersions(const ChartRequest& request);

  Repositories& repositories() { return repositories_; }

 private:
  absl::StatusOr<ChartArchive> DownloadOci(const ChartRequest& request, const std::string& version);
  absl::StatusOr<OciClient> RegistryOf(const OciReference& reference, const ChartRequest& request);
  absl::StatusOr<ChartLocation> Locate(const ChartRequest& request, const std::string& version);
  absl::StatusOr<ChartLocation> LocateUrl(const ChartRequest& request);

  const Settings settings_;
  Fetcher& fetcher_;
  const chart::Limits& limits_;
  const chart::Warn warn_;
  const ArchiveCache cache_;
  Repositories repositories_;
};

// The name under which an archive is kept: that of the URL if it is a plain one, else CHART-VERSION.tgz.
std::string ArchiveFileName(absl::string_view url_name, absl::string_view chart, absl::string_view version);

}  // namespace devstats::chartsource
