// What sprig's functions share when they make text of values. Pure; thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// What an item of a list costs, about, besides its text.
inline constexpr size_t kItemSize = 64;

// What %v prints, unless it is more than the limits of the rendering leave.
absl::StatusOr<std::string> Printed(Call& call, const Value& value);
// sprig's strval: text and bytes as they are, all else as %v prints it.
absl::StatusOr<std::string> ToTextOrBytes(Call& call, const Value& value);
// sprig's strslice: the text of each item of a list, nil left out; what is no list is a list of one.
absl::StatusOr<std::vector<std::string>> ToTexts(Call& call, const Value& value);

// What Go says when it panics, as text/template passes it on.
absl::Status SliceError(int64_t low, int64_t high);
absl::Status SliceEndError(int64_t end, size_t length);

// strings.Repeat, counted against the limits before it is made.
absl::StatusOr<std::string> Repeat(Call& call, absl::string_view text, int64_t count);
// strings.ReplaceAll, counted likewise. An empty `old` is found before each character and at the end.
absl::StatusOr<std::string> ReplaceAll(Call& call, absl::string_view text, absl::string_view old,
                                       absl::string_view replacement);
// strings.SplitN: at most `count` parts, all when negative; an empty separator splits into characters.
absl::StatusOr<std::vector<absl::string_view>> SplitN(Call& call, absl::string_view text,
                                                      absl::string_view separator, int64_t count);

}  // namespace devstats::chart
