#include "coordinator/chart/functions/regex_runes.h"

#include "absl/strings/ascii.h"
#include "common/status.h"
#include "coordinator/chart/functions/regex_syntax.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

using Text = absl::string_view;

int HexDigit(int32_t rune) {
  if (rune >= 0x80 || !absl::ascii_isxdigit(static_cast<char>(rune))) return -1;
  return rune <= '9' ? rune - '0' : (rune | 0x20) - 'a' + 10;
}

bool IsAlphanumeric(int32_t rune) { return rune < 0x80 && absl::ascii_isalnum(static_cast<char>(rune)); }

// What stands behind \x. -1: there is no such escape.
absl::StatusOr<int32_t> HexEscape(Text& after) {
  if (after.empty()) return -1;
  ASSIGN_OR_RETURN(const int32_t first, TakeRegexRune(after));
  if (first != '{') {
    ASSIGN_OR_RETURN(const int32_t second, TakeRegexRune(after));
    const int high = HexDigit(first), low = HexDigit(second);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
  int32_t rune = 0;
  for (int digits = 0;; ++digits) {
    if (after.empty()) return -1;
    ASSIGN_OR_RETURN(const int32_t c, TakeRegexRune(after));
    if (c == '}') return digits == 0 ? -1 : rune;
    const int digit = HexDigit(c);
    if (digit < 0) return -1;
    rune = rune * 16 + digit;
    if (rune > kMaxRune) return -1;
  }
}

// Likewise of \`c`.
absl::StatusOr<int32_t> EscapedRune(int32_t c, Text& after) {
  const auto octal_follows = [&] { return !after.empty() && after[0] >= '0' && after[0] <= '7'; };
  if (c == 'x') return HexEscape(after);
  if (c >= '0' && c <= '7') {
    if (c != '0' && !octal_follows()) return -1;  // a back reference
    int32_t rune = c - '0';
    for (int i = 1; i < 3 && octal_follows(); ++i) {
      rune = rune * 8 + (after[0] - '0');
      after.remove_prefix(1);
    }
    return rune;
  }
  constexpr Text kLetters = "afnrtv", kControls = "\a\f\n\r\t\v";
  if (IsAlphanumeric(c)) {
    const size_t at = kLetters.find(static_cast<char>(c));
    return at == Text::npos ? -1 : kControls[at];
  }
  return c < 0x80 ? c : -1;
}

}  // namespace

absl::StatusOr<int32_t> TakeRegexRune(Text& text) {
  const Rune rune = DecodeRune(text);
  if (rune.size == 1 && rune.Invalid()) return RegexError("invalid UTF-8", text);
  text.remove_prefix(rune.size);
  return rune.code;
}

absl::StatusOr<int32_t> TakeEscapedRegexRune(Text& text) {
  Text after = text.substr(1);
  if (after.empty()) return RegexError("trailing backslash at end of expression", "");
  ASSIGN_OR_RETURN(const int32_t c, TakeRegexRune(after));
  ASSIGN_OR_RETURN(const int32_t rune, EscapedRune(c, after));
  if (rune < 0) return RegexError("invalid escape sequence", text.substr(0, text.size() - after.size()));
  text = after;
  return rune;
}

absl::Status CheckRegexUtf8(Text text) {
  while (!text.empty()) RETURN_IF_ERROR(TakeRegexRune(text).status());
  return absl::OkStatus();
}

}  // namespace devstats::chart::internal
