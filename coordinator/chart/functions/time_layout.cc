#include "coordinator/chart/functions/time_layout.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace devstats::chart::internal {
namespace {

using Text = absl::string_view;

struct Pattern {
  Text written;
  Element element;
};

// Longer ones before those that begin the same way.
constexpr Pattern kPatterns[] = {
    {"January", Element::kLongMonth}, {"Monday", Element::kLongWeekday},
    {"MST", Element::kZoneName},      {"01", Element::kZeroMonth},
    {"02", Element::kZeroDay},        {"03", Element::kZeroHour12},
    {"04", Element::kZeroMinute},     {"05", Element::kZeroSecond},
    {"06", Element::kYear},           {"002", Element::kZeroYearDay},
    {"15", Element::kHour},           {"1", Element::kNumberMonth},
    {"2006", Element::kLongYear},     {"2", Element::kDay},
    {"_2", Element::kUnderDay},       {"__2", Element::kUnderYearDay},
    {"3", Element::kHour12},          {"4", Element::kMinute},
    {"5", Element::kSecond},          {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},        {"-070000", Element::kOffset},
    {"-07:00:00", Element::kOffset},  {"-0700", Element::kOffset},
    {"-07:00", Element::kOffset},     {"-07", Element::kOffset},
    {"Z070000", Element::kOffset},    {"Z07:00:00", Element::kOffset},
    {"Z0700", Element::kOffset},      {"Z07:00", Element::kOffset},
    {"Z07", Element::kOffset},
};

// "Jan" and "Mon" are no elements at the head of a longer word.
bool IsShortName(Text text, Text name) {
  return absl::StartsWith(text, name) &&
         (text.size() == name.size() || !absl::ascii_islower(text[name.size()]));
}

// The size of .000 or ,999, which no other digit may follow; 0: there is none.
size_t FractionSize(Text text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || (text[1] != '0' && text[1] != '9')) return 0;
  const size_t end = std::min(text.find_first_not_of(text[1], 1), text.size());
  return end < text.size() && absl::ascii_isdigit(text[end]) ? 0 : end;
}

// The element at the head of `text`.
Pattern ElementAt(Text text) {
  if (const size_t size = FractionSize(text))
    return {text.substr(0, size), text[1] == '0' ? Element::kZeroFraction : Element::kNineFraction};
  for (const Pattern& pattern : kPatterns)
    if (absl::StartsWith(text, pattern.written)) return pattern;
  if (IsShortName(text, "Jan")) return {"Jan", Element::kMonth};
  if (IsShortName(text, "Mon")) return {"Mon", Element::kWeekday};
  return {"", Element::kNone};
}

}  // namespace

Chunk NextChunk(absl::string_view layout) {
  for (size_t i = 0; i < layout.size(); ++i) {
    // "_2006" is a line and a year.
    if (absl::StartsWith(layout.substr(i), "_2006")) continue;
    const Pattern found = ElementAt(layout.substr(i));
    if (found.element == Element::kNone) continue;
    const size_t size = found.written.size();
    return {layout.substr(0, i), found.element, layout.substr(i, size), layout.substr(i + size)};
  }
  return {layout, Element::kNone, "", ""};
}

}  // namespace devstats::chart::internal
