// Documents that Kubernetes gets, and those that are hooks. Pure; thread-safe.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

struct Manifest {
  std::string path;  // of its template: "c/templates/x.yaml"
  std::string content;
  std::string api_version, kind, name;
};

struct Hook {
  Manifest manifest;
  std::vector<std::string> events;  // "pre-install", in the order written
  int64_t weight = 0;
  std::vector<std::string> delete_policies;  // "hook-succeeded"
  std::vector<std::string> output_log_policies;
  bool IsTest() const;
};

struct SortedManifests {
  std::vector<Manifest> manifests;
  std::vector<Hook> hooks;
};

// Cuts rendered files into documents, tells hooks (annotation helm.sh/hook) from the rest, and puts both into
// the order of installation. A hook with an event that Helm does not know is left out, with a warning.
// "YAML parse error on c/templates/x.yaml: error converting YAML to JSON: ...". Takes `files` apart as it
// goes.
absl::StatusOr<SortedManifests> SortManifests(std::vector<ChartFile> files, const Limits& limits,
                                              const Warn& warn);

}  // namespace devstats::chart
