// index.yaml: what a chart repository has (https://helm.sh/docs/topics/chart_repository/). Pure; thread-safe.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

struct IndexEntry {
  std::string name, version, app_version, description, type, api_version;
  std::string digest;  // SHA-256 of the archive in hex, or empty
  std::vector<std::string> urls, keywords;
  bool deprecated = false;
  chart::Version parsed;
};

// A name that may stand in a path: letters, digits, '-', '_' and '.', not at its beginning.
bool IsChartName(absl::string_view name);

class Index {
 public:
  // Entries that are not valid are left out and told to `warn`; versions are sorted, the highest first.
  // InvalidArgument "no API version specified", "empty index.yaml file", or what is wrong with the YAML.
  static absl::StatusOr<Index> Parse(absl::string_view text, const chart::Limits& limits,
                                     const chart::Warn& warn);
  // Only the entries of one chart: for an index that Parse has taken once, and far cheaper (an index may have
  // twenty megabytes) when it is laid out as Helm writes it. Without the chart, all of the index.
  static absl::StatusOr<Index> ParseFor(absl::string_view text, absl::string_view chart,
                                        const chart::Limits& limits, const chart::Warn& warn);

  const std::map<std::string, std::vector<IndexEntry>>& charts() const { return charts_; }
  // The entry whose version is this text, else the highest that the range takes; empty: the highest that is
  // no prerelease. NotFound "no chart name found", "no chart version found for x-1.2.3".
  absl::StatusOr<const IndexEntry*> Find(absl::string_view chart, absl::string_view version) const;

 private:
  std::map<std::string, std::vector<IndexEntry>> charts_;
};

}  // namespace devstats::chartsource
