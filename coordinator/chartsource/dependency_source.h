// Where a dependency comes from, by what Chart.yaml says of its repository.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chartsource/repositories_file.h"

namespace devstats::chartsource {

using Dependencies = std::vector<std::shared_ptr<chart::Dependency>>;

struct DependencySource {
  enum class Kind {
    kChartsFolder,  // nothing said: it lies unpacked in charts/
    kFolder,        // file://
    kRegistry,      // oci://
    kRepository     // a URL, or @NAME, or alias:NAME
  };
  Kind kind = Kind::kRepository;
  std::string folder;     // of the first two
  Repository repository;  // of the last; one that is not known gets the name that Helm gives it
  bool known = true;      // of the last: it is in the file of repositories
};

// One for each dependency of the chart in `folder`. @NAME and alias:NAME become URLs in `dependencies`: so
// they count for the lock's digest. NotFound "no repository definition for X. Please add them via 'helm repo
// add'", "directory X not found".
absl::StatusOr<std::vector<DependencySource>> FindSources(const std::vector<Repository>& known,
                                                          const std::string& folder,
                                                          const Dependencies& dependencies);

}  // namespace devstats::chartsource
