// Names, networks and Kubernetes.
#include "coordinator/spec/grammar.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/identity.h"
#include "common/secret.h"
#include "coordinator/spec/cidr.h"
#include "coordinator/spec/words.h"

namespace devstats::spec {
namespace {

bool IsDnsLabel(absl::string_view text) {
  return text.size() <= 63 && IsWord(text, LowerAlnum, "-", LowerAlnum);
}

bool IsDnsName(absl::string_view text) {
  if (text.size() > 253) return false;
  const std::vector<absl::string_view> labels = absl::StrSplit(text, '.');
  return std::all_of(labels.begin(), labels.end(), IsDnsLabel);
}

// What looks like an address is one: 10.0.0.256 is nobody's name.
bool IsSan(absl::string_view text) {
  const bool numeric = text.find_first_not_of("0123456789.") == text.npos;
  return numeric ? ParseAddress(text).has_value() : IsDnsName(text);
}

bool IsNodeName(absl::string_view text) { return CheckNodeName(text).ok(); }

// What most bad names were meant to be: upper case, and '_' for '-'.
template <bool (*fits)(absl::string_view)>
std::string NameHint(absl::string_view text) {
  const std::string fixed = absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"_", "-"}, {" ", "-"}});
  return fits(fixed) ? absl::StrCat("did you mean \"", fixed, "\"?") : "";
}

std::string SubnetHint(absl::string_view text) {
  if (const auto cidr = ParseCidr(text)) return absl::StrCat("did you mean \"", FormatCidr(*cidr), "\"?");
  if (ParseAddress(text)) return absl::StrCat("add its length, as in \"", text, "/16\"");
  return "";
}

// The name part of a label's key, and a label's value.
bool IsLabelName(absl::string_view text) { return text.size() <= 63 && IsWord(text, Alnum, "-_.", Alnum); }

bool IsLabelKey(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return IsLabelName(text);
  return IsDnsName(text.substr(0, slash)) && IsLabelName(text.substr(slash + 1));
}

bool IsHostAndPort(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() > 2 || !IsDnsName(parts[0])) return false;
  int port = 0;
  return parts.size() == 1 || (absl::SimpleAtoi(parts[1], &port) && port >= 1 && port <= 65535);
}

// "registry.k8s.io/sub/name", without tag.
bool IsImageRepository(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (!IsHostAndPort(parts[0])) return false;
  return std::all_of(parts.begin() + 1, parts.end(),
                     [](absl::string_view part) { return IsWord(part, LowerAlnum, "-_.", LowerAlnum); });
}

bool IsDigest(absl::string_view text) {
  return absl::ConsumePrefix(&text, "sha256:") && text.size() == 64 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); });
}

std::string DigestHint(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (IsDigest(lower)) return "write it in lower case";
  return IsDigest(absl::StrCat("sha256:", lower)) ? absl::StrCat("write \"sha256:", lower, "\"") : "";
}

// "name[:tag][@digest]", with at least one of both: `latest` by omission is no version.
bool IsImage(absl::string_view text) {
  const size_t at = text.find('@');
  if (at != text.npos && !IsDigest(text.substr(at + 1))) return false;
  absl::string_view name = text.substr(0, at);
  const size_t colon = name.rfind(':');
  const bool tagged = colon != name.npos && !absl::StrContains(name.substr(colon), "/");
  if (tagged) {
    const absl::string_view tag = name.substr(colon + 1);
    if (tag.size() > 128 || !IsWord(tag, AlnumOrUnderscore, "-.", AnyOf<'-', '.', '_'>)) return false;
    name = name.substr(0, colon);
  }
  return (tagged || at != text.npos) && IsImageRepository(name);
}

bool IsKubernetesVersion(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), IsPlainNumber);
}

std::string VersionHint(absl::string_view text) {
  if (absl::StartsWith(text, "v")) return absl::StrCat("write \"", text.substr(1), "\"");
  const std::string full = absl::StrCat(text, ".0");
  return IsKubernetesVersion(full) ? absl::StrCat("name the patch version too, as in \"", full, "\"") : "";
}

}  // namespace

