#include "coordinator/chart/render/schema_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/schema/schema.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {
namespace {

void Check(const Chart& chart, const Value& values, const Limits& limits, std::string& faults) {
  if (chart.schema)
    if (const absl::Status status = CheckSchema(values, *chart.schema, limits); !status.ok())
      absl::StrAppend(&faults, chart.name(), ":\n", status.message());
  for (const auto& child : chart.dependencies) {
    const Value* own = values.Find(child->name());
    if (!own || own->IsNil()) continue;
    if (IsTable(*own))
      Check(*child, *own, limits, faults);
    else
      absl::StrAppend(&faults, child->name(), ":\ninvalid type for values: expected object (map), got ",
                      TypeName(*own), "\n");
  }
}

}  // namespace

absl::Status CheckSchemas(const Chart& chart, const Value& values, const Limits& limits) {
  std::string faults;
  Check(chart, values, limits, faults);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "values don't meet the specifications of the schema(s) in the following chart(s):\n", faults));
}

}  // namespace devstats::chart
