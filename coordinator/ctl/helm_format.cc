#include "coordinator/ctl/helm_format.h"

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"

namespace devstats::ctl {
namespace {

std::string CheckFormat(const std::string& format) {
  for (const char* known : {"table", "json", "yaml"})
    if (format == known) return "";
  return absl::StrCat("invalid argument \"", format, "\" for \"-o, --output\" flag: invalid format type");
}

}  // namespace

void DeclareHelmFormat(CLI::App& verb, std::string& format) {
  verb.add_option_function<std::string>(
          "-o,--output",
          [&format](const std::string& word) {
            if (const std::string wrong = CheckFormat(word); !wrong.empty())
              throw CLI::ParseError(wrong, CLI::ExitCodes::ValidationError);
            format = word;
          },
          "table, json or yaml")
      ->type_name("FORMAT");
}

absl::StatusOr<std::string> HelmList(const std::vector<std::string>& keys,
                                     const std::vector<std::vector<std::string>>& rows,
                                     const std::string& format) {
  chart::List objects;
  std::string json = "[";
  for (const std::vector<std::string>& row : rows) {
    chart::Map object;
    absl::StrAppend(&json, json.size() == 1 ? "{" : ",{");
    for (size_t i = 0; i < keys.size(); ++i) {
      const chart::Value cell = object[keys[i]] = chart::Value::String(row[i]);
      ASSIGN_OR_RETURN(const std::string text, chart::WriteJson(cell));
      absl::StrAppend(&json, i == 0 ? "\"" : ",\"", keys[i], "\":", text);
    }
    absl::StrAppend(&json, "}");
    objects.push_back(chart::Value::MakeMap(std::move(object)));
  }
  if (format == "yaml") return chart::WriteYaml(chart::Value::MakeList(std::move(objects)));
  return absl::StrCat(json, "]\n");
}

}  // namespace devstats::ctl
