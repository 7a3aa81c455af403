#include "coordinator/chart/render/engine.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/render/chart_object.h"
#include "coordinator/chart/render/files_object.h"
#include "coordinator/chart/render/values_type.h"
#include "coordinator/chart/template/template.h"

namespace devstats::chart {
namespace {

// What Go prints for a missing key, and Helm takes out again.
constexpr absl::string_view kNoValue = "<no value>";
// Around what a chart says itself by `fail` or `required`.
constexpr absl::string_view kMessageStart = "HELM_ERR_START", kMessageEnd = "HELM_ERR_END";

struct Template {
  absl::string_view text;
  Value scope;  // the chart's: shared by all its templates
  std::string base_path;
};

// Deeper paths first, later ones first among equals.
struct ExecutionOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto depth_a = std::count(a.begin(), a.end(), '/'), depth_b = std::count(b.begin(), b.end(), '/');
    return depth_a != depth_b ? depth_a > depth_b : a > b;
  }
};
using Templates = absl::btree_map<std::string, Template, ExecutionOrder>;

bool IsPartial(absl::string_view path) { return absl::StartsWith(PathBase(path), "_"); }

// Puts the templates of `chart` and those below it into `out`. Returns what .Subcharts shows of it.
Value Collect(const Chart& chart, const Value& values, const TemplateInput& input, Templates& out) {
  Value subcharts = Value::MakeMap();
  Value scope = Value::MakeMap({{"Chart", ChartObject(chart)},
                                {"Files", FilesObject(chart.files)},
                                {"Release", input.release},
                                {"Capabilities", input.capabilities},
                                {"Values", values},
                                {"Subcharts", subcharts}});
  for (const auto& child : chart.dependencies) {
    const auto table = TableAt(values, child->name());
    const Value own = table.ok() ? *table : Value::MakeMap(Map(), kValuesType);
    Value seen = Collect(*child, own, input, out);
    subcharts.mutable_map()[std::string(child->name())] = std::move(seen);
  }
  const std::string path = chart.FullPath();
  const bool is_library = absl::EqualsIgnoreCase(chart.metadata.type, "library");
  for (const SharedFile& file : chart.templates)
    if (!is_library || IsPartial(file.name))
      out[CleanPath(absl::StrCat(path, "/", file.name))] = {file.data(), scope,
                                                            CleanPath(absl::StrCat(path, "/templates"))};
  return scope;
}

absl::Status ParseError(const std::string& path, const absl::Status& status) {
  const std::vector<absl::string_view> parts = absl::StrSplit(status.message(), ": ");
  if (parts.size() == 1)
    return absl::InvalidArgumentError(absl::StrCat("parse error in (", path, "): ", status.message()));
  return absl::InvalidArgumentError(absl::StrCat("parse error at (", parts[1], "): ", parts.back()));
}

// What a chart says itself loses all that Go puts around it.
absl::Status ExecutionError(const std::string& path, const absl::Status& status) {
  const std::vector<absl::string_view> parts = absl::StrSplit(status.message(), absl::MaxSplits(": ", 2));
  if (parts.size() != 3)
    return absl::Status(status.code(), absl::StrCat("execution error in (", path, "): ", status.message()));
  const size_t start = parts[2].find(kMessageStart), end = parts[2].rfind(kMessageEnd);
  if (start == parts[2].npos || end == parts[2].npos || end < start + kMessageStart.size()) return status;
  const absl::string_view message =
      parts[2].substr(start + kMessageStart.size(), end - start - kMessageStart.size());
  return absl::Status(status.code(), absl::StrCat("execution error at (", parts[1], "): ", message));
}

void RemoveNoValue(std::string& text) {
  if (absl::StrContains(text, kNoValue)) text = absl::StrReplaceAll(text, {{kNoValue, ""}});
}

}  // namespace

absl::StatusOr<std::vector<ChartFile>> ExecuteTemplates(const Chart& chart, const TemplateInput& input,
                                                        const Environment& environment, Usage& usage) {
  Templates templates;
  Collect(chart, input.values.As(kValuesType), input, templates);
  TemplateSet set(AllFunctions(), environment.limits());
  for (const auto& [path, source] : templates)
    if (absl::Status status = set.Parse(path, source.text); !status.ok()) return ParseError(path, status);
  std::vector<ChartFile> rendered;
  for (auto& [path, source] : templates) {
    if (IsPartial(path)) continue;
    source.scope.mutable_map()["Template"] = Value::MakeMap(
        {{"Name", Value::String(path)}, {"BasePath", Value::String(source.base_path)}}, kValuesType);
    std::string text;
    if (absl::Status status = set.Execute(path, source.scope.As(kValuesType), environment, usage, text);
        !status.ok())
      return ExecutionError(path, status);
    RemoveNoValue(text);
    rendered.push_back({path, std::move(text)});
  }
  return rendered;
}

}  // namespace devstats::chart
