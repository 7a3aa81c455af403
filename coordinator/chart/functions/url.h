// URLs as Go's net/url package reads, resolves and writes them (https://pkg.go.dev/net/url). Pure;
// thread-safe.
#pragma once
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct UserInfo {
  std::string name;
  std::optional<std::string> password;

  std::string Text() const;
};

struct Url {
  std::string scheme, opaque, host, path, raw_query, fragment;
  std::optional<UserInfo> user;
  std::string raw_path, raw_fragment;  // as they were written, where that is not how they would be
  bool force_query = false;            // ends in a ? with nothing behind
  bool omit_host = false;              // scheme:/path

  // url.Parse: "parse \"x\": first path segment in URL cannot contain colon".
  static absl::StatusOr<Url> Parse(absl::string_view text);
  bool IsAbsolute() const { return !scheme.empty(); }
  // Without port and brackets.
  std::string Hostname() const;
  // The path as it was written, where that is a way to write it.
  std::string EscapedPath() const;
  std::string Text() const;
  // url.ResolveReference: `reference` as seen from here.
  Url Resolve(const Url& reference) const;

 private:
  void SetPath(absl::string_view written);
};

// One segment of a path. InvalidArgument "invalid URL escape \"%4\"".
std::string PathEscape(absl::string_view segment);
absl::StatusOr<std::string> PathUnescape(absl::string_view segment);

}  // namespace devstats::chart
