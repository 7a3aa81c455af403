#include "coordinator/ctl/chart/value_flags.h"

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/values/merge.h"
#include "coordinator/ctl/chart/flags.h"

namespace devstats::ctl {
namespace {

using chart::SetKind;

struct Step {
  const std::vector<std::string>& lines;
  SetKind kind;
  absl::string_view flag;
};

absl::Status Apply(const Step& step, const chart::FileReader& reader, const chart::Limits& limits,
                   chart::Value& values) {
  for (const std::string& line : step.lines) {
    const absl::Status applied = chart::ApplySet(line, step.kind, limits, values, reader);
    if (applied.ok()) continue;
    // Helm shows the line in place of the reason: what JSON's parser says would not help.
    if (step.kind == SetKind::kJson)
      return absl::InvalidArgumentError(absl::StrCat("failed parsing --set-json data ", line));
    return Annotate(applied, absl::StrCat("failed parsing ", step.flag, " data"));
  }
  return absl::OkStatus();
}

}  // namespace

void ValueFlags::Declare(CLI::App& verb) {
  SliceFlag(verb, "-f,--values", files, "FILE", "values from a YAML file, a URL or - (may be given again)");
  ListFlag(verb, "--set", set, "KEY=VALUE", "values: a.b=1,list[0]=x,list={a,b}");
  ListFlag(verb, "--set-string", set_string, "KEY=TEXT", "values that stay text");
  ListFlag(verb, "--set-json", set_json, "KEY=JSON", "values in JSON");
  ListFlag(verb, "--set-file", set_file, "KEY=FILE", "a value from a file, as text");
  ListFlag(verb, "--set-literal", set_literal, "KEY=TEXT", "a value taken as it stands");
}

absl::StatusOr<chart::Value> ValueFlags::Merge(const chart::FileReader& reader,
                                               const chart::Limits& limits) const {
  chart::Value values = chart::Value::MakeMap();
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string text, reader(file));
    ASSIGN_OR_RETURN(const chart::Value read, chart::ReadYamlMap(text, limits),
                     absl::StrCat("failed to parse ", file));
    values = chart::MergeFiles(values, read);
  }
  const Step steps[] = {{set_json, SetKind::kJson, "--set-json"},
                        {set, SetKind::kTyped, "--set"},
                        {set_string, SetKind::kString, "--set-string"},
                        {set_file, SetKind::kFile, "--set-file"},
                        {set_literal, SetKind::kLiteral, "--set-literal"}};
  for (const Step& step : steps) RETURN_IF_ERROR(Apply(step, reader, limits, values));
  return values;
}

}  // namespace devstats::ctl
