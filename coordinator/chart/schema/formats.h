// The formats that "format" asserts; what a text fails by, in the original's words.
#pragma once
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

using FormatCheck = absl::Status (*)(absl::string_view text);

// nullptr: a format that is not asserted.
FormatCheck FindFormat(absl::string_view name);

}  // namespace devstats::chart::schema
