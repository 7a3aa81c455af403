#include "coordinator/chart/value/strconv.h"

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendHexDigits(std::string& out, uint32_t code, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[code >> shift & 15];
}

void AppendEscaped(std::string& out, int32_t rune, char quote, bool ascii_only) {
  if (rune == quote || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
    return;
  }
  if (IsPrint(rune) && (rune < 0x80 || !ascii_only)) return AppendRune(out, rune);
  constexpr absl::string_view kControls = "\a\b\t\n\v\f\r";
  constexpr absl::string_view kLetters = "abtnvfr";
  if (rune >= '\a' && rune <= '\r') {
    out += '\\';
    out += kLetters[kControls.find(static_cast<char>(rune))];
  } else if (rune < ' ' || rune == 0x7f) {
    out += "\\x";
    AppendHexDigits(out, static_cast<uint32_t>(rune), 2);
  } else if (rune < 0x10000) {
    out += "\\u";
    AppendHexDigits(out, static_cast<uint32_t>(rune), 4);
  } else {
    out += "\\U";
    AppendHexDigits(out, static_cast<uint32_t>(rune), 8);
  }
}

std::string QuoteText(absl::string_view text, bool ascii_only) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (rune.Invalid()) {
      out += "\\x";
      AppendHexDigits(out, static_cast<uint8_t>(text[0]), 2);
    } else {
      AppendEscaped(out, rune.code, '"', ascii_only);
    }
    text.remove_prefix(rune.size);
  }
  return out += '"';
}

absl::Status BadLiteral() { return absl::InvalidArgumentError("invalid syntax"); }

// Takes `digits` digits of `base` off `text`; -1 if there are not so many.
int64_t TakeNumber(absl::string_view& text, size_t digits, int base) {
  if (text.size() < digits) return -1;
  uint32_t value = 0;
  const char* end = text.data() + digits;
  for (const char* c = text.data(); c != end; ++c)
    if (!absl::ascii_isxdigit(*c)) return -1;
  const auto result = std::from_chars(text.data(), end, value, base);
  if (result.ptr != end || result.ec != std::errc()) return -1;
  text.remove_prefix(digits);
  return value;
}

bool TakeEscapedRune(absl::string_view& text, size_t digits, std::string& out) {
  const int64_t code = TakeNumber(text, digits, 16);
  if (code < 0 || code > kMaxRune || !ValidRune(static_cast<int32_t>(code))) return false;
  AppendRune(out, static_cast<int32_t>(code));
  return true;
}

// `text` stands behind a backslash.
bool TakeEscape(absl::string_view& text, char quote, std::string& out) {
  if (text.empty()) return false;
  const char c = text[0];
  constexpr absl::string_view kLetters = "abfnrtv\\";
  constexpr absl::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (c >= '0' && c <= '7') {
    const int64_t code = TakeNumber(text, 3, 8);
    if (code < 0 || code > 255) return false;
    out += static_cast<char>(code);
    return true;
  }
  text.remove_prefix(1);
  if (c == 'x') {
    const int64_t code = TakeNumber(text, 2, 16);
    if (code < 0) return false;
    out += static_cast<char>(code);
    return true;
  }
  if (c == 'u' || c == 'U') return TakeEscapedRune(text, c == 'u' ? 4 : 8, out);
  if (c == '\'' || c == '"') {
    out += c;
    return c == quote;
  }
  const size_t letter = kLetters.find(c);
  if (letter == absl::string_view::npos) return false;
  out += kMeanings[letter];
  return true;
}

absl::StatusOr<std::string> UnquoteRaw(absl::string_view inside) {
  std::string out;
  for (char c : inside) {
    if (c == '`') return BadLiteral();
    if (c != '\r') out += c;
  }
  return out;
}

absl::StatusOr<std::string> UnquoteCharacters(absl::string_view rest, char quote, size_t& count) {
  std::string out;
  for (; !rest.empty(); ++count) {
    const char c = rest[0];
    if (c == quote || c == '\n') return BadLiteral();
    if (c == '\\') {
      rest.remove_prefix(1);
      if (!TakeEscape(rest, quote, out)) return BadLiteral();
      continue;
    }
    const Rune rune = DecodeRune(rest);
    AppendRune(out, rune.code);
    rest.remove_prefix(rune.size);
  }
  return out;
}

}  // namespace

std::string FormatInt(int64_t value, int base) {
  char text[72];
  return {text, std::to_chars(text, text + sizeof(text), value, base).ptr};
}

std::string FormatUint(uint64_t value, int base) {
  char text[72];
  return {text, std::to_chars(text, text + sizeof(text), value, base).ptr};
}

std::string Quote(absl::string_view text) { return QuoteText(text, false); }
std::string QuoteToAscii(absl::string_view text) { return QuoteText(text, true); }

std::string QuoteRune(int32_t rune, bool ascii_only) {
  std::string out = "'";
  AppendEscaped(out, ValidRune(rune) ? rune : kRuneError, '\'', ascii_only);
  return out += '\'';
}

bool CanBackquote(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    const bool control = rune.code < ' ' && rune.code != '\t';
    if (rune.Invalid() || control || rune.code == '`' || rune.code == 0x7f || rune.code == 0xfeff)
      return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

absl::StatusOr<std::string> Unquote(absl::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return BadLiteral();
  const char quote = literal[0];
  const absl::string_view inside = literal.substr(1, literal.size() - 2);
  if (quote == '`') return UnquoteRaw(inside);
  if (quote != '"' && quote != '\'') return BadLiteral();
  size_t count = 0;
  auto out = UnquoteCharacters(inside, quote, count);
  if (quote == '\'' && count > 1) return BadLiteral();
  return out;
}

absl::StatusOr<std::string> UnquoteInside(absl::string_view inside, char quote) {
  if (!absl::StrContains(inside, '\\')) return std::string(inside);
  size_t count = 0;
  return UnquoteCharacters(inside, quote, count);
}

}  // namespace devstats::chart
