#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

Value MergeFiles(const Value& base, const Value& over) {
  Map merged = base.map();
  for (const auto& [key, value] : over.map()) {
    Value& slot = merged[key];
    slot = value.Is(Kind::kMap) && slot.Is(Kind::kMap) ? MergeFiles(slot, value) : value;
  }
  return Value::MakeMap(std::move(merged));
}

}  // namespace devstats::chart
