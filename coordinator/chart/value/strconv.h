// Numbers and quotes as Go's strconv package reads and writes them (https://pkg.go.dev/strconv), error texts
// included: they reach users through error messages of templates. Pure; thread-safe.
#pragma once
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

// strconv.FormatFloat: verb e, E, f, g, G, b or x; precision -1: the shortest text that reads back as
// `value`.
std::string FormatFloat(double value, char verb, int precision, int bits = 64);
// Base 2 to 36.
std::string FormatInt(int64_t value, int base);
std::string FormatUint(uint64_t value, int base);

// InvalidArgument "strconv.ParseInt: parsing \"x\": invalid syntax", OutOfRange "...: value out of range".
// Base 0: by prefix (0x, 0o, 0b, 0), underscores allowed, as Go.
absl::StatusOr<int64_t> ParseInt(absl::string_view text, int base, int bits);
absl::StatusOr<uint64_t> ParseUint(absl::string_view text, int base, int bits);
absl::StatusOr<double> ParseFloat(absl::string_view text);
absl::StatusOr<bool> ParseBool(absl::string_view text);

// strconv.Quote and QuoteToASCII; QuoteRune of one code point.
std::string Quote(absl::string_view text);
std::string QuoteToAscii(absl::string_view text);
std::string QuoteRune(int32_t rune, bool ascii_only);
bool CanBackquote(absl::string_view text);
// unicode.IsPrint, as strconv has it.
bool IsPrint(int32_t rune);
// strconv.Unquote: of a "...", `...` or '...' literal; InvalidArgument "invalid syntax".
absl::StatusOr<std::string> Unquote(absl::string_view literal);
// What stands on one line between two `quote`s, " or ', also several characters between the latter.
absl::StatusOr<std::string> UnquoteInside(absl::string_view inside, char quote);

}  // namespace devstats::chart
