// Text as a part of a URL. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats {

// Escapes everything but unreserved characters (RFC 3986), for one path segment or one query value.
std::string UrlEscape(absl::string_view text);

}  // namespace devstats
