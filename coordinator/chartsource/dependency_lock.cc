#include "coordinator/chartsource/dependency_lock.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/chartsource/chart_yaml.h"
#include "coordinator/chartsource/lock_digest.h"

namespace devstats::chartsource {
namespace {

using chart::Chart;

bool IsOld(const Chart& chart) { return chart.metadata.api_version == "v1"; }
const char* LockName(const Chart& chart) { return IsOld(chart) ? "requirements.lock" : "Chart.lock"; }

}  // namespace

absl::Status CheckInSync(const Chart& chart, const chart::Metadata& wanted, const chart::Warn& warn) {
  for (const auto& dependency : chart.lock->dependencies)
    if (!dependency)
      return absl::InvalidArgumentError(absl::StrCat(LockName(chart), ": a dependency in it is null"));
  ASSIGN_OR_RETURN(const std::string digest, LockDigest(wanted, *chart.lock));
  if (digest == chart.lock->digest) return absl::OkStatus();
  if (IsOld(chart)) {
    if (warn) warn("a valid Helm v3 hash was not found. Checking against Helm v2 hash...");
    ASSIGN_OR_RETURN(const std::string old, OldLockDigest(chart.metadata));
    if (old == chart.lock->digest) return absl::OkStatus();
  }
  return Hint(absl::FailedPreconditionError(absl::StrCat(
                  "the lock file (", LockName(chart), ") is out of sync with the dependencies file (",
                  IsOld(chart) ? "requirements.yaml" : "Chart.yaml", "). Please update the dependencies")),
              "devstatsctl chart dependency update");
}

absl::StatusOr<FileChange> LockChange(const std::string& folder, const Chart& chart, chart::ChartLock lock,
                                      const Clock& clock) {
  const std::string path = absl::StrCat(folder, "/", LockName(chart));
  std::error_code ignored;
  if (std::filesystem::is_symlink(path, ignored))
    return absl::FailedPreconditionError(
        absl::StrCat("the ", LockName(chart), " file is a symlink to ",
                     chart::Quote(std::filesystem::read_symlink(path, ignored).string())));
  lock.generated =
      chart::FormatTime(chart::GoTime::Now(clock.Now(), absl::UTCTimeZone()), chart::kRfc3339Nano);
  ASSIGN_OR_RETURN(std::string text, WriteLock(lock));
  return FileChange{LockName(chart), std::move(text)};
}

}  // namespace devstats::chartsource
