// How the original quotes text in messages, and reads small numbers.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

// 'it\'s "so"': Go's %q between single quotes.
std::string SingleQuoted(absl::string_view text);
// 'a', 'b'
std::string SingleQuotedList(const std::vector<absl::string_view>& texts);

// strconv.Atoi, error texts included.
absl::StatusOr<int64_t> Atoi(absl::string_view text);

}  // namespace devstats::chart::schema
