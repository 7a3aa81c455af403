// A chart as data: what loader/ makes of a folder or an archive, and render/ takes. Immutable once loaded;
// any number of threads may render one.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

struct ChartFile {
  std::string name;  // relative to the chart, with /
  std::string data;
};

struct Maintainer {
  std::string name, email, url;
};

struct Dependency {
  std::string name, version, repository, condition, alias;
  std::vector<std::string> tags;
  bool enabled = false;
  Value import_values;  // a list, or nil
};

// Chart.yaml (https://helm.sh/docs/topics/charts/#the-chartyaml-file).
struct Metadata {
  std::string name, home, version, description, icon, api_version, condition, tags, app_version, kube_version, type;
  std::vector<std::string> sources, keywords;
  std::vector<Maintainer> maintainers;
  bool deprecated = false;
  std::vector<std::pair<std::string, std::string>> annotations;  // sorted by key
  std::vector<Dependency> dependencies;
};

struct Chart {
  Metadata metadata;
  Value values;                        // values.yaml, a map; numbers float64
  std::vector<ChartFile> raw;          // every file as it was read, those of subcharts not among them
  std::vector<ChartFile> templates;    // templates/...
  std::vector<ChartFile> files;        // what .Files sees
  std::optional<std::string> schema;   // values.schema.json
  std::optional<std::string> lock;     // Chart.lock or requirements.lock
  std::vector<std::shared_ptr<const Chart>> dependencies;  // of charts/

  const ChartFile* Raw(absl::string_view name) const;
};

}  // namespace devstats::chart
