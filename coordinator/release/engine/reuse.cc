#include "coordinator/release/engine/reuse.h"

#include "common/status.h"
#include "coordinator/chart/render/dependencies.h"
#include "coordinator/chart/values/coalesce.h"

namespace devstats::release {
namespace {

// As `values` over `before`: neither is changed.
chart::Value Over(const chart::Value& values, const chart::Value& before, const chart::Warn& warn) {
  chart::Value merged = chart::DeepCopy(values);
  chart::FillTables(merged, chart::DeepCopy(before), "", /*keep_nulls=*/false, warn);
  return merged;
}

}  // namespace

absl::StatusOr<ReusedValues> ReuseValues(const ReleaseRequest& request, const Release& before,
                                         const chart::Limits& limits, const chart::Warn& warn) {
  ReusedValues out{request.chart, request.values};
  if (request.reuse == Reuse::kReset) return out;
  ASSIGN_OR_RETURN(const chart::Value config, ConfigOf(before, limits), "the values of the revision before");
  switch (request.reuse) {
    case Reuse::kReuse: {
      ASSIGN_OR_RETURN(const auto old_chart, ChartOf(before, limits), "the chart of the revision before");
      ASSIGN_OR_RETURN(chart::Value defaults, chart::CoalesceValues(*old_chart, config, warn),
                       "failed to rebuild old values");
      const std::shared_ptr<chart::Chart> copy = chart::CopyTree(*request.chart);
      copy->values = std::move(defaults);
      out.chart = copy;
      out.values = Over(request.values, config, warn);
      break;
    }
    case Reuse::kResetThenReuse:
      out.values = Over(request.values, config, warn);
      break;
    default:
      if (request.values.IsNil() || request.values.map().empty()) out.values = config;
  }
  return out;
}

}  // namespace devstats::release
