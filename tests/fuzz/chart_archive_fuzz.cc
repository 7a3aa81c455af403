#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/loader.h"
#include "tests/fuzz/fuzz.h"

namespace {

devstats::chart::Limits ArchiveLimits() {
  devstats::chart::Limits limits;
  limits.archive_bytes = 1 << 20;
  limits.file_bytes = 1 << 18;
  limits.archive_entries = 100;
  return limits;
}

}  // namespace

// Names that come out of an archive stay below its folder, and sizes below the limits.
FUZZ_TARGET(chart_archive) {
  using namespace devstats::chart;
  const Limits limits = ArchiveLimits();
  const auto files = UnpackArchive(input, limits);
  if (files.ok()) {
    size_t bytes = 0;
    for (const ChartFile& file : *files) {
      bytes += file.data.size();
      REQUIRE(!file.name.empty() && file.name[0] != '/');
      for (absl::string_view part : absl::StrSplit(file.name, '/')) REQUIRE(part != "..");
      REQUIRE(file.data.size() <= limits.file_bytes);
    }
    REQUIRE(bytes <= limits.archive_bytes);
    REQUIRE(files->size() <= limits.archive_entries);
  }
  (void)LoadArchive(input, limits, [](const std::string&) {});
}