bool IsUrl(absl::string_view text, absl::string_view schemes) {
  const size_t end = text.find("://");
  if (end == text.npos) return false;
  const std::vector<absl::string_view> known = absl::StrSplit(schemes, '|');
  const absl::string_view scheme = text.substr(0, end);
  if (std::find(known.begin(), known.end(), scheme) == known.end()) return false;
  absl::string_view rest = text.substr(end + 3);
  for (char c : rest)
    if (!absl::ascii_isgraph(c) || absl::StrContains("\"<>\\^`{|}", c)) return false;
  if (scheme == "file") return absl::StartsWith(rest, "/");
  return IsHostAndPort(rest.substr(0, rest.find('/')));  // refuses "user:password@" too
}

constinit const Grammar kDnsLabel = {
    "a name: 1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit", IsDnsLabel,
    NameHint<IsDnsLabel>};
constinit const Grammar kNodeName = {
    "a host name: labels of a-z, 0-9 and '-' joined by dots, at most 63 characters in all", IsNodeName,
    NameHint<IsNodeName>};
constinit const Grammar kDnsName = {"a DNS name: labels of a-z, 0-9 and '-' joined by dots", IsDnsName,
                                    NameHint<IsDnsName>};
constinit const Grammar kAddress = {"an IPv4 address such as 10.0.0.1", [](absl::string_view text) {
                                      const auto address = ParseAddress(text);  // of one host somewhere
                                      return address && *address >> 24 > 0 && *address >> 24 < 224;
                                    }};
constinit const Grammar kSubnet = {"an IPv4 subnet such as 10.244.0.0/16",
                                   [](absl::string_view text) {
                                     const auto cidr = ParseCidr(text);
                                     return cidr && cidr->IsNetwork();
                                   },
                                   SubnetHint};
constinit const Grammar kSan = {"an IPv4 address or a DNS name", IsSan, NameHint<IsSan>};
constinit const Grammar kLabelKey = {
    "the key of a label: [prefix/]name, the name 1 to 63 of A-Z, a-z, 0-9, '-', '_' and '.', the prefix a "
    "DNS name",
    IsLabelKey};
constinit const Grammar kLabelValue = {
    "the value of a label: at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', first and last a letter or digit",
    [](absl::string_view text) { return text.empty() || IsLabelName(text); }};
constinit const Grammar kImage = {"an image with its tag or digest, such as registry.k8s.io/pause:3.10",
                                  IsImage};
constinit const Grammar kImageRepository = {
    "the host and path of images without a tag, such as registry.k8s.io", IsImageRepository};
constinit const Grammar kRegistryHost = {"the host of a registry such as docker.io or localhost:5000",
                                         IsHostAndPort};
constinit const Grammar kMirror = {"an http or https URL without user and password",
                                   [](absl::string_view text) { return IsUrl(text, "http|https"); }};
constinit const Grammar kChartRepositoryUrl = {
    "an http, https or oci URL without user and password",
    [](absl::string_view text) { return IsUrl(text, "http|https|oci"); }};
constinit const Grammar kRegistryUser = {
    "a user of a registry: one line without ':' and without blanks around it",
    [](absl::string_view text) { return kOneLine.fits(text) && !absl::StrContains(text, ":"); }};
constinit const Grammar kSecretName = {
    "the name of a secret: 1 to 63 of a-z, 0-9, '-' and '.', the first a letter or digit", IsSecretName,
    [](absl::string_view) -> std::string {
      return "the value itself does not stand in this file: `devstatsctl secret set NAME` keeps it";
    }};
constinit const Grammar kKubernetesVersion = {"a version of Kubernetes such as 1.35.0", IsKubernetesVersion,
                                              VersionHint};
constinit const Grammar kManifestSource = {"an https URL or an absolute path", [](absl::string_view text) {
                                             return IsUrl(text, "https") || kPath.fits(text);
                                           }};
constinit const Grammar kDigest = {"a digest: sha256: and 64 of 0-9 and a-f", IsDigest, DigestHint};

}  // namespace devstats::spec
