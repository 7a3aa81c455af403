// UTF-8 and the classes of characters as Go sees them: a byte that is no UTF-8 counts as one U+FFFD. Pure;
// thread-safe.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

inline constexpr int32_t kRuneError = 0xfffd;
inline constexpr int32_t kMaxRune = 0x10ffff;

struct Rune {
  int32_t code = kRuneError;
  int size = 0;  // bytes; 0 at the end of the text
  // A byte that is no UTF-8, rather than U+FFFD itself.
  bool Invalid() const { return code == kRuneError && size <= 1; }
};

// utf8.DecodeRuneInString.
Rune DecodeRune(absl::string_view text);
// What is no character (a surrogate, out of range) becomes U+FFFD.
void AppendRune(std::string& out, int32_t rune);
bool ValidRune(int32_t rune);
size_t RuneCount(absl::string_view text);
bool ValidUtf8(absl::string_view text);
// Each byte that is no UTF-8 replaced by U+FFFD: []rune(text) and back.
std::string ToValidUtf8(absl::string_view text);

// unicode.IsLetter, unicode.IsDigit (Nd of any script), unicode.IsSpace (White_Space).
bool IsLetter(int32_t rune);
bool IsDigit(int32_t rune);
bool IsSpace(int32_t rune);

}  // namespace devstats::chart
