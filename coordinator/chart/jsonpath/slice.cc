#include "coordinator/chart/jsonpath/slice.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/jsonpath/errors.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::jsonpath {
namespace {

bool IsNumberOrNothing(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

absl::Status ReadNumber(absl::string_view text, std::optional<int64_t>& number) {
  if (text.empty()) return absl::OkStatus();
  const auto read = ParseInt(text, 10, 64);
  if (!read.ok()) return Error("array index ", text, " is not a number");
  number = *read;
  return absl::OkStatus();
}

absl::Status OutOfBounds(int64_t index, int64_t size) {
  return Error("array index out of bounds: index ", index, ", length ", size);
}

}  // namespace

absl::StatusOr<Slice> ParseSlice(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() > 3 || !std::all_of(parts.begin(), parts.end(), IsNumberOrNothing))
    return Error("invalid array index ", text);
  Slice slice;
  RETURN_IF_ERROR(ReadNumber(parts[0], slice.start));
  if (parts.size() > 1) RETURN_IF_ERROR(ReadNumber(parts[1], slice.end));
  if (parts.size() > 2) RETURN_IF_ERROR(ReadNumber(parts[2], slice.step));
  slice.is_index = parts.size() == 1;
  // Unsigned: the greatest number wraps, as in Go.
  if (slice.is_index) slice.end = static_cast<int64_t>(static_cast<uint64_t>(slice.start.value_or(0)) + 1);
  return slice;
}

absl::StatusOr<Positions> Resolve(const Slice& slice, int64_t size) {
  Positions at = {slice.start.value_or(0), slice.end.value_or(size), slice.step.value_or(1)};
  if (at.begin < 0) at.begin += size;
  if (at.end < 0 || (at.end == 0 && slice.is_index)) at.end += size;
  if (at.begin == at.end) return at;
  if (at.begin >= size || at.begin < 0) return OutOfBounds(at.begin, size);
  if (at.end > size || at.end < 0) return OutOfBounds(at.end - 1, size);
  if (at.begin > at.end) return Error("starting index ", at.begin, " is greater than ending index ", at.end);
  if (at.step <= 0) return Error("step must be > 0");
  at.step = std::min(at.step, size);
  return at;
}

}  // namespace devstats::chart::jsonpath
