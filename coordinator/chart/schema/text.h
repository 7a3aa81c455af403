// Runes, and how the original quotes text in messages.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

struct Rune {
  int32_t value = 0xFFFD;
  size_t bytes = 1;  // of a byte that is no UTF-8, too
};
// The first rune of `text`, which is not empty, as Go decodes it.
Rune DecodeRune(absl::string_view text);
size_t CountRunes(absl::string_view text);
// U+FFFD for what is no character.
void AppendUtf8(std::string& out, int32_t rune);
int HexDigit(char c);  // of a hexadecimal digit

// 'it\'s "so"': Go's %q between single quotes.
std::string SingleQuoted(absl::string_view text);
// 'a', 'b'
std::string SingleQuotedList(const std::vector<absl::string_view>& texts);

// strconv.Atoi, error texts included.
absl::StatusOr<int64_t> Atoi(absl::string_view text);

}  // namespace devstats::chart::schema
