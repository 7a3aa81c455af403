#include "coordinator/release/record/release.h"

namespace devstats::release {
namespace {

// In the order of ReleaseStatus.
constexpr absl::string_view kNames[] = {"unknown",         "deployed",        "uninstalled",
                                        "superseded",      "failed",          "uninstalling",
                                        "pending-install", "pending-upgrade", "pending-rollback"};

}  // namespace

absl::string_view StatusName(ReleaseStatus status) { return kNames[static_cast<size_t>(status)]; }

ReleaseStatus StatusNamed(absl::string_view name) {
  size_t i = 0;
  for (const absl::string_view known : kNames) {
    if (name == known) return static_cast<ReleaseStatus>(i);
    ++i;
  }
  return ReleaseStatus::kUnknown;
}

bool IsPending(ReleaseStatus status) {
  return status == ReleaseStatus::kPendingInstall || status == ReleaseStatus::kPendingUpgrade ||
         status == ReleaseStatus::kPendingRollback;
}

}  // namespace devstats::release
