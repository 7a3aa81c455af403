// cluster.yaml: read, typed, checked as a whole before anything is touched. Pure: no file but the text is read.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/spec/model.h"

namespace devstats::spec {

// InvalidArgument with every mistake found (at most 20), a line each: "FILE:LINE:COLUMN: what", with the offending
// text and a suggestion.
absl::StatusOr<ClusterSpec> ParseClusterSpec(absl::string_view text, absl::string_view file);

// What `devstatsctl explain PATH` prints: type, default, allowed values, meaning, example of a key ("os.sysctl",
// "nodes[].disks"), and the keys below it. An empty path is the whole file. NotFound with a suggestion.
absl::StatusOr<std::string> Explain(absl::string_view path);
// Every path that Explain knows, in the order of the file: for completion and the man page.
std::vector<std::string> AllPaths();

// What `devstatsctl init` writes: a commented cluster.yaml with working production defaults; parses without errors.
std::string ExampleSpec();

}  // namespace devstats::spec
