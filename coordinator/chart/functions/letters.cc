#include "coordinator/chart/functions/letters.h"

#include <utf8proc.h>

#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

bool InCategories(int32_t rune, utf8proc_category_t first, utf8proc_category_t last) {
  const utf8proc_category_t category = utf8proc_category(rune);
  return category >= first && category <= last;
}

bool IsAsciiLetter(int32_t rune) { return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z'; }

// The last character of a text that is not empty.
Rune LastRune(absl::string_view text) {
  const size_t size = text.size();
  for (size_t length = 1; length <= 4 && length <= size; ++length) {
    const Rune rune = DecodeRune(text.substr(size - length));
    if (static_cast<size_t>(rune.size) == length && !(rune.Invalid())) return rune;
  }
  return {kRuneError, 1};
}

bool Contains(absl::string_view set, int32_t wanted) {
  while (!set.empty()) {
    const Rune rune = DecodeRune(set);
    if (rune.code == wanted) return true;
    set.remove_prefix(rune.size);
  }
  return false;
}

template <typename Unwanted>
absl::string_view TrimIf(absl::string_view text, Unwanted unwanted) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!unwanted(rune.code)) break;
    text.remove_prefix(rune.size);
  }
  while (!text.empty()) {
    const Rune rune = LastRune(text);
    if (!unwanted(rune.code)) break;
    text.remove_suffix(rune.size);
  }
  return text;
}

}  // namespace

int32_t ToUpper(int32_t rune) {
  if (rune < 0x80) return IsAsciiLetter(rune) ? rune & ~0x20 : rune;
  // The library knows better than the Unicode tables, which give the sharp s no capital of one character.
  return rune == 0xdf ? rune : utf8proc_toupper(rune);
}

int32_t ToLower(int32_t rune) {
  if (rune < 0x80) return IsAsciiLetter(rune) ? rune | 0x20 : rune;
  return utf8proc_tolower(rune);
}

int32_t ToTitle(int32_t rune) {
  if (rune < 0x80) return ToUpper(rune);
  return rune == 0xdf ? rune : utf8proc_totitle(rune);
}

bool IsUpper(int32_t rune) { return InCategories(rune, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LU); }
bool IsLower(int32_t rune) { return InCategories(rune, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LL); }
bool IsTitle(int32_t rune) { return InCategories(rune, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LT); }
bool IsNumber(int32_t rune) { return InCategories(rune, UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO); }
bool IsPunct(int32_t rune) { return InCategories(rune, UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PO); }

std::string MapRunes(absl::string_view text, int32_t (*mapping)(int32_t)) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    AppendRune(out, mapping(rune.code));
    text.remove_prefix(rune.size);
  }
  return out;
}

absl::string_view TrimSpace(absl::string_view text) { return TrimIf(text, IsSpace); }

absl::string_view TrimCharacters(absl::string_view text, absl::string_view cutset) {
  return TrimIf(text, [&](int32_t rune) { return Contains(cutset, rune); });
}

}  // namespace devstats::chart
