// What belongs to a box: disks, kernel, paths, packages.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "coordinator/spec/grammar.h"
#include "coordinator/spec/words.h"

namespace devstats::spec {
namespace {

bool IsDisk(absl::string_view text) {
  return text.size() <= 128 && IsWord(text, Alnum, "._:+-", AnyOf<'.', '_', ':', '+', '-'>);
}

std::string DiskHint(absl::string_view text) {
  if (!absl::StartsWith(text, "/")) return "";
  return "a device's path may be another disk after a boot; `lsblk -d -o NAME,SERIAL,WWN` shows what to "
         "write";
}

bool IsModule(absl::string_view text) {
  return text.size() <= 64 && IsWord(text, AlnumOrUnderscore, "-", AnyOf<'_', '-'>);
}

// As sysctl takes it: parts joined by dots, a '/' within a part standing for a dot of it ("eth0/1").
bool IsSysctlKey(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  return text.size() <= 128 && parts.size() >= 2 &&
         std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
           return IsWord(part, AlnumOrUnderscore, "-/", AnyOf<'_', '-'>);
         });
}

std::string SysctlHint(absl::string_view text) {
  std::string dotted(text);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  return dotted != text && IsSysctlKey(dotted) ? absl::StrCat("did you mean \"", dotted, "\"?") : "";
}

bool IsOneLine(absl::string_view text) {
  return !text.empty() && !absl::ascii_isspace(text.front()) && !absl::ascii_isspace(text.back()) &&
         std::none_of(text.begin(), text.end(), [](char c) { return absl::ascii_iscntrl(c) && c != '\t'; });
}

// A number and one of the units.
bool IsQuantity(absl::string_view text, absl::string_view units) {
  const size_t unit = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::vector<absl::string_view> known = absl::StrSplit(units, '|');
  return IsPlainNumber(text.substr(0, unit)) &&
         std::find(known.begin(), known.end(), text.substr(unit)) != known.end();
}

bool IsPath(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "/") || text.size() > 1024) return false;
  if (text.empty()) return true;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return part != "." && part != ".." && !part.empty() && part.size() <= 255 &&
           std::all_of(part.begin(), part.end(),
                       [](char c) { return AnyOf<'.', '_', '-', '@', '+', ':'>(c); });
  });
}

std::string PathHint(absl::string_view text) {
  std::vector<absl::string_view> parts = absl::StrSplit(text, '/', absl::SkipEmpty());
  std::string fixed;
  for (absl::string_view part : parts) absl::StrAppend(&fixed, "/", part);
  return IsPath(fixed) ? absl::StrCat("did you mean \"", fixed, "\"?") : "";
}

bool IsLinkTarget(absl::string_view text) {
  return text != "/" && (absl::StartsWith(text, "/") ? IsPath(text) : IsPath(absl::StrCat("/", text))) &&
         !text.empty();
}

bool IsAptWord(absl::string_view text) {
  return text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), AnyOf<'.', '_', '-', '/', '+', '~', ':'>) && !text.empty();
}

struct Armour {
  absl::string_view begin, end;
};
constexpr Armour kKeyArmour = {"-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"};
constexpr Armour kCertificateArmour = {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"};

bool IsIn(const Armour& armour, absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  return absl::StartsWith(text, armour.begin) && absl::EndsWith(text, armour.end) &&
         text.size() > armour.begin.size() + armour.end.size() && !absl::StrContains(text, "PRIVATE KEY") &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return !absl::ascii_isprint(c) && c != '\n' && c != '\r'; });
}

std::string HintFor(const Armour& armour, absl::string_view text, absl::string_view otherwise) {
  if (absl::StrContains(text, "PRIVATE KEY")) return "there is a private key in it: take it out of this file";
  if (absl::StrContains(text, armour.begin) && !absl::StrContains(text, armour.end))
    return "its end is missing";
  return std::string(otherwise);
}

