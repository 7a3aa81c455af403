#include "coordinator/ctl/job_flags.h"

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/devstats/jobs/kinds.h"

namespace devstats::ctl {
namespace {

using jobs::KindSpec;
using jobs::OptionSpec;
using jobs::OptionType;

std::string TypeNameOf(const OptionSpec& option) {
  switch (option.type) {
    case OptionType::kFlag:
      return "";
    case OptionType::kNumber:
      return absl::StrCat(option.least, "..", option.most);
    case OptionType::kQuantity:
      return "QUANTITY";
    case OptionType::kDate:
      return "DATE";
    case OptionType::kRange:
      return "TIME";
    case OptionType::kDurations:
      return "PROGRAM:TIME:EXIT,...";
    case OptionType::kPeriods:
      return "PERIODS";
    case OptionType::kNames:
      return "NAME,...";
    case OptionType::kPath:
      return "PATH";
    case OptionType::kUrl:
      return "URL";
    case OptionType::kLife:
      return "TIME";
    case OptionType::kFiles:
      return "NAME:BYTES:SECONDS,...";
    case OptionType::kChoice:
      break;
  }
  return absl::StrJoin(option.choices, "|");
}

}  // namespace

void AddJobFlags(CLI::App* verb, absl::string_view kind, const std::shared_ptr<JobOptions>& options) {
  const KindSpec& spec = **jobs::FindKind(kind);
  for (const std::string& name : spec.options) {
    const OptionSpec& option = **jobs::FindOption(spec, name);
    const std::string meaning =
        option.destroys ? absl::StrCat(option.meaning, " (asks for the project's name)") : option.meaning;
    const std::string flag = "--" + name;
    if (option.type == OptionType::kFlag) {
      verb->add_flag_function(
          flag, [options, name](int64_t count) { (*options)[name] = count > 0 ? "true" : "false"; }, meaning);
      continue;
    }
    verb->add_option_function<std::string>(
            flag, [options, name](const std::string& text) { (*options)[name] = text; }, meaning)
        ->type_name(TypeNameOf(option));
  }
}

Table JobKindTable() {
  Table table({"KIND", "WHAT IT DOES", "DESTROYS", "OPTIONS"});
  for (const KindSpec& kind : jobs::AllKinds())
    table.Row({kind.name, kind.meaning, kind.destroys ? Cell("yes", Color::kRed) : Cell(""),
               absl::StrCat(kind.options.size())});
  return table;
}

Table JobOptionTable(const KindSpec& kind) {
  Table table({"OPTION", "VALUE", "MEANING", "DESTROYS"});
  for (const std::string& name : kind.options) {
    const OptionSpec& option = **jobs::FindOption(kind, name);
    const std::string type = TypeNameOf(option);
    table.Row({name, type.empty() ? "true|false" : type, option.meaning,
               option.destroys ? Cell("yes", Color::kRed) : Cell("")});
  }
  return table;
}

Json JobKindsJson() {
  Json kinds = Json::array();
  for (const KindSpec& kind : jobs::AllKinds()) {
    Json options = Json::array();
    for (const std::string& name : kind.options) {
      const OptionSpec& option = **jobs::FindOption(kind, name);
      const std::string type = TypeNameOf(option);
      options.push_back({{"name", name},
                         {"value", type.empty() ? "true|false" : type},
                         {"meaning", option.meaning},
                         {"chart_value", option.key},
                         {"destroys", option.destroys}});
    }
    kinds.push_back({{"name", kind.name},
                     {"meaning", kind.meaning},
                     {"command", kind.command},
                     {"destroys", kind.destroys},
                     {"whole_environment", kind.whole_environment},
                     {"needs", kind.needs},
                     {"options", std::move(options)}});
  }
  return kinds;
}

}  // namespace devstats::ctl
