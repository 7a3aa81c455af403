#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {
namespace {

// A run of digits. Unsigned: an overflow wraps, as Go's does.
struct DigitRun {
  uint64_t value = 0;
  size_t runes = 0;
};

DigitRun ReadDigitRun(absl::string_view text, uint64_t start) {
  DigitRun run{start, 0};
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!IsDigit(rune.code)) break;
    run.value = run.value * 10 + static_cast<uint64_t>(static_cast<int64_t>(rune.code) - '0');
    ++run.runes;
    text.remove_prefix(rune.size);
  }
  return run;
}

// Whether the digits that end `common` hold one that is not 0: then a 0 after them is part of a number.
bool EndsInNumber(absl::string_view common) {
  while (!common.empty()) {
    size_t start = common.size() - 1;
    while (start > 0 && (static_cast<uint8_t>(common[start]) & 0xc0) == 0x80) --start;
    const Rune rune = DecodeRune(common.substr(start));
    if (!IsDigit(rune.code) || rune.size != static_cast<int>(common.size() - start)) return false;
    if (rune.code != '0') return true;
    common.remove_suffix(common.size() - start);
  }
  return false;
}

}  // namespace

bool NaturalLess(absl::string_view a, absl::string_view b, bool digits_last) {
  bool in_number = false;
  size_t same = 0;  // bytes; the heads of both are the same characters, so mostly the same bytes
  absl::string_view rest_a = a, rest_b = b;
  while (!rest_a.empty() && !rest_b.empty()) {
    const Rune x = DecodeRune(rest_a), y = DecodeRune(rest_b);
    if (x.code == y.code) {
      in_number = digits_last && IsDigit(x.code);
      same += x.size;
      rest_a.remove_prefix(x.size);
      rest_b.remove_prefix(y.size);
      continue;
    }
    const bool x_letter = IsLetter(x.code), y_letter = IsLetter(y.code);
    if (x_letter && y_letter) return x.code < y.code;
    if (x_letter || y_letter) return in_number ? x_letter : y_letter;
    const bool zero = x.code == '0' || y.code == '0';
    const uint64_t start = zero && EndsInNumber(a.substr(0, same)) ? 1 : 0;
    const DigitRun run_a = ReadDigitRun(rest_a, start), run_b = ReadDigitRun(rest_b, start);
    if (run_a.value != run_b.value)
      return static_cast<int64_t>(run_a.value) < static_cast<int64_t>(run_b.value);
    if (run_a.runes != run_b.runes) return run_a.runes < run_b.runes;
    return x.code < y.code;
  }
  return rest_a.empty() && !rest_b.empty();
}

}  // namespace devstats::chart
