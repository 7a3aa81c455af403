#include "coordinator/chart/render/values_type.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {
namespace {

Value AsMap(const Value& values) { return values.map().empty() ? Value::MakeMap() : values.As(types::kMap); }
absl::StatusOr<Value> Table(const Value& values, absl::string_view path) { return TableAt(values, path); }
absl::StatusOr<Value> PathValue(const Value& values, absl::string_view path) { return ValueAt(values, path); }
absl::StatusOr<std::string> Yaml(Call& call, const Value& values) {
  return WriteYaml(values, call.BytesLeft());
}

constexpr Function kMethods[] = {Bind<&AsMap>("AsMap"), Bind<&PathValue>("PathValue"), Bind<&Table>("Table"),
                                 Bind<&Yaml>("YAML")};

}  // namespace

const Type kValuesType = {Kind::kMap, "chartutil.Values", "map", nullptr, &types::kMap, {}, kMethods};

absl::StatusOr<Value> TableAt(const Value& values, absl::string_view path) {
  Value table = values;
  for (const absl::string_view key : absl::StrSplit(path, '.')) {
    const Value* next = table.Find(key);
    if (!next || (!IsTable(*next) && next->type() != &kValuesType))
      return absl::NotFoundError(absl::StrCat(Quote(key), " is not a table"));
    table = *next;
  }
  return table.As(kValuesType);
}

absl::StatusOr<Value> ValueAt(const Value& values, absl::string_view path) {
  if (path.empty()) return absl::InvalidArgumentError("YAML path cannot be empty");
  const size_t dot = path.rfind('.');
  const absl::string_view key = dot == path.npos ? path : path.substr(dot + 1);
  const auto table = dot == path.npos ? values : TableAt(values, path.substr(0, dot));
  const Value* found = table.ok() ? table->Find(key) : nullptr;
  if (!found || IsTable(*found)) return absl::NotFoundError(absl::StrCat(Quote(key), " is not a value"));
  return *found;
}

}  // namespace devstats::chart
