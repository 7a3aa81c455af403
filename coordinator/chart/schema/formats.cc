#include "coordinator/chart/schema/formats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_regex.h"
#include "coordinator/chart/functions/ip_address.h"
#include "coordinator/chart/functions/url.h"
#include "coordinator/chart/schema/date_formats.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

using Texts = std::vector<absl::string_view>;

absl::Status Bad(absl::string_view why) { return absl::InvalidArgumentError(why); }
// The rune at the start of `text`, in single quotes.
std::string QuotedRune(absl::string_view text) { return QuoteRune(DecodeRune(text).code, false); }

bool IsLetterOrDigit(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// Position of the first character that neither is a letter or digit nor in `others`; npos: none.
size_t FindOther(absl::string_view text, absl::string_view others) {
  const auto found = std::find_if(
      text.begin(), text.end(), [&](char c) { return !IsLetterOrDigit(c) && !absl::StrContains(others, c); });
  return found == text.end() ? absl::string_view::npos : static_cast<size_t>(found - text.begin());
}

// RFC 6901.
absl::Status CheckJsonPointer(absl::string_view text) {
  if (text.empty()) return absl::OkStatus();
  if (text[0] != '/') return Bad("not starting with /");
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))
      return Bad("~ must be followed by 0 or 1");
  }
  return absl::OkStatus();
}

absl::Status CheckRelativeJsonPointer(absl::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return Bad("must start with non-negative integer");
  if (digits > 1 && text[0] == '0') return Bad("starts with zero");
  text.remove_prefix(digits);
  return text == "#" ? absl::OkStatus() : CheckJsonPointer(text);
}

absl::Status CheckUuid(absl::string_view text) {
  constexpr size_t kSizes[] = {8, 4, 4, 4, 12};
  const Texts groups = absl::StrSplit(text, '-');
  if (groups.size() != 5) return Bad("must have 5 elements");
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].size() != kSizes[i])
      return Bad(absl::StrCat("element ", i + 1, " must be ", kSizes[i], " characters long"));
    const auto other = std::find_if_not(groups[i].begin(), groups[i].end(), absl::ascii_isxdigit);
    if (other != groups[i].end())
      return Bad(absl::StrCat("non-hex character ",
                              QuotedRune(groups[i].substr(static_cast<size_t>(other - groups[i].begin())))));
  }
  return absl::OkStatus();
}

absl::Status CheckIpv4(absl::string_view text) {
  const Texts groups = absl::StrSplit(text, '.');
  if (groups.size() != 4) return Bad("expected four decimals");
  for (const absl::string_view group : groups) {
    if (group.size() > 1 && group[0] == '0') return Bad("leading zeros");
    ASSIGN_OR_RETURN(const int64_t value, Atoi(group));
    if (value < 0 || value > 255) return Bad("decimal must be between 0 and 255");
  }
  return absl::OkStatus();
}

absl::Status CheckIpv6(absl::string_view text) {
  if (!absl::StrContains(text, ':')) return Bad("missing colon");
  RETURN_IF_ERROR(ParseIpAddress(text).status());
  if (absl::StrContains(text, '%')) return Bad("zone id is not a part of ipv6 address");
  return absl::OkStatus();
}

absl::Status CheckHostname(absl::string_view text) {
  absl::ConsumeSuffix(&text, ".");
  if (text.size() > 253) return Bad("more than 253 characters long");
  for (const absl::string_view label : absl::StrSplit(text, '.')) {
    if (label.empty() || label.size() > 63) return Bad("label must be 1 to 63 characters long");
    if (label.front() == '-') return Bad("label starts with hyphen");
    if (label.back() == '-') return Bad("label ends with hyphen");
    if (const size_t other = FindOther(label, "-"); other != absl::string_view::npos)
      return Bad(absl::StrCat("invalid character ", QuotedRune(label.substr(other))));
  }
  return absl::OkStatus();
}

absl::Status CheckMailbox(absl::string_view local) {
  if (local.size() > 64) return Bad("local part more than 64 characters long");
  if (local.size() > 1 && local[0] == '"') {
    if (local.substr(1, local.size() - 2).find_first_of("\\\"") != absl::string_view::npos)
      return Bad("backslash and quote are not allowed within quoted local part");
    return absl::OkStatus();
  }
  if (absl::StartsWith(local, ".")) return Bad("starts with dot");
  if (absl::EndsWith(local, ".")) return Bad("ends with dot");
  if (absl::StrContains(local, "..")) return Bad("consecutive dots");
  if (const size_t other = FindOther(local, ".!#$%&'*+-/=?^_`{|}~"); other != absl::string_view::npos)
    return Bad(absl::StrCat("invalid character ", QuotedRune(local.substr(other))));
  return absl::OkStatus();
}

