#include "coordinator/chartsource/url.h"

#include <curl/curl.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxUrlBytes = 8 << 10;
constexpr unsigned kFlags = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE;

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Handle NewHandle() { return {curl_url(), curl_url_cleanup}; }

std::string Part(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return "";
  std::string out(text);
  curl_free(text);
  return out;
}

absl::Status Bad(absl::string_view text, absl::string_view why) {
  // What is wrong with a URL may be its password: what stands before @ is not repeated.
  const size_t at = text.rfind('@');
  return absl::InvalidArgumentError(
      absl::StrCat("invalid URL \"", at == text.npos ? text : text.substr(at + 1), "\": ", why));
}

absl::StatusOr<Url> Take(CURLU* handle, absl::string_view text) {
  Url url;
  url.scheme = absl::AsciiStrToLower(Part(handle, CURLUPART_SCHEME));
  if (url.scheme != "http" && url.scheme != "https") {
    return absl::InvalidArgumentError(absl::StrCat("could not find protocol handler for: ", url.scheme));
  }
  url.host = absl::AsciiStrToLower(Part(handle, CURLUPART_HOST));
  if (url.host.empty()) return Bad(text, "it has no host");
  if (!absl::SimpleAtoi(Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT), &url.port) || url.port == 0) {
    return Bad(text, "its port is not a number");
  }
  url.path = Part(handle, CURLUPART_PATH);
  url.query = Part(handle, CURLUPART_QUERY);
  url.user = Part(handle, CURLUPART_USER, CURLU_URLDECODE);
  url.password = Secret(Part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE));
  return url;
}

// The parser takes one to three slashes after the scheme; we take two, as everybody writes them.
bool HasTwoSlashes(absl::string_view text) {
  const absl::string_view rest = text.substr(text.find(':') + 1);
  return absl::StartsWith(rest, "//") && !absl::StartsWith(rest, "///");
}

absl::Status Set(CURLU* handle, absl::string_view text) {
  if (text.size() > kMaxUrlBytes) {
    return Bad(text.substr(0, 64), absl::StrCat("longer than ", kMaxUrlBytes, " bytes"));
  }
  if (text.find('\0') != text.npos) return Bad("", "it has a zero byte");
  if (IsAbsolute(text) && !HasTwoSlashes(text)) return Bad(text, "it has no host");
  const CURLUcode code = curl_url_set(handle, CURLUPART_URL, std::string(text).c_str(), kFlags);
  return code == CURLUE_OK ? absl::OkStatus() : Bad(text, curl_url_strerror(code));
}

}  // namespace

std::string Url::Origin() const { return absl::StrCat(scheme, "://", host, ":", port); }

std::string Url::Display() const {
  const bool usual = port == (scheme == "https" ? 443 : 80);
  return absl::StrCat(scheme, "://", host, usual ? "" : absl::StrCat(":", port), path);
}

std::string Url::Text() const { return query.empty() ? Display() : absl::StrCat(Display(), "?", query); }

bool Url::IsLoopback() const {
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

bool IsAbsolute(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || !absl::ascii_isalpha(static_cast<unsigned char>(text[0])))
    return false;
  for (const char c : text.substr(0, colon)) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  if (!IsAbsolute(text)) return Bad(text, "it has no scheme such as https://");
  const Handle handle = NewHandle();
  RETURN_IF_ERROR(Set(handle.get(), text));
  return Take(handle.get(), text);
}

absl::StatusOr<Url> Resolve(const Url& base, absl::string_view reference) {
  const Handle handle = NewHandle();
  RETURN_IF_ERROR(Set(handle.get(), base.Text()));
  RETURN_IF_ERROR(Set(handle.get(), reference));
  return Take(handle.get(), reference);
}

absl::StatusOr<Url> ResolveInRepository(const Url& base, absl::string_view reference) {
  if (IsAbsolute(reference)) return ParseUrl(reference);
  Url folder = base;
  folder.path = absl::StrCat(absl::StripSuffix(base.path, "/"), "/");
  ASSIGN_OR_RETURN(Url url, Resolve(folder, reference));
  url.query = base.query;
  return url;
}

std::string ShownUrl(const std::string& text) {
  const auto url = ParseUrl(text);
  return url.ok() && !url->user.empty() ? url->Display() : text;
}

std::string BaseName(const Url& url) {
  const absl::string_view path = absl::StripSuffix(url.path, "/");
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  if (name.empty()) return "";
  int size = 0;
  char* text = curl_easy_unescape(nullptr, name.data(), static_cast<int>(name.size()), &size);
  if (text == nullptr) return "";
  std::string out(text, static_cast<size_t>(size));
  curl_free(text);
  return out;
}

}  // namespace devstats::chartsource
