// Passwords derived from a master password, by the algorithm of that name
// (https://en.wikipedia.org/wiki/Master_Password_(algorithm)).
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

// `kind`: maximum, long, medium, short, basic or pin; of another the result is a complaint, as sprig has it.
std::string DerivePassword(uint32_t counter, absl::string_view kind, absl::string_view password,
                           absl::string_view user, absl::string_view site);

}  // namespace devstats::chart
