#include <re2/re2.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/functions/url.h"
#include "coordinator/chart/loader/metadata.h"
#include "coordinator/chart/render/lint_rules.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kFile = "Chart.yaml";
constexpr size_t kMinUrl = 3, kMaxUrl = 2083;

bool Matches(const std::string& text, const char* expression) {
  RE2::Options options;
  options.set_log_errors(false);
  return RE2::FullMatch(text, RE2(expression, options));
}

bool IsEmail(const std::string& text) {
  return Matches(
      text,
      "(?i)[a-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10FFFF}-]+(\\.[a-z0-9!#$%&'*+/"
      "=?^_`{|}~\\x{80}-\\x{10FFFF}-]+)*"
      "@([a-z0-9\\x{80}-\\x{10FFFF}]([a-z0-9\\x{80}-\\x{10FFFF}-]*[a-z0-9\\x{80}-\\x{10FFFF}])?\\.)+"
      "[a-z\\x{80}-\\x{10FFFF}]([a-z0-9\\x{80}-\\x{10FFFF}-]*[a-z\\x{80}-\\x{10FFFF}])?\\.?");
}

// With a scheme or without: "example.com:80/x".
bool IsUrl(const std::string& text) {
  return text.size() > kMinUrl && text.size() < kMaxUrl && text[0] != '.' &&
         Matches(
             text,
             "(?i)((ftp|tcp|udp|wss?|https?)://)?(\\S+(:\\S*)?@)?"
             "((\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-f:.]+\\]|localhost|"
             "([a-z0-9\\x{80}-\\x{10FFFF}]([a-z0-9_\\x{80}-\\x{10FFFF}-]*[a-z0-9\\x{80}-\\x{10FFFF}])?\\.)*"
             "[a-z0-9\\x{80}-\\x{10FFFF}]([a-z0-9_\\x{80}-\\x{10FFFF}-]*[a-z0-9\\x{80}-\\x{10FFFF}])?)\\.?"
             "(:\\d{1,5})?((/|\\?|#)\\S*)?");
}

// With a scheme.
bool IsRequestUrl(const std::string& text) {
  const auto url = Url::Parse(text);
  return url.ok() && !url->scheme.empty();
}

absl::Status CheckName(const Metadata& m) {
  if (m.name.empty()) return Fault("name is required");
  if (PathBase(m.name) != m.name) return Fault(absl::StrCat("chart name ", Quote(m.name), " is invalid"));
  return absl::OkStatus();
}

absl::Status CheckApiVersion(const Metadata& m) {
  constexpr absl::string_view kAllowed = "The value must be either \"v1\" or \"v2\"";
  if (m.api_version.empty()) return Fault(absl::StrCat("apiVersion is required. ", kAllowed));
  if (m.api_version != "v1" && m.api_version != "v2")
    return Fault(absl::StrCat("apiVersion '", m.api_version, "' is not valid. ", kAllowed));
  return absl::OkStatus();
}

// YAML takes 1.10 for a number.
absl::Status CheckIsText(const Value& yaml, absl::string_view key) {
  const Value* value = yaml.Find(key);
  if (!value || value->Is(Kind::kString)) return absl::OkStatus();
  return Fault(absl::StrCat(key, " should be of type string but it's of type ", TypeName(*value)));
}

absl::Status CheckVersion(const Metadata& m) {
  if (m.version.empty()) return Fault("version is required");
  const auto version = ParseVersion(m.version);
  if (!version.ok()) return Fault(absl::StrCat("version '", m.version, "' is not a valid SemVer"));
  const auto lowest = ParseVersion("0.0.0-0");
  if (version->Compare(*lowest) <= 0)
    return Fault(absl::StrCat("version ", version->Text(), " is less than or equal to 0.0.0-0"));
  return absl::OkStatus();
}