bool IsPublicKey(absl::string_view text) { return IsIn(kKeyArmour, text); }
std::string KeyHint(absl::string_view text) {
  return HintFor(kKeyArmour, text, "write the key's lines below `key: |`, indented");
}
bool IsAuthority(absl::string_view text) { return IsIn(kCertificateArmour, text); }
std::string AuthorityHint(absl::string_view text) {
  return HintFor(kCertificateArmour, text, "write the certificate's lines below `ca: |`, indented");
}

bool IsPackage(absl::string_view text) {
  return text.size() >= 2 && text.size() <= 128 && IsWord(text, LowerAlnum, "+-.", AnyOf<'+', '-', '.'>);
}

bool IsPackageVersion(absl::string_view text) {
  return text.size() <= 128 && IsWord(text, Alnum, ".+-~:", AnyOf<'.', '+', '-', '~'>);
}

std::string PackageVersionHint(absl::string_view text) {
  if (!absl::StrContains(text, "*")) return "";
  return "a pattern would change with the repository; `apt-cache madison PACKAGE` lists exact versions";
}

}  // namespace

constinit const Grammar kDisk = {"the serial number or WWN of a disk", IsDisk, DiskHint};
constinit const Grammar kModule = {"the name of a kernel module such as br_netfilter", IsModule};
constinit const Grammar kSysctlKey = {"the name of a kernel parameter such as net.ipv4.ip_forward",
                                      IsSysctlKey, SysctlHint};
constinit const Grammar kOneLine = {"one line of text without blanks around it", IsOneLine};
constinit const Grammar kJournalSize = {"a size such as 2G",
                                        [](absl::string_view text) { return IsQuantity(text, "|K|M|G|T"); }};
constinit const Grammar kJournalTime = {
    "a time such as 2week", [](absl::string_view text) {
      return IsQuantity(text, "|s|sec|m|min|h|hour|hours|d|day|days|w|week|weeks|month|months|y|year|years");
    }};
constinit const Grammar kPath = {"an absolute path without \"..\", double or trailing slashes", IsPath,
                                 PathHint};
constinit const Grammar kLinkTarget = {
    "a path below the mount such as containerd or /data/containerd", IsLinkTarget,
    [](absl::string_view text) -> std::string {
      return absl::StrContains(text, "..") ? "write the path without \"..\"" : "";
    }};
constinit const Grammar kMountOption = {
    "one mount option without blanks and commas", [](absl::string_view text) {
      return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isgraph(c) && c != ',' && c != '#' && c != '"' && c != '\\';
      });
    }};
constinit const Grammar kFsLabel = {
    "the label of a file system: 1 to 16 of A-Z, a-z, 0-9, '-' and '_'",
    [](absl::string_view text) { return text.size() <= 16 && IsWord(text, Alnum, "-_", AnyOf<'-', '_'>); }};
constinit const Grammar kRepositoryName = {
    "the name of a repository: 1 to 63 of a-z, 0-9 and '-'",
    [](absl::string_view text) { return text.size() <= 63 && IsWord(text, LowerAlnum, "-", LowerAlnum); }};
constinit const Grammar kRepositoryUri = {
    "an http, https or file URL without user and password",
    [](absl::string_view text) { return IsUrl(text, "http|https|file"); }};
constinit const Grammar kAptWord = {"one word of a repository's suites or components", IsAptWord};
constinit const Grammar kPublicKey = {
    "an armoured public key (-----BEGIN PGP PUBLIC KEY BLOCK----- to its end)", IsPublicKey, KeyHint};
constinit const Grammar kAuthority = {
    "certificates of an authority in PEM (-----BEGIN CERTIFICATE----- to its end)", IsAuthority,
    AuthorityHint};
constinit const Grammar kPackage = {"the name of a Debian package", IsPackage};
constinit const Grammar kPackageVersion = {"the exact version of a Debian package", IsPackageVersion,
                                           PackageVersionHint};

}  // namespace devstats::spec
