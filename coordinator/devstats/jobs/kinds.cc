#include "coordinator/devstats/jobs/kinds.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "common/status.h"
#include "common/suggest.h"
#include "re2/re2.h"

namespace devstats::jobs {
namespace {

constexpr size_t kMaxText = 4096, kMaxFiles = 15 << 10;
constexpr absl::Duration kShortestLife = absl::Minutes(1), kLongestLife = absl::Hours(72);
constexpr char kEnvironment[] = "env:";

// What a text of this type looks like, as a pattern and in words.
struct Form {
  const char* pattern;
  const char* words;
};

Form FormOf(OptionType type) {
  switch (type) {
    case OptionType::kQuantity:
      return {"[0-9]{1,9}(\\.[0-9]{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?", "a quantity like 500m or 2Gi"};
    case OptionType::kDate:
      return {"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date like 2026-01-31"};
    case OptionType::kRange:
      return {"[1-9][0-9]{0,3} (hour|day|week|month|year)s?", "a time like 2 weeks"};
    case OptionType::kDurations: {
      return {
          "[a-z][a-z0-9_]*:[1-9][0-9]{0,4}[smh](:[0-9]{1,3})?(,[a-z][a-z0-9_]*:[1-9][0-9]{0,4}[smh](:[0-9]{1,"
          "3})?)*",
          "PROGRAM:TIME:EXIT like calc_metric:48h:102, several with commas between"};
    }
    case OptionType::kPeriods:
      return {"[a-z][a-z0-9]*:[tf](,[a-z][a-z0-9]*:[tf])*", "periods like d7:t,m:f"};
    case OptionType::kNames:
      return {"[A-Za-z0-9_.-]+(,[A-Za-z0-9_.-]+)*", "names with commas between"};
    case OptionType::kPath:
      return {"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", "a path like metrics/shared/metrics.yaml"};
    case OptionType::kUrl:
      return {"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9_.~%+-]+)*/?",
              "a URL like https://devstats.example.org/backups/, without user, password or query"};
    case OptionType::kLife:
      return {"[1-9][0-9]{0,5}[smh]", "a time from 1m to 72h like 90m or 4h"};
    case OptionType::kFiles:
      return {
          "[A-Za-z0-9][A-Za-z0-9._-]{0,254}:[0-9]{1,18}:[0-9]{1,12}(,[A-Za-z0-9][A-Za-z0-9._-]{0,254}:[0-9]"
          "{1,18}:[0-9]{1,12})*",
          "files with size and time, as NAME:BYTES:SECONDS"};
    default:
      return {"", ""};
  }
}

std::string WordsFor(const OptionSpec& option) {
  switch (option.type) {
    case OptionType::kFlag:
      return "true or false";
    case OptionType::kNumber:
      return absl::StrCat("a number from ", option.least, " to ", option.most);
    case OptionType::kChoice:
      return absl::StrCat("one of ", absl::StrJoin(option.choices, ", "));
    default:
      return FormOf(option.type).words;
  }
}

absl::Status Wrong(const OptionSpec& option, absl::string_view given) {
  return absl::InvalidArgumentError(absl::StrCat(
      "option ", option.name, ": \"", absl::CHexEscape(given.substr(0, 60)), "\" is not ", WordsFor(option)));
}

bool IsDay(const std::string& text) {
  absl::CivilDay day;
  return absl::ParseCivilTime(text, &day);
}

bool IsLife(const std::string& text) {
  absl::Duration life;
  return absl::ParseDuration(text, &life) && life >= kShortestLife && life <= kLongestLife;
}

bool FitsText(const OptionSpec& option, const std::string& text) {
  if (text.size() > (option.type == OptionType::kFiles ? kMaxFiles : kMaxText)) return false;
  if (option.type == OptionType::kChoice)
    return std::find(option.choices.begin(), option.choices.end(), text) != option.choices.end();
  if (option.type == OptionType::kPath && absl::StrCat("/", text, "/").find("/../") != std::string::npos)
    return false;
  return RE2::FullMatch(text, FormOf(option.type).pattern) &&
         (option.type != OptionType::kDate || IsDay(text)) &&
         (option.type != OptionType::kLife || IsLife(text));
}

absl::Status CheckValue(const OptionSpec& option, const Json& value) {
  bool fits = false;
  if (option.type == OptionType::kFlag)
    fits = value.is_boolean();
  else if (option.type == OptionType::kNumber)
    fits = value.is_number_integer() && value >= option.least && value <= option.most;
  else
    fits = value.is_string() && FitsText(option, value.get<std::string>());
  if (fits) return absl::OkStatus();
  return Wrong(option, value.is_string() ? value.get<std::string>() : CanonicalJson(value));
}

absl::StatusOr<Json> ParseValue(const OptionSpec& option, const std::string& text) {
  if (option.type == OptionType::kFlag) {
    bool on = false;
    if (!absl::SimpleAtob(text, &on)) return Wrong(option, text);
    return Json(on);
  }
  if (option.type == OptionType::kNumber) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(text, &number)) return Wrong(option, text);
    return Json(number);
  }
  return Json(text);
}

// As upstream's values have it: what is off is empty.
Json ChartValue(const OptionSpec& option, const Json& value) {
  if (option.type == OptionType::kFlag) return value == true ? "1" : "";
  if (option.type == OptionType::kNumber) return absl::StrCat(value.get<int64_t>());
  if (value == "none") return "";
  return value;
}