absl::Status CheckEmail(absl::string_view text) {
  if (text.size() > 254) return Bad("more than 255 characters long");
  const size_t at = text.rfind('@');
  if (at == absl::string_view::npos) return Bad("missing @");
  RETURN_IF_ERROR(CheckMailbox(text.substr(0, at)));
  absl::string_view domain = text.substr(at + 1);
  if (!absl::StartsWith(domain, "[") || !absl::EndsWith(domain, "]"))
    return Annotate(CheckHostname(domain), "invalid domain");
  domain = domain.substr(1, domain.size() - 2);
  if (absl::ConsumePrefix(&domain, "IPv6:")) return Annotate(CheckIpv6(domain), "invalid ipv6 address");
  return Annotate(CheckIpv4(domain), "invalid ipv4 address");
}

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  ASSIGN_OR_RETURN(Url url, Url::Parse(text));
  const std::string name = url.Hostname();
  if (absl::StrContains(name, ':')) {
    if (!absl::StrContains(url.host, '[') || !absl::StrContains(url.host, ']'))
      return Bad("ipv6 address not enclosed in brackets");
    RETURN_IF_ERROR(CheckIpv6(name), "invalid ipv6 address");
  }
  return url;
}

absl::Status CheckUri(absl::string_view text) {
  ASSIGN_OR_RETURN(const Url url, ParseUrl(text));
  return url.IsAbsolute() ? absl::OkStatus() : Bad("relative url");
}

absl::Status CheckUriReference(absl::string_view text) {
  if (absl::StrContains(text, '\\')) return Bad("contains \\");
  return ParseUrl(text).status();
}

absl::Status CheckUriTemplate(absl::string_view text) {
  ASSIGN_OR_RETURN(const Url url, ParseUrl(text));
  for (const absl::string_view segment : absl::StrSplit(url.raw_path, '/')) {
    ASSIGN_OR_RETURN(const std::string decoded, PathUnescape(segment), "percent decode failed");
    bool open = false;
    for (const char c : decoded) {
      if (c != '{' && c != '}') continue;
      if ((c == '{') == open) return Bad("nested curly braces");
      open = !open;
    }
    if (open) return Bad("no matching closing brace");
  }
  return absl::OkStatus();
}

absl::Status CheckBuild(absl::string_view build) {
  if (build.empty()) return Bad("build is empty");
  for (const absl::string_view part : absl::StrSplit(build, '.')) {
    if (part.empty()) return Bad("build identifier is empty");
    if (const size_t other = FindOther(part, "-"); other != absl::string_view::npos)
      return Bad(absl::StrCat("invalid character ", QuotedRune(part.substr(other)), " in build identifier"));
  }
  return absl::OkStatus();
}

absl::Status CheckPreRelease(absl::string_view pre_release) {
  for (const absl::string_view part : absl::StrSplit(pre_release, '.')) {
    if (part.empty()) return Bad("pre-release identifier is empty");
    if (const size_t other = FindOther(part, "-"); other != absl::string_view::npos)
      return Bad(
          absl::StrCat("invalid character ", QuotedRune(part.substr(other)), " in pre-release identifier"));
    const bool number = std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
    if (number && part.size() > 1 && part[0] == '0')
      return Bad("pre-release numeric identifier starts with zero");
  }
  return absl::OkStatus();
}

absl::Status CheckSemver(absl::string_view text) {
  if (const size_t plus = text.find('+'); plus != absl::string_view::npos) {
    RETURN_IF_ERROR(CheckBuild(text.substr(plus + 1)));
    text = text.substr(0, plus);
  }
  if (const size_t hyphen = text.find('-'); hyphen != absl::string_view::npos) {
    RETURN_IF_ERROR(CheckPreRelease(text.substr(hyphen + 1)));
    text = text.substr(0, hyphen);
  }
  constexpr absl::string_view kNames[] = {"major", "minor", "patch"};
  const Texts numbers = absl::StrSplit(text, '.');
  if (numbers.size() != 3) return Bad("versionCore must have 3 numbers separated by dot");
  for (size_t i = 0; i < numbers.size(); ++i) {
    const absl::string_view number = numbers[i];
    if (number.empty()) return Bad(absl::StrCat(kNames[i], " is empty"));
    if (number.size() > 1 && number[0] == '0') return Bad(absl::StrCat(kNames[i], " starts with zero"));
    if (!std::all_of(number.begin(), number.end(), absl::ascii_isdigit))
      return Bad(absl::StrCat(kNames[i], " contains non-digit"));
  }
  return absl::OkStatus();
}

absl::Status CheckRegex(absl::string_view text) { return GoRegex::Compile(text).status(); }

struct NamedFormat {
  absl::string_view name;
  FormatCheck check;
};
constexpr NamedFormat kFormats[] = {
    {"date", CheckDate},
    {"date-time", CheckDateTime},
    {"duration", CheckDuration},
    {"email", CheckEmail},
    {"hostname", CheckHostname},
    {"ipv4", CheckIpv4},
    {"ipv6", CheckIpv6},
    {"iri", CheckUri},
    {"iri-reference", CheckUriReference},
    {"json-pointer", CheckJsonPointer},
    {"period", CheckPeriod},
    {"regex", CheckRegex},
    {"relative-json-pointer", CheckRelativeJsonPointer},
    {"semver", CheckSemver},
    {"time", CheckTime},
    {"uri", CheckUri},
    {"uri-reference", CheckUriReference},
    {"uri-template", CheckUriTemplate},
    {"uuid", CheckUuid},
};

}  // namespace

FormatCheck FindFormat(absl::string_view name) {
  for (const NamedFormat& format : kFormats) {
    if (format.name == name) return format.check;
  }
  return nullptr;
}

}  // namespace devstats::chart::schema
