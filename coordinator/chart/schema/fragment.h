// What stands behind the # of a reference: the place within a schema.
#pragma once
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

// What is before and after the first '#'.
std::pair<absl::string_view, absl::string_view> SplitFragment(absl::string_view text);
// A JSON pointer as the fragment of a URL; '/' stays.
std::string EscapeFragment(absl::string_view pointer);

}  // namespace devstats::chart::schema
