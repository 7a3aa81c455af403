// Charts that are on this machine: a folder or an archive. The folder of this file, chartsource/, is the only
// part of the chart engine that does I/O; repositories and registries are in charts.h.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

// The chart of a folder or .tgz on this machine. Symbolic links in a folder are followed (with a warning, as
// Helm) only if they stay in it. NotFound `path "x" not found`.
absl::StatusOr<std::shared_ptr<const chart::Chart>> LoadPath(const std::string& path,
                                                             const chart::Limits& limits,
                                                             const chart::Warn& warn);
// The bytes of an archive file; InvalidArgument "file 'x' does not appear to be a gzipped archive; got ...".
absl::StatusOr<std::string> ReadArchive(const std::string& path, const chart::Limits& limits);
// The path from the root on, without dots, its links as they are; empty if there is no working folder.
std::string AbsolutePath(const std::string& path);

}  // namespace devstats::chartsource
