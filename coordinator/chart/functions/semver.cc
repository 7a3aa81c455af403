#include "coordinator/chart/functions/semver.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/value/strconv.h"
#include "re2/re2.h"

namespace devstats::chart {
namespace {

constexpr size_t kMaxVersion = 256;

absl::Status Error(absl::string_view text) { return absl::InvalidArgumentError(text); }
absl::Status NoVersion() { return Error("invalid semantic version"); }

bool IsDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }
bool IsIdentifier(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isalnum(c) || c == '-'; });
}
bool StartsWithZero(absl::string_view number) { return number.size() > 1 && number[0] == '0'; }

absl::Status CheckLength(absl::string_view text) {
  if (text.size() <= kMaxVersion) return absl::OkStatus();
  return Error(absl::StrCat("version string is too long (max ", kMaxVersion, " bytes)"));
}

absl::Status CheckExtras(const Version& version) {
  if (!version.prerelease.empty()) RETURN_IF_ERROR(CheckPrerelease(version.prerelease));
  if (!version.metadata.empty()) RETURN_IF_ERROR(CheckMetadata(version.metadata));
  return absl::OkStatus();
}

int Order(uint64_t a, uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

// One identifier of a prerelease: numbers by value, before all that is no number; none before any.
int ComparePart(absl::string_view a, absl::string_view b) {
  if (a == b) return 0;
  if (a.empty() || b.empty()) return a.empty() ? -1 : 1;
  const auto number_a = ParseUint(a, 10, 64), number_b = ParseUint(b, 10, 64);
  if (number_a.ok() && number_b.ok()) return *number_a > *number_b ? 1 : -1;
  if (number_a.ok() || number_b.ok()) return number_a.ok() ? -1 : 1;
  return a < b ? -1 : 1;
}

}  // namespace

std::string Version::Text() const {
  return absl::StrCat(major, ".", minor, ".", patch, prerelease.empty() ? "" : "-", prerelease,
                      metadata.empty() ? "" : "+", metadata);
}

int Version::Compare(const Version& other) const {
  if (const int order = Order(major, other.major)) return order;
  if (const int order = Order(minor, other.minor)) return order;
  if (const int order = Order(patch, other.patch)) return order;
  if (prerelease.empty() || other.prerelease.empty())
    return static_cast<int>(prerelease.empty()) - static_cast<int>(other.prerelease.empty());
  return ComparePrereleases(prerelease, other.prerelease);
}

int ComparePrereleases(absl::string_view a, absl::string_view b) {
  const std::vector<absl::string_view> parts_a = absl::StrSplit(a, '.'), parts_b = absl::StrSplit(b, '.');
  for (size_t i = 0; i < std::max(parts_a.size(), parts_b.size()); ++i) {
    const int order = ComparePart(i < parts_a.size() ? parts_a[i] : "", i < parts_b.size() ? parts_b[i] : "");
    if (order != 0) return order;
  }
  return 0;
}

absl::Status CheckPrerelease(absl::string_view text) {
  for (const absl::string_view part : absl::StrSplit(text, '.')) {
    if (part.empty() || !IsIdentifier(part)) return Error("invalid prerelease string");
    if (IsDigits(part) && StartsWithZero(part)) return Error("version segment starts with 0");
  }
  return absl::OkStatus();
}

absl::Status CheckMetadata(absl::string_view text) {
  for (const absl::string_view part : absl::StrSplit(text, '.'))
    if (part.empty() || !IsIdentifier(part)) return Error("invalid metadata string");
  return absl::OkStatus();
}

absl::StatusOr<Version> ParseVersion(absl::string_view text) {
  static const auto* const kPattern =
      new RE2(R"(v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?)"
              R"((?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?)");
  RETURN_IF_ERROR(CheckLength(text));
  re2::StringPiece numbers[3], prerelease, metadata;
  if (!RE2::FullMatch({text.data(), text.size()}, *kPattern, &numbers[0], &numbers[1], &numbers[2],
                      &prerelease, &metadata))
    return NoVersion();
  Version version;
  version.prerelease = prerelease.as_string();
  version.metadata = metadata.as_string();
  version.original = std::string(text);
  uint64_t* const targets[] = {&version.major, &version.minor, &version.patch};
  for (int i = 0; i < 3; ++i) {
    if (numbers[i].empty()) continue;
    ASSIGN_OR_RETURN(*targets[i], ParseUint({numbers[i].data(), numbers[i].size()}, 10, 64),
                     "error parsing version segment");
  }
  RETURN_IF_ERROR(CheckExtras(version));
  return version;
}

absl::StatusOr<Version> ParseStrictVersion(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(text));
  if (text.empty()) return Error("version string empty");
  std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('.', 2));
  if (parts.size() != 3) return NoVersion();
  Version version;
  version.original = std::string(text);
  if (const size_t plus = parts[2].find('+'); plus != parts[2].npos) {
    version.metadata = std::string(parts[2].substr(plus + 1));
    RETURN_IF_ERROR(CheckMetadata(version.metadata));
    parts[2] = parts[2].substr(0, plus);
  }
  if (const size_t dash = parts[2].find('-'); dash != parts[2].npos) {
    version.prerelease = std::string(parts[2].substr(dash + 1));
    RETURN_IF_ERROR(CheckPrerelease(version.prerelease));
    parts[2] = parts[2].substr(0, dash);
  }
  for (const absl::string_view part : parts) {
    if (!IsDigits(part)) return Error("invalid characters in version");
    if (StartsWithZero(part)) return Error("version segment starts with 0");
  }
  ASSIGN_OR_RETURN(version.major, ParseUint(parts[0], 10, 64));
  ASSIGN_OR_RETURN(version.minor, ParseUint(parts[1], 10, 64));
  ASSIGN_OR_RETURN(version.patch, ParseUint(parts[2], 10, 64));
  return version;
}

}  // namespace devstats::chart