absl::Status CheckMaintainers(const Metadata& m) {
  for (const auto& maintainer : m.maintainers) {
    if (!maintainer) return Fault("a maintainer entry is empty");
    if (maintainer->name.empty()) return Fault("each maintainer requires a name");
    if (!maintainer->email.empty() && !IsEmail(maintainer->email))
      return Fault(
          absl::StrCat("invalid email '", maintainer->email, "' for maintainer '", maintainer->name, "'"));
    if (!maintainer->url.empty() && !IsUrl(maintainer->url))
      return Fault(
          absl::StrCat("invalid url '", maintainer->url, "' for maintainer '", maintainer->name, "'"));
  }
  return absl::OkStatus();
}

absl::Status CheckSources(const Metadata& m) {
  for (const std::string& source : m.sources)
    if (!IsRequestUrl(source)) return Fault(absl::StrCat("invalid source URL '", source, "'"));
  return absl::OkStatus();
}

// What only apiVersion v2 has.
absl::Status CheckIsV2(const Metadata& m, bool uses, absl::string_view what, absl::string_view they) {
  if (!uses || m.api_version == "v2") return absl::OkStatus();
  return Fault(absl::StrCat(what, " apiVersion '", m.api_version, "'. ", they, " valid in apiVersion 'v2'"));
}

// `wanted` that are not in `there`, in their order.
std::string Missing(const std::vector<std::string>& wanted, const std::vector<std::string>& there) {
  const std::set<std::string> known(there.begin(), there.end());
  std::vector<std::string> missing;
  for (const std::string& name : wanted)
    if (!known.count(name)) missing.push_back(name);
  return absl::StrJoin(missing, ",");
}

}  // namespace

void LintChartYaml(absl::string_view yaml, const Limits& limits, LintReport& report) {
  Metadata m;
  if (const absl::Status status = ReadMetadata(yaml, limits, m); !status.ok()) {
    report.Add(Severity::kError, kFile, absl::StrCat("unable to parse YAML\n\t", status.message()));
    return;
  }
  const Value raw = ReadYaml(yaml, limits).value_or(Value());
  const auto check = [&](const absl::Status& status) { report.Check(Severity::kError, kFile, status); };
  check(CheckName(m));
  check(CheckApiVersion(m));
  check(CheckIsText(raw, "version"));
  check(CheckVersion(m));
  check(CheckIsText(raw, "appVersion"));
  check(CheckMaintainers(m));
  check(CheckSources(m));
  if (m.icon.empty())
    report.Add(Severity::kInfo, kFile, "icon is recommended");
  else if (!IsRequestUrl(m.icon))
    check(Fault(absl::StrCat("invalid icon URL '", m.icon, "'")));
  check(CheckIsV2(m, !m.type.empty(), "chart type is not valid in", "It is"));
  check(
      CheckIsV2(m, !m.dependencies.empty(), "dependencies are not valid in the Chart file with", "They are"));
}

void LintDependencies(const Chart& chart, absl::string_view folder, LintReport& report) {
  std::vector<std::string> declared, present, twice;
  std::set<std::string> keys;
  for (const auto& dependency : chart.metadata.dependencies) {
    declared.push_back(dependency->name);
    const std::string& key = dependency->alias.empty() ? dependency->name : dependency->alias;
    if (!keys.insert(key).second) twice.push_back(key);
  }
  for (const auto& dependency : chart.dependencies) present.emplace_back(dependency->name());
  if (const std::string names = Missing(present, declared); !names.empty())
    report.Add(Severity::kError, folder,
               absl::StrCat("chart metadata is missing these dependencies: ", names));
  if (!twice.empty())
    report.Add(Severity::kError, folder,
               absl::StrCat("multiple dependencies with name or alias: ", absl::StrJoin(twice, ",")));
  if (const std::string names = Missing(declared, present); !names.empty())
    report.Add(Severity::kWarning, folder,
               absl::StrCat("chart directory is missing these dependencies: ", names));
}

}  // namespace devstats::chart
