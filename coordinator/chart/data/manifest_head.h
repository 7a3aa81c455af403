// What a renderer wants to know of each manifest it has made: kind, name and annotations, and whether the
// whole is YAML at all. Pure; thread-safe.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "coordinator/chart/limits.h"

namespace devstats::chart {

struct ManifestHead {
  std::string api_version, kind, name;
  std::vector<std::pair<std::string, std::string>> annotations;  // by key
  bool has_metadata = false;
};

// As Helm reads its releaseutil.SimpleHead; errors are the same: InvalidArgument "error converting YAML to
// JSON: yaml: line 2: ...", "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into
// Go struct field SimpleHead.kind of type string".
absl::StatusOr<ManifestHead> ReadManifestHead(absl::string_view text, const Limits& limits);

namespace internal {
// The same from a glance at each line, for manifests as nearly all are: block style, one line a scalar, block
// scalars with |. Nothing for all others, and wherever an error may be: then the reader must look.
absl::optional<ManifestHead> GlanceAtManifest(absl::string_view text);
absl::StatusOr<ManifestHead> ReadManifestWhole(absl::string_view text, const Limits& limits);
}  // namespace internal

}  // namespace devstats::chart
