// *, +, ? and {2,5} of regular expressions. Private to regex_syntax.cc.
#pragma once
#include <algorithm>

#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

// Of so many instructions repeated, how many Go makes.
inline double RepeatedSize(char operation, double size, int least, int most) {
  if (operation == '*') return size + 2;
  if (operation != '{') return size + 1;
  if (most < 0) return least == 0 ? size + 2 : least * size + 1;
  return std::max(1.0, most * size + (most - least));
}

inline bool ReadCount(absl::string_view& text, int& count) {
  const size_t digits = std::min(text.size(), text.find_first_not_of("0123456789"));
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  count = 0;
  for (const char digit : text.substr(0, digits)) {
    if (count >= 100'000'000) {
      count = -1;
      break;
    }
    count = count * 10 + (digit - '0');
  }
  text.remove_prefix(digits);
  return true;
}

// {2}, {2,} or {2,5} from behind the brace; false: the brace stands for itself. A number too great is -1,
// as `least`.
inline bool ReadCounts(absl::string_view& text, int& least, int& most) {
  absl::string_view after = text;
  if (!ReadCount(after, least) || after.empty()) return false;
  most = least;
  if (after[0] == ',') {
    after.remove_prefix(1);
    most = -1;
    if (after.empty()) return false;
    if (after[0] != '}') {
      if (!ReadCount(after, most)) return false;
      if (most < 0) least = -1;
    }
  }
  if (after.empty() || after[0] != '}') return false;
  text = after.substr(1);
  return true;
}

}  // namespace devstats::chart::internal