// How the values of a pod are named: its command with one word, its resources with another.
struct PodWords {
  std::string command, resources;
};
PodWords WordsOf(PodKind pod) {
  switch (pod) {
    case PodKind::kProvision:
      return {"provision", "Provisions"};
    case PodKind::kBootstrap:
      return {"bootstrap", "Bootstrap"};
    case PodKind::kSync:
      return {"sync", "Crons"};
    case PodKind::kBackups:
      return {"backups", "Backups"};
    case PodKind::kReports:
      return {"reports", "Reports"};
    case PodKind::kVacuum:
      return {"vacuum", "Vacuum"};
    case PodKind::kTests:
      break;
  }
  return {};  // it has neither: its image knows what to run
}

// Where the chart has a value of its own for syncs.
std::string KeyOf(const std::string& key, PodKind pod) {
  if (pod == PodKind::kSync && key == "nCPUs") return "nSyncCPUs";
  if (pod == PodKind::kSync && key == "giantProv") return "giantSync";
  return absl::StrReplaceAll(key, {{"*", WordsOf(pod).resources}});
}

}  // namespace

absl::StatusOr<const KindSpec*> FindKind(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const KindSpec& kind : AllKinds()) {
    if (kind.name == name) return &kind;
    names.push_back(kind.name);
  }
  return Hint(absl::InvalidArgumentError(
                  absl::StrCat("there is no kind of job \"", absl::CHexEscape(name.substr(0, 40)), "\"")),
              Suggestion(name.substr(0, 40), names));
}

absl::StatusOr<const OptionSpec*> FindOption(const KindSpec& kind, absl::string_view name) {
  if (std::find(kind.options.begin(), kind.options.end(), name) != kind.options.end())
    for (const OptionSpec& option : AllOptions())
      if (option.name == name) return &option;
  return Hint(absl::InvalidArgumentError(
                  absl::StrCat(kind.name, " takes no option \"", absl::CHexEscape(name.substr(0, 40)), "\"")),
              Suggestion(name.substr(0, 40), {kind.options.begin(), kind.options.end()}));
}

absl::StatusOr<Json> ParseOptions(const KindSpec& kind, const std::map<std::string, std::string>& texts) {
  Json options = Json::object();
  for (const auto& [name, text] : texts) {
    ASSIGN_OR_RETURN(const OptionSpec* option, FindOption(kind, name));
    ASSIGN_OR_RETURN(options[name], ParseValue(*option, text));
  }
  RETURN_IF_ERROR(Check(kind, options));
  return options;
}

absl::Status Check(const KindSpec& kind, const Json& options) {
  if (!options.is_object()) return absl::InvalidArgumentError("options are a map of names to values");
  for (const auto& [name, value] : options.items()) {
    ASSIGN_OR_RETURN(const OptionSpec* option, FindOption(kind, name));
    RETURN_IF_ERROR(CheckValue(*option, value));
  }
  for (const std::string& name : kind.needs)
    if (!options.contains(name))
      return absl::InvalidArgumentError(absl::StrCat(kind.name, " needs option ", name));
  return absl::OkStatus();
}

std::string Destroys(const KindSpec& kind, const Json& options) {
  std::vector<std::string> what;
  if (kind.destroys) what.push_back(kind.meaning);
  for (const OptionSpec& option : AllOptions())
    if (option.destroys && options.value(option.name, false)) what.push_back(option.meaning);
  return absl::StrJoin(what, ", ");
}

absl::Duration LifeOf(const Json& options) {
  absl::Duration life;
  const bool known = absl::ParseDuration(options.value(kLifeOption, ""), &life);
  return known ? life : absl::ZeroDuration();
}

bool ReplacesDatabase(const KindSpec& kind, const Json& options) {
  return kind.name == "restore" || options.value("drop-database", false);
}
std::map<std::string, std::string> EnvironmentOf(const KindSpec& kind, const Json& options) {
  std::map<std::string, std::string> environment;
  for (const auto& [given, value] : options.items()) {
    const auto option = FindOption(kind, given);
    if (option.ok() && absl::StartsWith((*option)->key, kEnvironment))
      environment[(*option)->key.substr(sizeof kEnvironment - 1)] =
          ChartValue(**option, value).get<std::string>();
  }
  return environment;
}

absl::StatusOr<Json> ValuesOf(absl::string_view name, const Json& options) {
  ASSIGN_OR_RETURN(const KindSpec* kind, FindKind(name));
  RETURN_IF_ERROR(Check(*kind, options), kind->name);
  Json values = kind->values;
  if (values.is_null()) values = Json::object();
  const std::string command = absl::StrCat(WordsOf(kind->pod).command, "Command");
  const std::string arguments = absl::StrCat(command, "Args");
  if (!kind->command.empty()) values[command] = kind->command;
  if (!kind->script.empty()) values[arguments] = Json::array({"-c", kind->script});
  if (kind->sleeps) values[arguments] = Json::array({absl::StrCat(absl::ToInt64Seconds(LifeOf(options)))});
  for (const auto& [given, value] : options.items()) {
    ASSIGN_OR_RETURN(const OptionSpec* option, FindOption(*kind, given));
    if (option->key.empty() || absl::StartsWith(option->key, kEnvironment)) continue;
    values[KeyOf(option->key, kind->pod)] = ChartValue(*option, value);
  }
  return values;
}

}  // namespace devstats::jobs
