// Single characters of a regular expression, escaped or not. Errors are those of Go's regexp/syntax package.
// Private to regex_syntax.cc.
#pragma once
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

// Takes a character off `text`, which is not empty. InvalidArgument for what is no UTF-8.
absl::StatusOr<int32_t> TakeRegexRune(absl::string_view& text);
// Takes \n, \x{1f600}, \011, \. and so on off `text`.
absl::StatusOr<int32_t> TakeEscapedRegexRune(absl::string_view& text);
absl::Status CheckRegexUtf8(absl::string_view text);

}  // namespace devstats::chart::internal
