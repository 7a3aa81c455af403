// Cases and classes of characters as Go's unicode package has them (https://pkg.go.dev/unicode), and the
// parts of its strings package that depend on them. Pure; thread-safe.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

// Simple mappings: one character to one, whatever the language.
int32_t ToUpper(int32_t rune);
int32_t ToLower(int32_t rune);
int32_t ToTitle(int32_t rune);

bool IsUpper(int32_t rune);   // Lu
bool IsLower(int32_t rune);   // Ll
bool IsTitle(int32_t rune);   // Lt
bool IsNumber(int32_t rune);  // N
bool IsPunct(int32_t rune);   // P

// strings.Map: each character replaced; bytes that are no UTF-8 become U+FFFD.
std::string MapRunes(absl::string_view text, int32_t (*mapping)(int32_t));
// strings.TrimSpace.
absl::string_view TrimSpace(absl::string_view text);
// strings.Trim: characters of `cutset` off both ends.
absl::string_view TrimCharacters(absl::string_view text, absl::string_view cutset);

}  // namespace devstats::chart
