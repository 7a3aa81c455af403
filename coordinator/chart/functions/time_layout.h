// Layouts of Go's time package: how the reference time would be written. Private to formatting and parsing.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

enum class Element {
  kNone,  // nothing but text
  kLongMonth,
  kMonth,
  kNumberMonth,
  kZeroMonth,
  kLongWeekday,
  kWeekday,
  kDay,
  kUnderDay,
  kZeroDay,
  kUnderYearDay,
  kZeroYearDay,
  kHour,
  kHour12,
  kZeroHour12,
  kMinute,
  kZeroMinute,
  kSecond,
  kZeroSecond,
  kLongYear,
  kYear,
  kUpperPm,
  kLowerPm,
  kZoneName,
  kOffset,
  kZeroFraction,  // .000
  kNineFraction,  // .999: without zeros at the end
};

struct Chunk {
  absl::string_view before;  // text before the element
  Element element = Element::kNone;
  absl::string_view written;  // how the layout writes the element
  absl::string_view after;    // the rest of the layout

  // Of kOffset: Z07:00 prints Z for UTC.
  bool z_for_utc() const { return written[0] == 'Z'; }
  bool with_colons() const { return written.find(':') != absl::string_view::npos; }
  // Of hours, minutes and seconds, how many there are.
  int offset_parts() const {
    return static_cast<int>(written.size() - 1) / (with_colons() ? 3 : 2) + (with_colons() ? 1 : 0);
  }
};

// The first element of `layout`.
Chunk NextChunk(absl::string_view layout);

}  // namespace devstats::chart::internal
