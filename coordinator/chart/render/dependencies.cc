#include "coordinator/chart/render/dependencies.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/render/import_values.h"
#include "coordinator/chart/render/values_type.h"
#include "coordinator/chart/values/coalesce.h"

namespace devstats::chart {
namespace {

using ChartList = std::vector<std::shared_ptr<Chart>>;

bool Fits(const Chart& chart, const Dependency& wanted) {
  return chart.name() == wanted.name && IsCompatible(wanted.version, chart.metadata.version);
}

// What lies in charts/ and Chart.yaml does not name.
ChartList Undeclared(const Chart& chart) {
  ChartList out;
  for (const auto& existing : chart.dependencies) {
    bool declared = false;
    for (const auto& wanted : chart.metadata.dependencies) declared = declared || Fits(*existing, *wanted);
    if (!declared) out.push_back(existing);
  }
  return out;
}

// The chart in charts/ that `wanted` means, under the name it is to have; nullptr if there is none.
std::shared_ptr<Chart> Declared(const Chart& chart, const Dependency& wanted) {
  for (const auto& existing : chart.dependencies) {
    if (!Fits(*existing, wanted)) continue;
    auto copy = std::make_shared<Chart>(*existing);
    copy->origin = existing;
    if (!wanted.alias.empty()) copy->metadata.name = wanted.alias;
    return copy;
  }
  return nullptr;
}

void Adopt(Chart& parent, ChartList children) {
  for (const auto& child : children) child->parent = &parent;
  parent.dependencies = std::move(children);
}

class Enabler {
 public:
  explicit Enabler(const Warn& warn) : warn_(warn) {}

  // `values` are those of the parent, `path` is where in them those of `chart` are ("kid.").
  absl::Status Process(Chart& chart, const Value& values, const std::string& path) {
    if (!chart.metadata.declares_dependencies) return absl::OkStatus();
    ChartList children = Undeclared(chart);
    for (const auto& wanted : chart.metadata.dependencies) {
      if (auto child = Declared(chart, *wanted)) children.push_back(std::move(child));
      if (!wanted->alias.empty()) wanted->name = wanted->alias;
    }
    Adopt(chart, std::move(children));
    ASSIGN_OR_RETURN(const Value all, Coalesce(chart, values));
    const std::set<std::string> disabled = Disabled(chart.metadata, all, path);
    const auto is_disabled = [&](const auto& item) { return disabled.count(NameOf(*item)) > 0; };
    ChartList enabled = chart.dependencies;
    enabled.erase(std::remove_if(enabled.begin(), enabled.end(), is_disabled), enabled.end());
    auto declared = chart.metadata.dependencies;
    declared.erase(std::remove_if(declared.begin(), declared.end(), is_disabled), declared.end());
    for (const auto& child : enabled)
      RETURN_IF_ERROR(Process(*child, all, absl::StrCat(path, child->name(), ".")));
    chart.metadata.declares_dependencies = !declared.empty();
    chart.metadata.dependencies = std::move(declared);
    Adopt(chart, std::move(enabled));
    return absl::OkStatus();
  }

 private:
  static const std::string& NameOf(const Chart& chart) { return chart.metadata.name; }
  static const std::string& NameOf(const Dependency& dependency) { return dependency.name; }

  // CoalesceValues, in which only what can differ is copied: what `chart` and its subcharts have something
  // for.
  absl::StatusOr<Value> Coalesce(const Chart& chart, const Value& values) const {
    if (chart.IsRoot() || !values.Is(Kind::kMap)) return CoalesceValues(chart, values, warn_);
    std::set<absl::string_view> keys = {"global"};
    if (chart.values.Is(Kind::kMap))
      for (const auto& [key, value] : chart.values.map()) keys.insert(key);
    for (const auto& child : chart.dependencies) keys.insert(child->name());
    Map part, all = values.map();
    for (const absl::string_view key : keys) {
      const auto found = all.find(key);
      if (found == all.end()) continue;
      part.emplace_hint(part.end(), found->first, std::move(found->second));
      all.erase(found);
    }
    ASSIGN_OR_RETURN(Value merged, CoalesceValues(chart, Value::MakeMap(std::move(part)), warn_));
    for (auto& [key, value] : merged.mutable_map()) all[key] = std::move(value);
    return Value::MakeMap(std::move(all));
  }

  // Names of the dependencies that are switched off.
  std::set<std::string> Disabled(const Metadata& metadata, const Value& values,
                                 const std::string& path) const {
    const auto tags = TableAt(values, "tags");
    std::set<std::string> disabled;
    for (const auto& dependency : metadata.dependencies) {
      dependency->enabled = !tags.ok() || AllowedByTags(*dependency, *tags);
      ApplyCondition(*dependency, values, path);
      if (!dependency->enabled) disabled.insert(dependency->name);
    }
    return disabled;
  }

  // One tag that is true is enough; without one, one that is false disables.
  bool AllowedByTags(const Dependency& dependency, const Value& tags) const {
    bool has_true = false, has_false = false;
    for (const std::string& tag : dependency.tags) {
      const Value* value = tags.Find(tag);
      if (!value) continue;
      if (value->Is(Kind::kBool))
        (value->bool_value() ? has_true : has_false) = true;
      else
        Tell(
            absl::StrCat("Warning: Tag '", tag, "' for chart ", dependency.name, " returned non-bool value"));
    }
    return has_true || !has_false;
  }

  // The first path that leads to a boolean decides.
  void ApplyCondition(Dependency& dependency, const Value& values, const std::string& path) const {
    for (const absl::string_view condition : absl::StrSplit(TrimSpace(dependency.condition), ',')) {
      if (condition.empty()) continue;
      const auto value = ValueAt(values, absl::StrCat(path, condition));
      if (!value.ok()) continue;
      if (value->Is(Kind::kBool)) {
        dependency.enabled = value->bool_value();
        return;
      }
      Tell(absl::StrCat("Warning: Condition path '", condition, "' for chart ", dependency.name,
                        " returned non-bool value"));
    }
  }

  void Tell(const std::string& text) const {
    if (warn_) warn_(text);
  }

  const Warn& warn_;
};

}  // namespace

bool IsCompatible(absl::string_view range, absl::string_view version) {
  const auto parsed = ParseVersion(version);
  if (!parsed.ok()) return false;
  const auto constraint = Constraint::Parse(range);
  return constraint.ok() && constraint->Check(*parsed);
}

std::shared_ptr<Chart> CopyTree(const Chart& chart) {
  auto copy = std::make_shared<Chart>();
  copy->metadata = chart.metadata;
  copy->values = chart.values;
  copy->templates = chart.templates;
  copy->files = chart.files;
  copy->schema = chart.schema;
  copy->lock = chart.lock;
  copy->dependencies = chart.dependencies;
  for (auto& dependency : copy->metadata.dependencies) dependency = std::make_shared<Dependency>(*dependency);
  for (auto& child : copy->dependencies) {
    child = CopyTree(*child);
    child->parent = copy.get();
  }
  return copy;
}

absl::Status ProcessDependencies(Chart& chart, const Value& values, const Warn& warn) {
  RETURN_IF_ERROR(Enabler(warn).Process(chart, values, ""));
  return ImportValues(chart, warn);
}

}  // namespace devstats::chart
