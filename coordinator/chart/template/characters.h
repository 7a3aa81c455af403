// Classes of characters that the language knows.
#pragma once
#include <cstdint>

#include "absl/strings/string_view.h"

namespace devstats::chart::tpl {

// What separates words in an action and what "-" trims.
inline bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
// Letters and digits of any script, and '_'.
bool IsNameRune(int32_t code);
// Whether there is nothing but white space, Unicode's included.
bool IsBlank(absl::string_view text);

}  // namespace devstats::chart::tpl
