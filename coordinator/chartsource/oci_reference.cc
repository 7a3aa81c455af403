#include "coordinator/chartsource/oci_reference.h"

#include <openssl/evp.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxReferenceBytes = 1024;

bool LowerOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

// [a-z0-9]+ parts with one '.', '_', "__" or any number of '-' between them.
bool IsRepositoryPart(absl::string_view part) {
  if (part.empty() || !LowerOrDigit(part.front()) || !LowerOrDigit(part.back())) return false;
  for (size_t i = 0; i < part.size();) {
    const size_t begin = i;
    while (i < part.size() && !LowerOrDigit(part[i])) ++i;
    const absl::string_view between = part.substr(begin, i - begin);
    const bool dashes = std::all_of(between.begin(), between.end(), [](char c) { return c == '-'; });
    if (!dashes && between != "." && between != "_" && between != "__") return false;
    while (i < part.size() && LowerOrDigit(part[i])) ++i;
  }
  return true;
}

bool IsRepository(absl::string_view text) {
  for (const absl::string_view part : absl::StrSplit(text, '/')) {
    if (!IsRepositoryPart(part)) return false;
  }
  return true;
}

bool IsTag(absl::string_view text) {
  const auto word = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  return !text.empty() && text.size() <= 128 && word(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return word(c) || c == '.' || c == '-'; });
}

// A host name, an IPv4 address or an IPv6 one in brackets, and a port.
bool IsRegistry(absl::string_view text) {
  size_t host = text.find(':');
  if (absl::StartsWith(text, "[")) {
    const size_t close = text.find(']');
    if (close == text.npos) return false;
    for (const char c : text.substr(1, close - 1)) {
      if (!absl::ascii_isxdigit(static_cast<unsigned char>(c)) && c != ':' && c != '.') return false;
    }
    host = close + 1;
  } else {
    for (const char c : text.substr(0, host)) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_')
        return false;
    }
    if (text.empty() || host == 0) return false;
  }
  if (host >= text.size()) return true;
  const absl::string_view port = text.substr(host);
  return port.size() >= 2 && port.size() <= 6 && port[0] == ':' &&
         std::all_of(port.begin() + 1, port.end(), [](char c) { return absl::ascii_isdigit(c); });
}

absl::Status Bad(absl::string_view what, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("invalid reference: ", what, " \"", text, "\""));
}

}  // namespace

std::string OciReference::Name() const { return absl::StrCat(registry, "/", repository); }

std::string OciReference::Text() const {
  return absl::StrCat(Name(), tag.empty() ? "" : ":", tag, digest.empty() ? "" : "@", digest);
}

bool IsOci(absl::string_view text) { return absl::StartsWith(text, "oci://"); }

std::string TagOf(absl::string_view version) { return absl::StrReplaceAll(version, {{"+", "_"}}); }
std::string VersionOf(absl::string_view tag) { return absl::StrReplaceAll(tag, {{"_", "+"}}); }

absl::StatusOr<OciReference> ParseOciReference(absl::string_view text) {
  absl::ConsumePrefix(&text, "oci://");
  if (text.size() > kMaxReferenceBytes) return Bad("longer than 1024 bytes:", text.substr(0, 64));
  OciReference out;
  const size_t at = text.rfind('@');
  if (at != text.npos) {
    out.digest = std::string(text.substr(at + 1));
    if (!IsDigest(out.digest)) return Bad("invalid digest", out.digest);
    text = text.substr(0, at);
  }
  const size_t slash = text.find('/');
  if (slash == text.npos)
    return absl::InvalidArgumentError("invalid reference: missing registry or repository");
  out.registry = absl::AsciiStrToLower(text.substr(0, slash));
  if (!IsRegistry(out.registry)) return Bad("invalid registry", text.substr(0, slash));
  const absl::string_view path = text.substr(slash + 1);
  const size_t colon = path.find(':');
  out.repository = std::string(path.substr(0, colon));
  if (!IsRepository(out.repository)) return Bad("invalid repository", out.repository);
  if (colon == path.npos) return out;
  out.tag = TagOf(path.substr(colon + 1));
  if (!out.tag.empty() && !IsTag(out.tag)) return Bad("invalid tag", out.tag);
  return out;
}

bool IsDigest(absl::string_view text) {
  size_t digits = 0;
  if (absl::ConsumePrefix(&text, "sha256:")) digits = 64;
  if (absl::ConsumePrefix(&text, "sha512:")) digits = 128;
  return digits > 0 && text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool HasDigest(absl::string_view bytes, absl::string_view digest) {
  if (!IsDigest(digest)) return false;
  const EVP_MD* kind = absl::StartsWith(digest, "sha512:") ? EVP_sha512() : EVP_sha256();
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr) != 1) return false;
  return digest.substr(7) == absl::BytesToHexString({reinterpret_cast<char*>(out), size});
}

}  // namespace devstats::chartsource
