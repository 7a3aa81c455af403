// Environments and projects.
#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/suggest.h"
#include "coordinator/spec/devstats.h"
#include "coordinator/spec/grammar.h"
#include "coordinator/spec/postgres_parameters.h"
#include "coordinator/spec/words.h"

namespace devstats::spec {
namespace {

// A CronJob's name has at most 52 characters, and "devstats-affiliations-" goes before that of a project.
constexpr size_t kLongestProject = 52 - 22;

bool IsProjectName(absl::string_view text) { return text.size() <= kLongestProject && kDnsLabel.fits(text); }

std::string ProjectNameHint(absl::string_view text) {
  return text.size() > kLongestProject ? "a CronJob devstats-affiliations-NAME may have 52 characters"
                                       : kDnsLabel.hint(text);
}

bool IsProjectPattern(absl::string_view text) {
  return text.size() <= 63 && !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
           return LowerAlnum(c) || c == '-' || c == '*' || c == '?';
         });
}

// Of a site: with a dot, and no address.
bool IsHost(absl::string_view text) {
  return absl::StrContains(text, ".") && kDnsName.fits(text) &&
         text.substr(text.rfind('.') + 1).find_first_not_of("0123456789") != text.npos;
}

std::string HostHint(absl::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == text.npos) {
    const std::string lower = absl::AsciiStrToLower(text);
    return IsHost(lower) ? absl::StrCat("did you mean \"", lower, "\"?") : "";
  }
  const absl::string_view host = text.substr(scheme + 3, text.find('/', scheme + 3) - scheme - 3);
  return IsHost(host) ? absl::StrCat("write \"", host, "\"") : "";
}

bool IsDatabase(absl::string_view text) {
  return text.size() <= 63 && !text.empty() && !absl::ascii_isdigit(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return LowerAlnum(c) || c == '_'; });
}

bool IsRepository(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return text == "-" ||
         (parts.size() == 2 && IsWord(parts[0], Alnum, "-", AnyOf<'-'>) && parts[1].size() <= 100 &&
          IsWord(parts[1], AnyOf<'.', '_', '-'>, "", AnyOf<'.', '_', '-'>));
}

bool IsDate(absl::string_view text) {
  absl::Time time;
  std::string error;
  return text.size() == 10 && absl::ParseTime("%Y-%m-%d", text, &time, &error) &&
         absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()) == text;
}

// One field of a schedule: the numbers that it may have, and names that may stand for them, from the first
// on.
struct CronField {
  int min, max;
  absl::string_view names;
};
constexpr CronField kCronFields[] = {{0, 59, ""},
                                     {0, 23, ""},
                                     {1, 31, ""},
                                     {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                     {0, 6, "sunmontuewedthufrisat"}};

// -1: none of the field's.
int CronNumber(absl::string_view text, const CronField& field) {
  int value = 0;
  if (IsPlainNumber(text) || (text.size() == 2 && text[0] == '0' && absl::ascii_isdigit(text[1])))
    return absl::SimpleAtoi(text, &value) && value >= field.min && value <= field.max ? value : -1;
  const size_t name = text.size() == 3 ? field.names.find(absl::AsciiStrToLower(text)) : text.npos;
  return name == text.npos || name % 3 != 0 ? -1 : field.min + static_cast<int>(name / 3);
}

// "*", "5", "1-5", each with "/step".
bool IsCronItem(absl::string_view text, const CronField& field) {
  const std::vector<absl::string_view> stepped = absl::StrSplit(text, '/');
  if (stepped.size() > 2) return false;
  if (stepped.size() == 2 && (!IsPlainNumber(stepped[1]) || stepped[1] == "0")) return false;
  if (stepped[0] == "*") return true;
  const std::vector<absl::string_view> ends = absl::StrSplit(stepped[0], '-');
  const int first = CronNumber(ends[0], field), last = CronNumber(ends.back(), field);
  return ends.size() <= 2 && first >= 0 && last >= first;
}

bool IsCron(absl::string_view text) {
  const std::vector<absl::string_view> fields = absl::StrSplit(text, ' ');
  return text.size() <= 256 &&
         std::equal(fields.begin(), fields.end(), std::begin(kCronFields), std::end(kCronFields),
                    [](absl::string_view written, const CronField& field) {
                      const std::vector<absl::string_view> items = absl::StrSplit(written, ',');
                      return std::all_of(items.begin(), items.end(),
                                         [&](absl::string_view item) { return IsCronItem(item, field); });
                    });
}

std::string CronHint(absl::string_view text) {
  const std::vector<absl::string_view> fields = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (fields.size() != 5) return "write minute, hour, day of the month, month, day of the week";
  const std::string joined = absl::StrJoin(fields, " ");
  if (joined != text && IsCron(joined)) return absl::StrCat("write \"", joined, "\"");
  return fields[4] == "7" ? "write 0 for Sunday" : "";
}

// "calc_metric:48h:102,columns:2h:102": program, time, exit status.
bool IsRunDurations(absl::string_view text) {
  const std::vector<absl::string_view> items = absl::StrSplit(text, ',');
  return std::all_of(items.begin(), items.end(), [](absl::string_view item) {
    const std::vector<absl::string_view> parts = absl::StrSplit(item, ':');
    absl::Duration time;
    int status = 0;
    return parts.size() == 3 && IsWord(parts[0], LowerAlnum, "_", LowerAlnum) &&
           absl::ParseDuration(parts[1], &time) && time >= absl::Seconds(1) && IsPlainNumber(parts[2]) &&
           absl::SimpleAtoi(parts[2], &status) && status <= 255;
  });
}

// "8", "0.5", "500m", as Kubernetes takes them.
bool IsCpu(absl::string_view text) {
  if (absl::ConsumeSuffix(&text, "m")) return IsPlainNumber(text) && text != "0";
  double cores = 0;
  return !text.empty() && text.size() <= 8 && text.find_first_not_of("0123456789.") == text.npos &&
         absl::SimpleAtod(text, &cores) && cores >= 0.001;
}

bool IsByteSize(absl::string_view text) { return BytesOf(text) >= 0 && BytesOf(text) <= 9e15; }

template <const std::vector<const char*>& (*names)()>
bool IsOneOf(absl::string_view text) {
  return std::find(names().begin(), names().end(), text) != names().end();
}

template <const std::vector<const char*>& (*names)()>
std::string OneOfHint(absl::string_view text) {
  return Suggestion(text, {names().begin(), names().end()});
}

std::string SecretKeyHint(absl::string_view text) {
  absl::string_view key = text;
  return absl::ConsumeSuffix(&key, ".secret") && IsOneOf<SecretKeys>(key)
             ? absl::StrCat("write \"", key, "\"")
             : OneOfHint<SecretKeys>(text);
}

}  // namespace

