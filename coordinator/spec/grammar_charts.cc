// Charts and releases.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "coordinator/spec/cidr.h"
#include "coordinator/spec/grammar.h"
#include "coordinator/spec/words.h"
#include "re2/re2.h"

namespace devstats::spec {
namespace {

bool IsReleaseName(absl::string_view text) { return text.size() <= 53 && kDnsLabel.fits(text); }

std::string ReleaseNameHint(absl::string_view text) {
  return text.size() > 53 ? "Helm keeps 10 characters of a name's 63 for itself" : kDnsLabel.hint(text);
}

bool IsChartName(absl::string_view text) {
  return text.size() <= 250 && IsWord(text, Alnum, "-_.", AnyOf<'-', '_', '.'>);
}

// "oci://host/path/name" without a tag or digest, which have keys of their own.
bool IsOciChart(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "oci://")) return false;
  return absl::StrContains(text, "/") && kImageRepository.fits(text);
}

bool IsChartReference(absl::string_view text) {
  if (absl::StartsWith(text, "/")) return text != "/" && kPath.fits(text);
  if (absl::StartsWith(text, "oci://")) return IsOciChart(text);
  if (absl::StrContains(text, "://")) return IsUrl(text, "http|https") && absl::EndsWith(text, ".tgz");
  const size_t slash = text.find('/');
  if (slash == text.npos) return IsChartName(text);
  return kRepositoryName.fits(text.substr(0, slash)) && IsChartName(text.substr(slash + 1));
}

std::string ChartReferenceHint(absl::string_view text) {
  if (absl::StartsWith(text, ".")) return "write the path from the root on";
  if (absl::StartsWith(text, "oci://") &&
      (absl::StrContains(text, "@") || text.rfind(':') > text.find("://")))
    return "write its tag below version, its digest below digest";
  return "";
}

bool IsVersion(absl::string_view text) {
  static const RE2* const kExact =
      new RE2(R"(v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)");
  return text.size() <= 128 && RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *kExact);
}

std::string ChartVersionHint(absl::string_view text) {
  if (text.find_first_of("^~*<>=x| ,") != text.npos)
    return "a range would change with the repository; `devstatsctl chart show chart` prints what it means "
           "today";
  const std::string full = absl::StrCat(text, ".0");
  return IsVersion(full) ? absl::StrCat("name the patch version too, as in \"", full, "\"") : "";
}

bool IsDuration(absl::string_view text) {
  absl::Duration duration;
  return text.find_first_not_of("0123456789.hms") == text.npos && absl::ParseDuration(text, &duration) &&
         duration >= absl::Seconds(1) && duration <= absl::Hours(24);
}

std::string DurationHint(absl::string_view text) {
  const std::string seconds = absl::StrCat(text, "s");
  return IsPlainNumber(text) ? absl::StrCat("write \"", seconds, "\" if seconds are meant") : "";
}

// Both: what is pulled is the digest's, and what is read is the tag.
bool IsPinnedImage(absl::string_view text) {
  const size_t at = text.find('@');
  return at != text.npos && kImage.fits(text) && kImage.fits(text.substr(0, at));
}

std::string PinnedImageHint(absl::string_view text) {
  if (!kImage.fits(text)) return "";
  return absl::StrContains(text, "@") ? "write its tag before the digest, too"
                                      : "add its digest: @sha256:...";
}

bool IsStorageSize(absl::string_view text) {
  for (const absl::string_view unit : {"Mi", "Gi", "Ti", "Pi"})
    if (absl::ConsumeSuffix(&text, unit)) return IsPlainNumber(text) && text != "0";
  return false;
}

bool IsEmail(absl::string_view text) {
  const size_t at = text.find('@');
  return at != text.npos && IsWord(text.substr(0, at), Alnum, "-._+", AnyOf<'-', '_'>) &&
         kDnsName.fits(text.substr(at + 1)) && absl::StrContains(text.substr(at), ".");
}

bool IsNeed(absl::string_view text) { return text.size() <= 253 && IsWord(text, Alnum, "-./", Alnum); }

}  // namespace

constinit const Grammar kReleaseName = {
    "the name of a release: 1 to 53 of a-z, 0-9 and '-', beginning and ending with a letter or digit",
    IsReleaseName, ReleaseNameHint};
constinit const Grammar kChartReference = {
    "a chart: an absolute path, NAME, REPOSITORY/NAME, the URL of a .tgz, or oci://HOST/PATH",
    IsChartReference, ChartReferenceHint};
constinit const Grammar kChartVersion = {"an exact version such as 4.15.1", IsVersion, ChartVersionHint};
constinit const Grammar kDuration = {"a time from 1s to 24h such as 5m or 1h30m", IsDuration, DurationHint};
constinit const Grammar kNeed = {"the name of a release, an add-on or a unit", IsNeed};
constinit const Grammar kPinnedImage = {
    "an image with tag and digest such as registry.k8s.io/pause:3.10@sha256:...", IsPinnedImage,
    PinnedImageHint};
constinit const Grammar kStorageSize = {"a size such as 500Gi or 8Ti", IsStorageSize};
constinit const Grammar kAddressRange = {
    "an IPv4 address, a subnet such as 10.0.0.16/28, or a range such as 10.0.0.1-10.0.0.9",
    [](absl::string_view text) { return ParseRange(text).has_value(); }};
constinit const Grammar kEmail = {"an e-mail address", IsEmail};
constinit const Grammar kAcmeServer = {
    "staging, production (both of Let's Encrypt) or the https URL of an ACME directory",
    [](absl::string_view text) { return text == "staging" || text == "production" || IsUrl(text, "https"); }};
constinit const Grammar kChartMirror = {
    "an absolute path, or an http, https or oci URL without user and password",
    [](absl::string_view text) { return kPath.fits(text) || kChartRepositoryUrl.fits(text); }};

}  // namespace devstats::spec
