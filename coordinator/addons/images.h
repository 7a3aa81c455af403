// Where the charts of add-ons want to be told which image to run. Pure.
#pragma once
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::addons {

// The values that make the chart of add-on `key` ("metallb"), of this version, run these images.
Json ImageValues(absl::string_view key, absl::string_view version,
                 const std::map<std::string, std::string>& images);

}  // namespace devstats::addons
