#include "coordinator/chart/schema/date_formats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

absl::Status BadDate(absl::string_view why) { return absl::InvalidArgumentError(why); }

size_t CountDigits(absl::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

// The numbers of "hh:mm:ss" or "hh:mm".
absl::StatusOr<std::vector<int>> ClockNumbers(absl::string_view text, absl::string_view names) {
  std::vector<int> numbers;
  for (const absl::string_view part : absl::StrSplit(text, absl::MaxSplits(':', text.size() > 5 ? 2 : 1))) {
    const auto number = Atoi(part);
    if (!number.ok()) return BadDate(absl::StrCat("invalid ", names));
    if (*number < 0) return BadDate(absl::StrCat("non-positive ", names));
    numbers.push_back(static_cast<int>(*number));
  }
  return numbers;
}

// The offset of a time from UTC in minutes.
absl::StatusOr<int> OffsetMinutes(absl::string_view text) {
  if (text == "z" || text == "Z") return 0;
  if (text.size() != 6) return BadDate("offset must be 6 characters long");
  if (text[0] != '+' && text[0] != '-') return BadDate("offset must begin with plus/minus");
  const int sign = text[0] == '+' ? 1 : -1;
  text.remove_prefix(1);
  if (text[2] != ':') return BadDate("missing colon in offset in correct place");
  ASSIGN_OR_RETURN(const std::vector<int> numbers, ClockNumbers(text, "hour/min in offset"));
  if (numbers[0] > 23 || numbers[1] > 59) return BadDate("hour/min in offset out of range");
  return sign * (numbers[0] * 60 + numbers[1]);
}

absl::Status CheckDurationUnits(absl::string_view text, const absl::string_view all_units) {
  absl::string_view units = all_units;
  while (!text.empty()) {
    const size_t digits = CountDigits(text);
    if (digits == 0) return BadDate("missing number");
    text.remove_prefix(digits);
    if (text.empty()) return BadDate("missing unit");
    const size_t unit = units.find(text[0]);
    if (unit == absl::string_view::npos) {
      const std::string quoted = QuoteRune(static_cast<unsigned char>(text[0]), false);
      return BadDate(absl::StrContains(all_units, text[0]) ? absl::StrCat("unit ", quoted, " out of order")
                                                           : absl::StrCat("invalid unit ", quoted));
    }
    units.remove_prefix(unit + 1);
    text.remove_prefix(1);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDate(absl::string_view text) { return ParseTime("2006-01-02", text, GoZone()).status(); }

absl::Status CheckTime(absl::string_view text) {
  if (text.size() < 9) return BadDate("less than 9 characters long");
  if (text[2] != ':' || text[5] != ':') return BadDate("missing colon in correct place");
  ASSIGN_OR_RETURN(const std::vector<int> clock, ClockNumbers(text.substr(0, 8), "hour/min/sec"));
  const int hour = clock[0], minute = clock[1], second = clock[2];
  if (hour > 23 || minute > 59 || second > 60) return BadDate("hour/min/sec out of range");
  text.remove_prefix(8);
  if (absl::ConsumePrefix(&text, ".")) {
    const size_t digits = CountDigits(text);
    if (digits == 0) return BadDate("no digits in second fraction");
    text.remove_prefix(digits);
  }
  ASSIGN_OR_RETURN(const int offset, OffsetMinutes(text));
  // A leap second is the last one of a day of UTC.
  int in_utc = hour * 60 + minute - offset;
  if (in_utc < 0) in_utc += 24 * 60;
  if (second >= 60 && in_utc != 23 * 60 + 59) return BadDate("invalid leap second");
  return absl::OkStatus();
}

absl::Status CheckDateTime(absl::string_view text) {
  if (text.size() < 20) return BadDate("less than 20 characters long");
  if (text[10] != 't' && text[10] != 'T') return BadDate("11th character must be t or T");
  RETURN_IF_ERROR(CheckDate(text.substr(0, 10)), "invalid date element");
  return Annotate(CheckTime(text.substr(11)), "invalid time element");
}

absl::Status CheckDuration(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "P")) return BadDate("must start with P");
  if (text.empty()) return BadDate("nothing after P");
  if (absl::ConsumeSuffix(&text, "W")) {
    if (text.empty()) return BadDate("no number in week");
    return CountDigits(text) == text.size() ? absl::OkStatus() : BadDate("invalid week");
  }
  constexpr absl::string_view kUnits[] = {"YMD", "HMS"};
  size_t index = 0;
  for (const absl::string_view part : absl::StrSplit(text, 'T')) {
    if (index > 0 && part.empty()) return BadDate("no time elements");
    if (index > 1) return BadDate("more than one T");
    RETURN_IF_ERROR(CheckDurationUnits(part, kUnits[index++]));
  }
  return absl::OkStatus();
}

absl::Status CheckPeriod(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return BadDate("missing slash");
  const absl::string_view start = text.substr(0, slash), end = text.substr(slash + 1);
  if (absl::StartsWith(start, "P")) {
    RETURN_IF_ERROR(CheckDuration(start), "invalid start duration");
    return Annotate(CheckDateTime(end), "invalid end date-time");
  }
  RETURN_IF_ERROR(CheckDateTime(start), "invalid start date-time");
  if (absl::StartsWith(end, "P")) return Annotate(CheckDuration(end), "invalid end duration");
  return Annotate(CheckDateTime(end), "invalid end date-time");
}

}  // namespace devstats::chart::schema
