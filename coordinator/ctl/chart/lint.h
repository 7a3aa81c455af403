// `devstatsctl chart lint`: what `helm lint` finds questionable in a folder or an archive.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/render/lint.h"

namespace devstats::ctl {

// An archive is unpacked in memory. `options.folder` is set here. Errors are Helm's: "unable to check
// Chart.yaml file in chart: stat x/Chart.yaml: no such file or directory", "unable to extract tarball: ...".
absl::StatusOr<std::vector<chart::LintMessage>> LintPath(const std::string& path, const chart::Value& values,
                                                         chart::LintOptions options,
                                                         const chart::Environment& environment);

// The charts below `path`/charts, at any depth, in the order of a walk: folders with a Chart.yaml, archives.
std::vector<std::string> SubchartsBelow(const std::string& path);

// Without ".", ".." and a slash at the end, as Go's filepath.Clean.
std::string CleanPath(const std::string& path);

}  // namespace devstats::ctl
