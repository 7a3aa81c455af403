// Small pieces that grammars are made of.
#pragma once
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace devstats::spec {

inline bool LowerAlnum(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }
inline bool Alnum(char c) { return absl::ascii_isalnum(c); }
inline bool AlnumOrUnderscore(char c) { return absl::ascii_isalnum(c) || c == '_'; }
template <char... extra>
bool AnyOf(char c) {
  return absl::ascii_isalnum(c) || ((c == extra) || ...);
}

using CharClass = bool (*)(char);

// Not empty; the first and the last character as told, those between of the first's class or of `inner`.
inline bool IsWord(absl::string_view text, CharClass first, absl::string_view inner, CharClass last) {
  return !text.empty() && first(text.front()) && last(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return first(c) || inner.find(c) != inner.npos; });
}

// Digits without a leading zero, few enough for an int.
inline bool IsPlainNumber(absl::string_view text) {
  return !text.empty() && text.size() <= 9 && (text.size() == 1 || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace devstats::spec
