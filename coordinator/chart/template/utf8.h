// UTF-8 as Go decodes it, and which characters a name may have.
#pragma once
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace devstats::chart::tpl {

struct Rune {
  int32_t code = 0xFFFD;
  int size = 1;  // bytes
};

// The first character of `text`, which is not empty. What is not UTF-8 is one byte U+FFFD.
Rune DecodeRune(absl::string_view text);

// Letters and digits of any script, and '_'.
bool IsNameRune(int32_t code);

// " \t\r\n": what separates words in an action and is trimmed by "-".
inline bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
// Whether there is nothing but white space, Unicode's included.
bool IsBlank(absl::string_view text);

}  // namespace devstats::chart::tpl
