#include "coordinator/chart/render/import_values.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/render/values_type.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/values/coalesce.h"

namespace devstats::chart {
namespace {

// {a: {b: table}} for "a.b"; the table itself for ".".
Value Wrap(absl::string_view path, Value table) {
  if (path == ".") return table;
  std::vector<absl::string_view> keys = absl::StrSplit(path, '.');
  for (auto key = keys.rbegin(); key != keys.rend(); ++key)
    table = Value::MakeMap({{std::string(*key), std::move(table)}});
  return table;
}

class Importer {
 public:
  Importer(const Value& values, const Warn& warn) : values_(values), warn_(warn) {}

  // Takes what `dependency` offers and is asked for.
  void Import(Dependency& dependency) {
    if (!dependency.import_values.Is(Kind::kList)) return;
    List pairs;
    for (const Value& item : dependency.import_values.list()) {
      if (item.type() == &types::kMap) {
        ImportPair(dependency.name, TextAt(item, "child"), TextAt(item, "parent"), pairs);
      } else if (item.type() == &types::kString) {
        ImportExport(dependency.name, absl::StrCat("exports.", item.text()), pairs);
      }
    }
    dependency.import_values = pairs.empty() ? Value() : Value::MakeList(std::move(pairs));
  }
  const Value& imported() const { return imported_; }

 private:
  static std::string TextAt(const Value& item, absl::string_view key) {
    const Value* found = item.Find(key);
    return ToText(found ? *found : Value());
  }
  static Value Pair(const std::string& child, const std::string& parent) {
    return Value::MakeMap({{"child", Value::String(child)}, {"parent", Value::String(parent)}},
                          types::kStringMap);
  }

  void ImportPair(const std::string& name, const std::string& child, const std::string& parent, List& pairs) {
    pairs.push_back(Pair(child, parent));
    const auto table = TableAt(values_, absl::StrCat(name, ".", child));
    if (!table.ok())
      return Tell(absl::StrCat("Warning: ImportValues missing table from chart ", name, ": ",
                               table.status().message()));
    FillTables(imported_, Wrap(parent, table->As(types::kMap)), "", /*keep_nulls=*/true, warn_);
  }

  void ImportExport(const std::string& name, const std::string& child, List& pairs) {
    pairs.push_back(Pair(child, "."));
    const auto table = TableAt(values_, absl::StrCat(name, ".", child));
    if (!table.ok())
      return Tell(absl::StrCat("Warning: ImportValues missing table: ", table.status().message()));
    FillTables(imported_, table->As(types::kMap), "", /*keep_nulls=*/true, warn_);
  }

  void Tell(const std::string& text) const {
    if (warn_) warn_(text);
  }

  const Value& values_;
  const Warn& warn_;
  Value imported_ = Value::MakeMap();
};

}  // namespace

absl::Status ImportValues(Chart& chart, const Warn& warn) {
  for (const auto& child : chart.dependencies) RETURN_IF_ERROR(ImportValues(*child, warn));
  if (!chart.metadata.declares_dependencies) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Value all, MergeValues(chart, Value(), warn));
  Importer importer(all, warn);
  for (const auto& dependency : chart.metadata.dependencies) importer.Import(*dependency);
  // What was imported is part of `all`, which must not change while it is merged into it.
  Value values = importer.imported().map().empty() ? all : DeepCopy(all);
  FillTables(values, importer.imported(), "", /*keep_nulls=*/true, warn);
  chart.values = values;
  return absl::OkStatus();
}

}  // namespace devstats::chart
