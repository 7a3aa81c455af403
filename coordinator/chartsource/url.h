// URLs of charts, by the parser of libcurl: who judges a URL and who requests it read it alike.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace devstats::chartsource {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address in brackets
  int port = 0;        // the scheme's own when the URL has none
  std::string path;    // from the / on, percent-encoded
  std::string query;   // without the question mark
  std::string user;    // of user:password@, decoded; no part of any text made of the URL
  Secret password;

  std::string Text() const;
  // Without the query, which may hold a token: for messages.
  std::string Display() const;
  // "https://charts.example.org:443": what must be equal for a credential of the one to go to the other.
  std::string Origin() const;
  bool IsLoopback() const;
};

// InvalidArgument unless it is an absolute URL of http or https with a host. Blanks are encoded; a fragment
// is dropped.
absl::StatusOr<Url> ParseUrl(absl::string_view text);
// Whether it begins with a scheme ("oci:", "https:").
bool IsAbsolute(absl::string_view text);
// `reference` as seen from `base` (RFC 3986): for redirects.
absl::StatusOr<Url> Resolve(const Url& base, absl::string_view reference);
// `reference` of an index as Helm resolves it: `base` is a folder, with or without its slash, and its query
// stays, which may be what lets us in.
absl::StatusOr<Url> ResolveInRepository(const Url& base, absl::string_view reference);
// A URL for people: without the user and password that some have in it. Other text as it is.
std::string ShownUrl(const std::string& text);
// The last part of the path, decoded.
std::string BaseName(const Url& url);

}  // namespace devstats::chartsource
