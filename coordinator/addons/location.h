// Where a chart of cluster.yaml is taken from. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/spec/model.h"

namespace devstats::addons {

struct ChartLocation {
  std::string reference;   // path, name in the repository, URL, oci://...
  std::string repository;  // URL; may be empty
  std::string version;
  std::string digest;       // "sha256:<hex>"; may be empty for a path
  std::string user;         // who logs in there; may be empty
  std::string user_secret;  // the name of the secret that holds the password
  std::string ca;           // PEM; may be empty
};

// The mirror stands in for whatever is not a path. InvalidArgument for an archive's URL that it cannot be
// asked for: a registry has no files.
absl::StatusOr<ChartLocation> LocationOf(const spec::ChartSpec& chart, const spec::ClusterSpec& spec);

}  // namespace devstats::addons
