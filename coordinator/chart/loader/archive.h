// Chart archives (.tgz). Pure; thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"

namespace devstats::chart {

inline constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which no file keeps

// What is left of the limits for all archives of one chart.
struct ArchiveBudget {
  explicit ArchiveBudget(const Limits& limits)
      : bytes(limits.archive_bytes), entries(limits.archive_entries) {}
  size_t bytes;
  size_t entries;
};

// Whether a file can be an archive at all: "file 'x' does not appear to be a gzipped archive; got
// 'text/plain; charset=utf-8'", "file 'x.yaml' seems to be a YAML file, but expected a gzipped archive".
absl::Status CheckIsArchive(absl::string_view file_name, absl::string_view bytes);

// The files of a .tgz without its first folder, in their order, byte order marks dropped. Errors are Helm's
// ("chart illegally contains content outside the base directory: ...", "no files in chart archive") and those
// of Go's gzip and tar ("gzip: invalid header", "unexpected EOF", "archive/tar: invalid tar header").
absl::StatusOr<std::vector<ChartFile>> UnpackArchive(absl::string_view bytes, const Limits& limits,
                                                     ArchiveBudget& budget);
absl::StatusOr<std::vector<ChartFile>> UnpackArchive(absl::string_view bytes, const Limits& limits);

}  // namespace devstats::chart
