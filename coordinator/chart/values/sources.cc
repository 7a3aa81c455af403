#include "coordinator/chart/values/sources.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {
namespace {

struct Step {
  const std::vector<std::string>& lines;
  SetKind kind;
  absl::string_view flag;
};

absl::Status Apply(const Step& step, const FileReader& reader, const Limits& limits, Value& values) {
  for (const std::string& line : step.lines) {
    const absl::Status applied = ApplySet(line, step.kind, limits, values, reader);
    if (applied.ok()) continue;
    // Helm shows the line in place of the reason: what JSON's parser says would not help.
    if (step.kind == SetKind::kJson)
      return absl::InvalidArgumentError(absl::StrCat("failed parsing --set-json data ", line));
    return Annotate(applied, absl::StrCat("failed parsing ", step.flag, " data"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Value> ValueSources::Merge(const FileReader& reader, const Limits& limits) const {
  Value values = Value::MakeMap();
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string text, reader(file));
    ASSIGN_OR_RETURN(const Value read, ReadYamlMap(text, limits), absl::StrCat("failed to parse ", file));
    values = MergeFiles(values, read);
  }
  const Step steps[] = {{set_json, SetKind::kJson, "--set-json"},
                        {set, SetKind::kTyped, "--set"},
                        {set_string, SetKind::kString, "--set-string"},
                        {set_file, SetKind::kFile, "--set-file"},
                        {set_literal, SetKind::kLiteral, "--set-literal"}};
  for (const Step& step : steps) RETURN_IF_ERROR(Apply(step, reader, limits, values));
  return values;
}

}  // namespace devstats::chart
