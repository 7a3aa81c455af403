// URLs as Go's net/url reads, resolves and writes them; error texts included.
#pragma once
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

struct Url {
  std::string scheme;    // in small letters
  std::string opaque;    // what follows "urn:"
  std::string user;      // as it is written in a URL
  std::string host;      // decoded, with the port
  std::string path;      // decoded
  std::string raw_path;  // as it was written, when that is not the usual way to write `path`
  std::string query;
  bool has_user = false;
  bool ends_with_question_mark = false;
  bool without_authority = false;  // "file:/x"

  // InvalidArgument "parse \":x\": missing protocol scheme". The fragment is checked and dropped.
  static absl::StatusOr<Url> Parse(absl::string_view text);

  bool IsAbsolute() const { return !scheme.empty(); }
  Url Resolve(const Url& reference) const;
  std::string ToString() const;
  // The host without port and brackets.
  std::string Hostname() const;

 private:
  absl::Status ParseWithoutFragment(absl::string_view text);
  absl::Status SetAuthority(absl::string_view authority);
  absl::Status SetPath(absl::string_view written);
  std::string EscapedPath() const;
};

// What is before and after the first '#'.
std::pair<absl::string_view, absl::string_view> SplitFragment(absl::string_view text);
// "%41" is "A"; InvalidArgument "invalid URL escape \"%4\"".
absl::StatusOr<std::string> PathUnescape(absl::string_view text);
// A JSON pointer as the fragment of a URL; '/' stays.
std::string EscapeFragment(absl::string_view pointer);

// netip.ParseAddr: OK when `text` is an IPv4 or IPv6 address, else InvalidArgument
// "ParseAddr(\"::x\"): each colon-separated field must have at least one digit (at \"x\")".
absl::Status CheckAddress(absl::string_view text);

}  // namespace devstats::chart::schema
