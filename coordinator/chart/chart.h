// A chart as data: what loader/ makes of a folder or an archive, and render/ takes. Immutable once loaded;
// any number of threads may render one: a rendering works on a copy, which shares all text.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// A file as it is given to the loader.
struct ChartFile {
  std::string name;  // relative to the chart, with /
  std::string data;
};

// A file of a chart. Copies share its bytes, and so does what templates see through .Files.
struct SharedFile {
  std::string name;
  Value bytes;  // of kBytes
  absl::string_view data() const { return bytes.text(); }
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
  std::string name, home, version, description, icon, api_version, condition, tags, app_version, kube_version,
      type;
  std::vector<std::string> sources, keywords;
  std::vector<std::shared_ptr<Maintainer>> maintainers;  // none is null once ValidateMetadata has passed
  bool deprecated = false;
  std::vector<std::pair<std::string, std::string>> annotations;  // sorted by key
  // None is null, as above. Shared by the copies of a chart that has several aliases, as in Helm.
  std::vector<std::shared_ptr<Dependency>> dependencies;
  // Chart.yaml has a list of dependencies, be it empty. Helm looks at what lies below a chart only then.
  bool declares_dependencies = false;
};

// Chart.lock, or requirements.lock.
struct ChartLock {
  std::string generated = "0001-01-01T00:00:00Z";  // RFC 3339; Go's zero time if there is none
  std::string digest;
  std::vector<std::shared_ptr<Dependency>> dependencies;
  bool has_dependencies = false;  // there is a list, be it empty
};

struct Chart {
  Metadata metadata;
  Value values;                       // values.yaml, a map with float64 numbers; nil if there is none
  std::vector<SharedFile> raw;        // every file as it was read, those of subcharts too (charts/...)
  std::vector<SharedFile> templates;  // templates/...
  std::vector<SharedFile> files;      // what .Files sees
  std::optional<std::string> schema;  // values.schema.json
  std::optional<ChartLock> lock;
  // Of charts/. Whoever has the chart as const leaves them alone, too.
  std::vector<std::shared_ptr<Chart>> dependencies;
  const Chart* parent = nullptr;  // nullptr: the root
  // Of a copy under an alias: what it is a copy of, which what lies below may still have as its parent.
  std::shared_ptr<const Chart> origin;

  absl::string_view name() const { return metadata.name; }
  bool IsRoot() const { return parent == nullptr; }
  // "top/charts/kid".
  std::string FullPath() const;
  // The last file of that name, or nullptr.
  const SharedFile* Raw(absl::string_view name) const;
};

// A file of crds/ of a chart or one below it.
struct Crd {
  SharedFile file;
  std::string path;  // "top/charts/kid/crds/x.yaml"
};
// A chart's own first, then those of each dependency. Only .yaml, .yml and .json count.
std::vector<Crd> CrdsOf(const Chart& chart);

}  // namespace devstats::chart
