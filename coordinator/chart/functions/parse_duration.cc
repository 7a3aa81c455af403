#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/go_time.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

constexpr uint64_t kLimit = uint64_t{1} << 63;

bool DigitFirst(Text text) { return !text.empty() && absl::ascii_isdigit(text[0]); }

// Digits off the head of `text`; false: too great.
bool TakeWhole(Text& text, uint64_t& number) {
  for (number = 0; DigitFirst(text); text.remove_prefix(1)) {
    if (number > kLimit / 10) return false;
    number = number * 10 + static_cast<uint64_t>(text[0] - '0');
    if (number > kLimit) return false;
  }
  return true;
}

// Digits behind a point; those that do not fit are left out.
void TakeFraction(Text& text, uint64_t& number, double& scale) {
  bool full = false;
  for (number = 0, scale = 1; DigitFirst(text); text.remove_prefix(1)) {
    if (full || number > (kLimit - 1) / 10) {
      full = true;
      continue;
    }
    const uint64_t next = number * 10 + static_cast<uint64_t>(text[0] - '0');
    if (next > kLimit) {
      full = true;
      continue;
    }
    number = next;
    scale *= 10;
  }
}

uint64_t UnitOf(Text name) {
  if (name == "ns") return 1;
  if (name == "us" || name == "\u00b5s" || name == "\u03bcs") return 1'000;
  if (name == "ms") return 1'000'000;
  if (name == "s") return 1'000'000'000;
  if (name == "m") return 60'000'000'000;
  if (name == "h") return 3'600'000'000'000;
  return 0;
}

absl::Status DurationError(Text problem, Text text) {
  return absl::InvalidArgumentError(absl::StrCat("time: ", problem, " ", QuoteForTime(text)));
}

}  // namespace

absl::StatusOr<GoDuration> ParseDuration(absl::string_view text) {
  const Text all = text;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return DurationError("invalid duration", all);
  uint64_t sum = 0;
  while (!text.empty()) {
    uint64_t whole = 0, fraction = 0;
    double scale = 1;
    bool digits = DigitFirst(text);
    if (!TakeWhole(text, whole)) return DurationError("invalid duration", all);
    if (!text.empty() && text[0] == '.') {
      text.remove_prefix(1);
      digits = digits || DigitFirst(text);
      TakeFraction(text, fraction, scale);
    }
    if (!digits) return DurationError("invalid duration", all);
    const Text name = text.substr(0, text.find_first_of(".0123456789"));
    if (name.empty()) return DurationError("missing unit in duration", all);
    text.remove_prefix(name.size());
    const uint64_t unit = UnitOf(name);
    if (unit == 0)
      return DurationError(absl::StrCat("unknown unit ", QuoteForTime(name), " in duration"), all);
    if (whole > kLimit / unit) return DurationError("invalid duration", all);
    whole *= unit;
    if (fraction > 0)
      whole += static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit) / scale));
    if (whole > kLimit) return DurationError("invalid duration", all);
    sum += whole;
    if (sum > kLimit) return DurationError("invalid duration", all);
  }
  if (negative) return static_cast<GoDuration>(-sum);
  if (sum > kLimit - 1) return DurationError("invalid duration", all);
  return static_cast<GoDuration>(sum);
}

}  // namespace devstats::chart
