#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/functions/time_layout.h"

namespace devstats::chart {
namespace {

using internal::Chunk;
using internal::Element;
using Text = absl::string_view;

bool IsDigitAt(Text text, size_t at) { return at < text.size() && absl::ascii_isdigit(text[at]); }
bool IsPoint(char c) { return c == '.' || c == ','; }
bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int DaysIn(int64_t month, int64_t year) {
  if (month == 2) return IsLeapYear(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Two digits, or one when `fixed` is false.
bool TakeNumber(Text& text, bool fixed, int& number) {
  if (!IsDigitAt(text, 0)) return false;
  const bool two = IsDigitAt(text, 1);
  if (!two && fixed) return false;
  number = text[0] - '0';
  if (two) number = number * 10 + (text[1] - '0');
  text.remove_prefix(two ? 2 : 1);
  return true;
}

// Blanks of the layout match any number of blanks, also none at the end.
bool SkipText(Text& text, Text expected) {
  const auto cut_blanks = [](Text& blanks) {
    while (!blanks.empty() && blanks[0] == ' ') blanks.remove_prefix(1);
  };
  while (!expected.empty()) {
    if (expected[0] == ' ') {
      if (!text.empty() && text[0] != ' ') return false;
      cut_blanks(expected);
      cut_blanks(text);
      continue;
    }
    if (text.empty() || text[0] != expected[0]) return false;
    expected.remove_prefix(1);
    text.remove_prefix(1);
  }
  return true;
}

// "+5" of GMT+5: its size; 0: it is no offset of hours.
size_t SignedOffsetSize(Text text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  int hours = 0;
  size_t size = 1;
  for (; IsDigitAt(text, size); ++size) hours = std::min(hours * 10 + (text[size] - '0'), 100);
  return size == 1 || hours > 23 ? 0 : size;
}

// The size of a zone's abbreviation at the head of `text`; 0: there is none.
size_t ZoneNameSize(Text text) {
  if (text.size() < 3) return 0;
  if (absl::StartsWith(text, "ChST") || absl::StartsWith(text, "MeST")) return 4;
  if (absl::StartsWith(text, "GMT")) return 3 + SignedOffsetSize(text.substr(3));
  if (text[0] == '+' || text[0] == '-') return SignedOffsetSize(text);
  size_t capitals = 0;
  while (capitals < 6 && capitals < text.size() && absl::ascii_isupper(text[capitals])) ++capitals;
  if (capitals == 5) return text[4] == 'T' ? 5 : 0;
  if (capitals == 4) return text[3] == 'T' || absl::StartsWith(text, "WITA") ? 4 : 0;
  return capitals == 3 ? 3 : 0;
}

class TimeReader {
 public:
  TimeReader(Text layout, Text text, const GoZone& local)
      : layout_(layout), all_(text), text_(text), local_(local) {}

  absl::StatusOr<GoTime> Run() {
    for (Text rest = layout_;;) {
      const Chunk chunk = internal::NextChunk(rest);
      if (!SkipText(text_, chunk.before)) return Mismatch(chunk.before, text_);
      if (chunk.element == Element::kNone) break;
      rest = chunk.after;
      const Text hold = text_;
      const bool good = Read(chunk);
      if (!out_of_range_.empty()) return Problem(absl::StrCat(": ", out_of_range_, " out of range"));
      if (!good) return Mismatch(chunk.written, hold);
    }
    if (!text_.empty()) return Problem(absl::StrCat(": extra text: ", QuoteForTime(text_)));
    if (pm_ && hour_ < 12) hour_ += 12;
    if (am_ && hour_ == 12) hour_ = 0;
    RETURN_IF_ERROR(FindDay());
    return Result();
  }

 private:
  absl::Status Mismatch(Text element, Text at) const {
    return absl::InvalidArgumentError(absl::StrCat("parsing time ", QuoteForTime(all_), " as ",
                                                   QuoteForTime(layout_), ": cannot parse ", QuoteForTime(at),
                                                   " as ", QuoteForTime(element)));
  }
  absl::Status Problem(Text message) const {
    return absl::InvalidArgumentError(absl::StrCat("parsing time ", QuoteForTime(all_), message));
  }

  bool Read(const Chunk& chunk) {
    switch (chunk.element) {
      case Element::kYear:
      case Element::kLongYear:
        return ReadYear(chunk.element == Element::kYear);
      case Element::kMonth:
      case Element::kLongMonth:
        return ReadName(MonthName, 1, 12, chunk.element == Element::kMonth, month_);
      case Element::kNumberMonth:
      case Element::kZeroMonth:
        if (!TakeNumber(text_, chunk.element == Element::kZeroMonth, month_)) return false;
        CheckRange(month_, 1, 12, "month");
        return true;
      case Element::kWeekday:
      case Element::kLongWeekday: {
        int ignored = 0;
        return ReadName(WeekdayName, 0, 6, chunk.element == Element::kWeekday, ignored);
      }
      case Element::kUnderDay:
        SkipBlanks(1);
        [[fallthrough]];
      case Element::kDay:
      case Element::kZeroDay:
        return TakeNumber(text_, chunk.element == Element::kZeroDay, day_);
      case Element::kUnderYearDay:
        SkipBlanks(2);
        [[fallthrough]];
      case Element::kZeroYearDay:
        return ReadYearDay(chunk.element == Element::kZeroYearDay);
      case Element::kZoneName:
        return ReadZoneName();
      case Element::kOffset:
        return ReadOffset(chunk);
      default:
        return ReadClock(chunk);
    }
  }

  bool ReadClock(const Chunk& chunk) {
    switch (chunk.element) {
      case Element::kHour:
        return ReadRanged(false, hour_, 23, "hour");
      case Element::kHour12:
      case Element::kZeroHour12:
        return ReadRanged(chunk.element == Element::kZeroHour12, hour_, 12, "hour");
      case Element::kMinute:
      case Element::kZeroMinute:
        return ReadRanged(chunk.element == Element::kZeroMinute, minute_, 59, "minute");
      case Element::kSecond:
      case Element::kZeroSecond:
        return ReadSecond(chunk);
      case Element::kUpperPm:
        return ReadHalf("AM", "PM");
      case Element::kLowerPm:
        return ReadHalf("am", "pm");
      case Element::kZeroFraction:
        return text_.size() >= chunk.written.size() && ReadFraction(chunk.written.size());
      default: {  // kNineFraction
        if (text_.size() < 2 || !IsPoint(text_[0]) || !IsDigitAt(text_, 1)) return true;
        size_t size = 2;
        while (IsDigitAt(text_, size)) ++size;
        return ReadFraction(size);
      }
    }
  }

  void CheckRange(int number, int least, int most, Text what) {
    if (number < least || number > most) out_of_range_ = what;
  }
  bool ReadRanged(bool fixed, int& number, int most, Text what) {
    if (!TakeNumber(text_, fixed, number)) return false;
    CheckRange(number, 0, most, what);
    return true;
  }
  void SkipBlanks(int most) {
    for (; most > 0 && !text_.empty() && text_[0] == ' '; --most) text_.remove_prefix(1);
  }

  bool ReadYear(bool two_digits) {
    const size_t size = two_digits ? 2 : 4;
    if (text_.size() < size || (!two_digits && !IsDigitAt(text_, 0))) return false;
    Text digits = text_.substr(0, size);
    text_.remove_prefix(size);
    const bool negative = two_digits && digits[0] == '-';
    if (two_digits && (negative || digits[0] == '+')) digits.remove_prefix(1);
    int year = 0;
    for (const char c : digits) {
      if (!absl::ascii_isdigit(c)) return false;
      year = year * 10 + (c - '0');
    }
    if (negative) year = -year;
    // Unix time begins in 1969 in some zones.
    year_ = !two_digits ? year : year >= 69 ? year + 1900 : year + 2000;
    return true;
  }

  bool ReadName(Text (*name_of)(int64_t), int first, int last, bool shortened, int& number) {
    for (int i = first; i <= last; ++i) {
      const Text name = shortened ? name_of(i).substr(0, 3) : name_of(i);
      if (!absl::StartsWithIgnoreCase(text_, name)) continue;
      text_.remove_prefix(name.size());
      number = i;
      return true;
    }
    number = 0;
    return false;
  }

  bool ReadYearDay(bool fixed) {
    int number = 0;
    size_t size = 0;
    for (; size < 3 && IsDigitAt(text_, size); ++size) number = number * 10 + (text_[size] - '0');
    if (size == 0 || (fixed && size != 3)) return false;
    text_.remove_prefix(size);
    year_day_ = number;
    return true;
  }

  // A fraction is taken even when the layout has none.
  bool ReadSecond(const Chunk& chunk) {
    if (!ReadRanged(chunk.element == Element::kZeroSecond, second_, 59, "second")) return false;
    if (!out_of_range_.empty() || text_.size() < 2 || !IsPoint(text_[0]) || !IsDigitAt(text_, 1)) return true;
    const Element next = internal::NextChunk(chunk.after).element;
    if (next == Element::kZeroFraction || next == Element::kNineFraction) return true;
    size_t size = 2;
    while (IsDigitAt(text_, size)) ++size;
    return ReadFraction(size);
  }

  // `size` characters, the first of which is the point; what goes beyond nanoseconds is dropped.
  bool ReadFraction(size_t size) {
    Text digits = text_.substr(0, size);
    text_.remove_prefix(size);
    if (!IsPoint(digits[0])) return false;
    digits = digits.substr(1, 9);
    bool negative = false;
    size_t scale = 9 - digits.size();
    if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
      negative = digits[0] == '-';
      digits.remove_prefix(1);
    }
    int64_t number = 0;
    for (const char c : digits) {
      if (!absl::ascii_isdigit(c)) return false;
      number = number * 10 + (c - '0');
    }
    if (negative && number != 0) out_of_range_ = "fractional second";
    for (; scale > 0; --scale) number *= 10;
    nanos_ = static_cast<int32_t>(number);
    return true;
  }

  bool ReadHalf(Text am, Text pm) {
    if (text_.size() < 2) return false;
    const Text half = text_.substr(0, 2);
    text_.remove_prefix(2);
    am_ = am_ || half == am;
    pm_ = pm_ || half == pm;
    return half == am || half == pm;
  }

  bool ReadOffset(const Chunk& chunk) {
    if (chunk.z_for_utc() && !text_.empty() && text_[0] == 'Z') {
      text_.remove_prefix(1);
      utc_ = true;
      return true;
    }
    const size_t size = chunk.written.size();
    if (text_.size() < size) return false;
    const Text written = text_.substr(0, size);
    const size_t step = chunk.with_colons() ? 3 : 2;
    for (size_t at = 3; chunk.with_colons() && at < size; at += step)
      if (written[at] != ':') return false;
    text_.remove_prefix(size);
    int parts[3] = {};
    bool good = true;
    for (int i = 0; good && i < chunk.offset_parts(); ++i) {
      Text part = written.substr(1 + static_cast<size_t>(i) * step, 2);
      good = TakeNumber(part, true, parts[i]);
    }
    CheckRange(parts[0], 0, 24, "time zone offset hour");
    CheckRange(parts[1], 0, 60, "time zone offset minute");
    CheckRange(parts[2], 0, 60, "time zone offset second");
    const int64_t offset = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    offset_ = written[0] == '-' ? -offset : offset;
    return good && (written[0] == '-' || written[0] == '+');
  }

  bool ReadZoneName() {
    if (absl::StartsWith(text_, "UTC")) {
      text_.remove_prefix(3);
      utc_ = true;
      return true;
    }
    const size_t size = ZoneNameSize(text_);
    if (size == 0) return false;
    zone_name_ = text_.substr(0, size);
    text_.remove_prefix(size);
    return true;
  }

  // Month and day of a day of the year, or what is not given.
  absl::Status FindDay() {
    if (year_day_ >= 0) RETURN_IF_ERROR(UseYearDay());
    if (month_ < 0) month_ = 1;
    if (day_ < 0) day_ = 1;
    if (day_ < 1 || day_ > DaysIn(month_, year_)) return Problem(": day out of range");
    return absl::OkStatus();
  }

  absl::Status UseYearDay() {
    const int last = IsLeapYear(year_) ? 366 : 365;
    if (year_day_ < 1 || year_day_ > last) return Problem(": day-of-year out of range");
    int month = 1, day = year_day_;
    for (; day > DaysIn(month, year_); ++month) day -= DaysIn(month, year_);
    if (month_ >= 0 && month_ != month) return Problem(": day-of-year does not match month");
    if (day_ >= 0 && day_ != day) return Problem(": day-of-year does not match day");
    month_ = month;
    day_ = day;
    return absl::OkStatus();
  }

  GoTime Result() const {
    const absl::CivilSecond civil(year_, month_, day_, hour_, minute_, second_);
    const GoZone utc;
    if (utc_) return GoTime::FromCivil(civil, nanos_, utc);
    if (!offset_ && zone_name_.empty()) return GoTime::FromCivil(civil, nanos_, local_);
    const GoTime as_utc = GoTime::FromCivil(civil, nanos_, utc);
    // -1 is how Go says that there was no offset.
    return offset_ && *offset_ != -1 ? WithOffset(as_utc, *offset_) : WithZoneName(as_utc, civil);
  }

  GoTime WithOffset(GoTime time, int64_t offset) const {
    time.seconds -= offset;
    const GoZone::Info here = local_.At(time.seconds);
    const bool is_local = here.offset == offset && (zone_name_.empty() || here.name == zone_name_);
    return time.In(is_local ? local_ : GoZone::Fixed(zone_name_, offset));
  }

  GoTime WithZoneName(GoTime time, absl::CivilSecond civil) const {
    if (zone_name_.empty()) return GoTime::FromCivil(civil, nanos_, local_);
    int64_t offset = 0;
    if (local_.OffsetOf(zone_name_, time.seconds, offset)) {
      time.seconds -= offset;
      return time.In(local_);
    }
    // Go takes the clock for UTC's; only of GMT+5 does it know what to add.
    if (zone_name_.size() > 3 && absl::StartsWith(zone_name_, "GMT")) {
      for (const char digit : zone_name_.substr(4)) offset = offset * 10 + (digit - '0');
      offset *= zone_name_[3] == '-' ? -3600 : 3600;
    }
    return time.In(GoZone::Fixed(zone_name_, offset));
  }

  const Text layout_, all_;
  Text text_;
  const GoZone& local_;
  Text out_of_range_;
  int64_t year_ = 0;
  int month_ = -1, day_ = -1, year_day_ = -1, hour_ = 0, minute_ = 0, second_ = 0;
  int32_t nanos_ = 0;
  bool am_ = false, pm_ = false, utc_ = false;
  std::optional<int64_t> offset_;
  Text zone_name_;
};

}  // namespace

absl::StatusOr<GoTime> ParseTime(absl::string_view layout, absl::string_view text, const GoZone& local) {
  return TimeReader(layout, text, local).Run();
}

}  // namespace devstats::chart
