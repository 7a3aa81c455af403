// Go's fmt package (https://pkg.go.dev/fmt) for our values: every verb, flag, width, precision and argument
// index, and its ways to say that something is wrong (%!d(string=x), %!(EXTRA int=1), %!v(BADINDEX)).
// Pure; thread-safe. What nests deeper than 1,000 levels (a map within itself) is cut there.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Lists that hold a list twice, which holds another twice ... are small, and what they print is not: printing
// stops soon after `max_bytes`, so that text which is longer is known to be too much.
inline constexpr size_t kMostText = size_t{128} << 20;

std::string Sprintf(absl::string_view format, absl::Span<const Value> arguments,
                    size_t max_bytes = kMostText);
// A blank between operands when neither is a string.
std::string Sprint(absl::Span<const Value> arguments, size_t max_bytes = kMostText);
std::string Sprintln(absl::Span<const Value> arguments, size_t max_bytes = kMostText);

// What %v prints: text as it is, "<nil>" of nil, map[a:1 b:2], [1 2].
void AppendText(std::string& out, const Value& value, size_t max_bytes = kMostText);
std::string ToText(const Value& value, size_t max_bytes = kMostText);

}  // namespace devstats::chart
