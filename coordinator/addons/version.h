// Versions of charts, as far as an add-on's values depend on them. Pure.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::addons {

// Whether `version` ("v1.15.0", "0.13.10-rc1") is of that minor version or a later one.
bool IsAtLeast(absl::string_view version, int major, int minor);

}  // namespace devstats::addons
