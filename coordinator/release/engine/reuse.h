// Which values an upgrade takes from the revision before it (Helm 3's reuseValues). Pure.
#pragma once
#include <memory>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::release {

struct ReusedValues {
  std::shared_ptr<const chart::Chart> chart;  // with --reuse-values one whose defaults are those of before
  chart::Value values;
};

absl::StatusOr<ReusedValues> ReuseValues(const ReleaseRequest& request, const Release& before,
                                         const chart::Limits& limits, const chart::Warn& warn);

}  // namespace devstats::release
