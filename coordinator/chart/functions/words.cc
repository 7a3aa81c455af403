#include "coordinator/chart/functions/words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

// What strings.Title takes to be between words.
bool IsBetweenWords(int32_t rune) {
  if (rune == '_' || IsLetter(rune) || IsDigit(rune)) return false;
  return rune < 0x80 || IsSpace(rune);
}

// Calls `change` with each character, which it may replace.
template <typename Change>
std::string ChangeRunes(absl::string_view text, Change change) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    text.remove_prefix(rune.size);
    AppendRune(out, change(rune.code));
  }
  return out;
}

}  // namespace

std::string TitleWords(absl::string_view text) {
  int32_t before = ' ';
  return ChangeRunes(text, [&](int32_t rune) {
    const bool first = IsBetweenWords(before);
    before = rune;
    return first ? ToTitle(rune) : rune;
  });
}

std::string UntitleWords(absl::string_view text) {
  bool first = true;
  return ChangeRunes(text, [&](int32_t rune) {
    if (IsSpace(rune)) {
      first = true;
    } else if (first) {
      first = false;
      return ToLower(rune);
    }
    return rune;
  });
}

std::string SwapCase(absl::string_view text) {
  bool after_space = true;
  return ChangeRunes(text, [&](int32_t rune) {
    if (IsUpper(rune) || IsTitle(rune)) {
      after_space = false;
      return ToLower(rune);
    }
    if (!IsLower(rune)) {
      after_space = IsSpace(rune);
      return rune;
    }
    return std::exchange(after_space, false) ? ToTitle(rune) : ToUpper(rune);
  });
}

std::string Initials(absl::string_view text) {
  std::string out;
  bool after_space = true;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (IsSpace(byte))
      after_space = true;
    else if (std::exchange(after_space, false))
      AppendRune(out, byte);
  }
  return out;
}

std::string DeleteWhiteSpace(absl::string_view text) {
  const auto is_space = [](char c) { return IsSpace(static_cast<uint8_t>(c)); };
  if (std::none_of(text.begin(), text.end(), is_space)) return std::string(text);
  std::string out;
  for (const char c : text)
    if (!is_space(c)) AppendRune(out, static_cast<uint8_t>(c));
  return out;
}

absl::StatusOr<std::string> WrapLines(Call& call, absl::string_view text, int64_t width,
                                      absl::string_view line_end, bool break_long_words) {
  const size_t columns = static_cast<size_t>(std::max<int64_t>(width, 1));
  if (line_end.empty()) line_end = "\n";
  std::string out;
  const auto add_line = [&](size_t length, size_t taken) {
    absl::StrAppend(&out, text.substr(0, length), line_end);
    text.remove_prefix(taken);
    return call.Spend(length + line_end.size());
  };
  while (text.size() > columns) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    size_t space = text.substr(0, columns + 1).rfind(' ');
    if (space == text.npos && break_long_words) {
      RETURN_IF_ERROR(add_line(columns, columns));
      continue;
    }
    if (space == text.npos) space = text.find(' ', columns);
    if (space == text.npos) break;
    RETURN_IF_ERROR(add_line(space, space + 1));
  }
  RETURN_IF_ERROR(call.Spend(text.size()));
  absl::StrAppend(&out, text);
  return out;
}

std::string Abbreviate(absl::string_view text, int64_t offset, int64_t width) {
  const auto size = static_cast<int64_t>(text.size());
  if (text.empty() || width < 4) return "";
  if (size <= width) return std::string(text);
  offset = std::clamp<int64_t>(offset, -1, size);
  if (size - offset < width - 3) offset = size - (width - 3);
  if (offset <= 4) return absl::StrCat(text.substr(0, width - 3), "...");
  if (width < 7) return "";
  if (offset + width - 3 < size) return "..." + Abbreviate(text.substr(offset), 0, width - 3);
  return absl::StrCat("...", text.substr(size - (width - 3)));
}

}  // namespace devstats::chart