constinit const Grammar kProjectName = {
    "the name of a project: 1 to 30 of a-z, 0-9 and '-', beginning and ending with a letter or digit",
    IsProjectName, ProjectNameHint};
constinit const Grammar kProjectPattern = {
    "the name of a project, in which '*' stands for any text and '?' for any character", IsProjectPattern,
    nullptr};
constinit const Grammar kCatalog = {"shipped, none, or an absolute path",
                                    [](absl::string_view text) {
                                      return text == "shipped" || text == "none" ||
                                             (text != "/" && kPath.fits(text) && absl::StartsWith(text, "/"));
                                    },
                                    nullptr};
constinit const Grammar kDomainName = {
    "the name of a domain: 1 to 30 of a-z, 0-9 and '-', beginning and ending with a letter or digit, not "
    "\"default\"",
    [](absl::string_view text) { return IsProjectName(text) && text != "default"; },
    [](absl::string_view text) -> std::string {
      return text == "default" ? "the pages of that name answer for hosts of no domain"
                               : kDnsLabel.hint(text);
    }};
constinit const Grammar kHost = {"a host such as devstats.cncf.io", IsHost, HostHint};
constinit const Grammar kDatabase = {
    "the name of a database: 1 to 63 of a-z, 0-9 and '_', not beginning with a digit", IsDatabase, nullptr};
constinit const Grammar kGitHubRepository = {"a repository such as kubernetes/kubernetes, or \"-\" for none",
                                             IsRepository, nullptr};
constinit const Grammar kDate = {"a day such as 2026-08-01", IsDate, nullptr};
constinit const Grammar kCron = {"a schedule of five fields such as \"4 0,6,12,18 * * *\"", IsCron, CronHint};
constinit const Grammar kRunDurations = {
    "a list of PROGRAM:TIME:STATUS such as calc_metric:48h:102,columns:2h:102", IsRunDurations, nullptr};
constinit const Grammar kCpu = {"an amount of CPU such as 500m or 8", IsCpu, nullptr};
constinit const Grammar kByteSize = {"a size such as 50GB, or a number of bytes", IsByteSize, nullptr};
constinit const Grammar kIssuerName = {
    "the name of an issuer, or empty for no TLS",
    [](absl::string_view text) { return text.empty() || kDnsName.fits(text); }, nullptr};
constinit const Grammar kImageKind = {"a kind of image", IsOneOf<ImageKinds>, OneOfHint<ImageKinds>};
constinit const Grammar kResourceKind = {"a kind of pod", IsOneOf<ResourceKinds>, OneOfHint<ResourceKinds>};
constinit const Grammar kSecretKey = {"one of the secrets", IsOneOf<SecretKeys>, SecretKeyHint};
constinit const Grammar kParameterName = {
    "one of PostgreSQL's parameters that can be set here",
    [](absl::string_view text) { return FindParameter(text) != nullptr; }, ParameterHint};
constinit const Grammar kParameterValue = {
    "a value in one line", [](absl::string_view text) { return text.size() <= 64 && kOneLine.fits(text); },
    nullptr};
constinit const Grammar kEnvironmentName = {
    "an environment: test or prod", [](absl::string_view text) { return text == "test" || text == "prod"; },
    nullptr};

}  // namespace devstats::spec
