#include "coordinator/chart/values/coalesce.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart {
namespace {

class Coalescer {
 public:
  Coalescer(bool keep_nulls, const Warn& warn) : keep_nulls_(keep_nulls), warn_(warn) {}

  // Fills `values`, which are those for `chart`, which lies at `path`.
  absl::Status Chart(const chart::Chart& chart, Value& values, absl::string_view path) const {
    const std::string here =
        path.empty() ? chart.metadata.name : absl::StrCat(path, ".", chart.metadata.name);
    if (chart.values.Is(Kind::kMap)) Own(chart, values.mutable_map(), here);
    for (const auto& dependency : chart.dependencies) RETURN_IF_ERROR(Dependency(*dependency, values, here));
    return absl::OkStatus();
  }

 private:
  void Own(const chart::Chart& chart, Map& values, const std::string& path) const {
    const Value defaults = DeepCopy(chart.values);
    for (const auto& [key, value] : defaults.map()) {
      const auto found = values.find(key);
      if (found == values.end()) {
        values[key] = value;
      } else if (found->second.IsNil()) {
        if (!keep_nulls_) values.erase(found);
      } else if (IsTable(found->second)) {
        if (IsTable(value))
          FillTables(found->second, value, absl::StrCat(path, ".", key),
                     keep_nulls_ || HasDependency(chart, key), warn_);
        else if (!value.IsNil() && warn_)
          warn_(absl::StrCat("warning: skipped value for ", path, ".", key, ": Not a table."));
      }
    }
  }

  absl::Status Dependency(const chart::Chart& chart, Value& parent, const std::string& path) const {
    const std::string& name = chart.metadata.name;
    const Value* found = parent.Find(name);
    if (found != nullptr && !IsTable(*found))
      return absl::InvalidArgumentError(
          absl::StrCat("type mismatch on ", name, ": ", Sprintf("%t", absl::MakeConstSpan(found, 1))));
    Value values = found == nullptr ? Value::MakeMap() : *found;
    if (found == nullptr) parent.mutable_map()[name] = values;
    CoalesceGlobals(values, parent, path, warn_);
    return Chart(chart, values, path);
  }

  static bool HasDependency(const chart::Chart& chart, absl::string_view name) {
    for (const auto& dependency : chart.dependencies)
      if (dependency->metadata.name == name) return true;
    return false;
  }

  const bool keep_nulls_;
  const Warn& warn_;
};

absl::StatusOr<Value> Coalesce(const Chart& chart, const Value& values, bool keep_nulls, const Warn& warn) {
  Value result = values.Is(Kind::kMap) ? DeepCopy(values) : Value::MakeMap();
  RETURN_IF_ERROR(Coalescer(keep_nulls, warn).Chart(chart, result, ""));
  return result.As(types::kMap);
}

}  // namespace

absl::StatusOr<Value> CoalesceValues(const Chart& chart, const Value& values, const Warn& warn) {
  return Coalesce(chart, values, /*keep_nulls=*/false, warn);
}

absl::StatusOr<Value> MergeValues(const Chart& chart, const Value& values, const Warn& warn) {
  return Coalesce(chart, values, /*keep_nulls=*/true, warn);
}

}  // namespace devstats::chart
