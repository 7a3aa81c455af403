#include "coordinator/chart/render/object_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace devstats::chart {
namespace {

struct Syntax {
  size_t max_length;
  bool starts_with_letter, dots;
  absl::string_view fault;
};

constexpr Syntax kSubdomain{
    253, false, true,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"};
constexpr Syntax kLabel{
    63, false, false,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"};
constexpr Syntax kServiceLabel{
    63, true, false,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"};
constexpr absl::string_view kMixedLabel = "must not contain dots";

bool IsWordCharacter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

bool IsLabel(absl::string_view label) {
  return !label.empty() && IsWordCharacter(label.front()) && IsWordCharacter(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsWordCharacter(c) || c == '-'; });
}

bool Fits(const Syntax& syntax, absl::string_view name) {
  if (syntax.starts_with_letter && (name.empty() || !absl::ascii_islower(name[0]))) return false;
  if (!syntax.dots) return IsLabel(name);
  const std::vector<absl::string_view> labels = absl::StrSplit(name, '.');
  return std::all_of(labels.begin(), labels.end(), IsLabel);
}

std::vector<std::string> FaultsBySyntax(const Syntax& syntax, absl::string_view name) {
  std::vector<std::string> faults;
  if (name.size() > syntax.max_length)
    faults.push_back(absl::StrCat("must be no more than ", syntax.max_length, " characters"));
  if (Fits(syntax, name)) return faults;
  // A label with dots that would do as a subdomain.
  if (&syntax == &kLabel && Fits(kSubdomain, name))
    faults.emplace_back(kMixedLabel);
  else
    faults.emplace_back(syntax.fault);
  return faults;
}

// Roles and their bindings: anything that can stand in a URL.
std::vector<std::string> FaultsAsPathSegment(absl::string_view name) {
  if (name == "." || name == "..") return {absl::StrCat("may not be '", name, "'")};
  std::vector<std::string> faults;
  for (const absl::string_view part : {"/", "%"})
    if (absl::StrContains(name, part)) faults.push_back(absl::StrCat("may not contain '", part, "'"));
  return faults;
}

}  // namespace

std::vector<std::string> FaultsOfName(absl::string_view kind, absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(kind);
  if (lower == "service") return FaultsBySyntax(kServiceLabel, name);
  if (lower == "namespace") return FaultsBySyntax(kLabel, name);
  if (lower == "certificatesigningrequest") return {};
  if (lower == "role" || lower == "clusterrole" || lower == "rolebinding" || lower == "clusterrolebinding")
    return FaultsAsPathSegment(name);
  return FaultsBySyntax(kSubdomain, name);
}

}  // namespace devstats::chart
