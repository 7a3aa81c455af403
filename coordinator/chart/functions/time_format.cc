#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/functions/time_layout.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

using internal::Chunk;
using internal::Element;

int64_t Absolute(int64_t number) { return number < 0 ? -number : number; }

// At least `width` digits, those of a negative number behind its sign.
void AppendNumber(std::string& out, int64_t number, int width) {
  if (number < 0) out += '-';
  absl::StrAppendFormat(&out, "%0*d", width, Absolute(number));
}

void AppendPadded(std::string& out, int64_t number, int width) {
  absl::StrAppendFormat(&out, "%*d", width, number);
}

class TimeWriter {
 public:
  explicit TimeWriter(const GoTime& time)
      : time_(time), zone_(time.zone.At(time.seconds)), civil_(time.Civil()) {}

  std::string Run(absl::string_view layout) {
    while (!layout.empty()) {
      const Chunk chunk = internal::NextChunk(layout);
      absl::StrAppend(&out_, chunk.before);
      if (!WriteDate(chunk.element) && !WriteClock(chunk.element)) WriteRest(chunk);
      layout = chunk.after;
    }
    return std::move(out_);
  }

 private:
  bool WriteDate(Element element) {
    const absl::string_view month = MonthName(civil_.month());
    // Abseil's week begins on Monday.
    const absl::string_view weekday = WeekdayName((static_cast<int>(absl::GetWeekday(civil_)) + 1) % 7);
    switch (element) {
      case Element::kYear:
        AppendNumber(out_, Absolute(civil_.year()) % 100, 2);
        return true;
      case Element::kLongYear:
        AppendNumber(out_, civil_.year(), 4);
        return true;
      case Element::kMonth:
        absl::StrAppend(&out_, month.substr(0, 3));
        return true;
      case Element::kLongMonth:
        absl::StrAppend(&out_, month);
        return true;
      case Element::kNumberMonth:
        AppendNumber(out_, civil_.month(), 1);
        return true;
      case Element::kZeroMonth:
        AppendNumber(out_, civil_.month(), 2);
        return true;
      case Element::kWeekday:
        absl::StrAppend(&out_, weekday.substr(0, 3));
        return true;
      case Element::kLongWeekday:
        absl::StrAppend(&out_, weekday);
        return true;
      case Element::kDay:
        AppendNumber(out_, civil_.day(), 1);
        return true;
      case Element::kUnderDay:
        AppendPadded(out_, civil_.day(), 2);
        return true;
      case Element::kZeroDay:
        AppendNumber(out_, civil_.day(), 2);
        return true;
      case Element::kUnderYearDay:
        AppendPadded(out_, absl::GetYearDay(civil_), 3);
        return true;
      case Element::kZeroYearDay:
        AppendNumber(out_, absl::GetYearDay(civil_), 3);
        return true;
      default:
        return false;
    }
  }

  bool WriteClock(Element element) {
    const int hour12 = civil_.hour() % 12 == 0 ? 12 : civil_.hour() % 12;
    switch (element) {
      case Element::kHour:
        AppendNumber(out_, civil_.hour(), 2);
        return true;
      case Element::kHour12:
        AppendNumber(out_, hour12, 1);
        return true;
      case Element::kZeroHour12:
        AppendNumber(out_, hour12, 2);
        return true;
      case Element::kMinute:
        AppendNumber(out_, civil_.minute(), 1);
        return true;
      case Element::kZeroMinute:
        AppendNumber(out_, civil_.minute(), 2);
        return true;
      case Element::kSecond:
        AppendNumber(out_, civil_.second(), 1);
        return true;
      case Element::kZeroSecond:
        AppendNumber(out_, civil_.second(), 2);
        return true;
      case Element::kUpperPm:
        out_ += civil_.hour() >= 12 ? "PM" : "AM";
        return true;
      case Element::kLowerPm:
        out_ += civil_.hour() >= 12 ? "pm" : "am";
        return true;
      default:
        return false;
    }
  }

  void WriteRest(const Chunk& chunk) {
    if (chunk.element == Element::kOffset)
      WriteOffset(chunk);
    else if (chunk.element == Element::kZoneName)
      WriteZoneName();
    else if (chunk.element == Element::kZeroFraction || chunk.element == Element::kNineFraction)
      WriteFraction(chunk);
  }

  // Minutes of the offset; the sign is written.
  int64_t SignedMinutes() {
    const int64_t minutes = zone_.offset / 60;
    out_ += minutes < 0 ? '-' : '+';
    return Absolute(minutes);
  }

  void WriteOffset(const Chunk& chunk) {
    if (chunk.z_for_utc() && zone_.offset == 0) {
      out_ += 'Z';
      return;
    }
    const bool behind = zone_.offset / 60 < 0;
    const int64_t minutes = SignedMinutes();
    const absl::string_view colon = chunk.with_colons() ? ":" : "";
    AppendNumber(out_, minutes / 60, 2);
    if (chunk.offset_parts() < 2) return;
    absl::StrAppend(&out_, colon);
    AppendNumber(out_, minutes % 60, 2);
    if (chunk.offset_parts() < 3) return;
    absl::StrAppend(&out_, colon);
    AppendNumber(out_, (behind ? -zone_.offset : zone_.offset) % 60, 2);
  }

  void WriteZoneName() {
    if (!zone_.name.empty()) {
      out_ += zone_.name;
      return;
    }
    const int64_t minutes = SignedMinutes();
    AppendNumber(out_, minutes / 60, 2);
    AppendNumber(out_, minutes % 60, 2);
  }

  void WriteFraction(const Chunk& chunk) {
    const bool trim = chunk.element == Element::kNineFraction;
    if (trim && time_.nanos == 0) return;
    const std::string digits = absl::StrFormat("%09d", time_.nanos);
    absl::string_view shown = absl::string_view(digits).substr(0, chunk.written.size() - 1);
    while (trim && !shown.empty() && shown.back() == '0') shown.remove_suffix(1);
    if (!shown.empty()) absl::StrAppend(&out_, chunk.written.substr(0, 1), shown);
  }

  const GoTime& time_;
  const GoZone::Info zone_;
  const absl::CivilSecond civil_;
  std::string out_;
};

}  // namespace

std::string FormatTime(const GoTime& time, absl::string_view layout) { return TimeWriter(time).Run(layout); }

std::string QuoteForTime(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    for (const char c : text.substr(0, static_cast<size_t>(rune.size))) {
      if (rune.code >= 0x80 || rune.code < ' ')
        absl::StrAppendFormat(&out, "\\x%02x", static_cast<uint8_t>(c));
      else
        absl::StrAppend(&out, c == '"' || c == '\\' ? "\\" : "", absl::string_view(&c, 1));
    }
    text.remove_prefix(static_cast<size_t>(rune.size));
  }
  return out += '"';
}

}  // namespace devstats::chart
