#include "coordinator/chart/data/json_scanner.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kEscapes = "bfnrt\\/\"";
constexpr absl::string_view kMeanings = "\b\f\n\r\t\\/\"";

// A byte, as if it were a character of Latin-1.
std::string QuoteByte(char byte) {
  if (byte == '\'') return "'\\''";
  if (byte == '"') return "'\"'";
  std::string rune;
  AppendRune(rune, static_cast<uint8_t>(byte));
  const std::string quoted = Quote(rune);
  return absl::StrCat("'", quoted.substr(1, quoted.size() - 2), "'");
}

// Of \uXXXX at the head of `text`; -1: there is none.
int32_t HexEscape(absl::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int32_t code = 0;
  for (const char c : text.substr(2, 4))
    code = code << 4 | (absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  return code;
}

// Takes the escape off the head of `text`.
void AppendEscaped(std::string& out, absl::string_view& text) {
  int32_t code = HexEscape(text);
  if (code < 0) {
    out += kMeanings[kEscapes.find(text[1])];
    text.remove_prefix(2);
    return;
  }
  text.remove_prefix(6);
  if (code >= 0xd800 && code < 0xdc00) {
    // The other one may be a character, or half of one, by itself.
    const int32_t low = HexEscape(text);
    if (low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      text.remove_prefix(6);
    }
  }
  AppendRune(out, code);
}

}  // namespace

std::string JsonString::Text() const {
  if (plain) return std::string(written);
  std::string out;
  out.reserve(written.size());
  for (absl::string_view rest = written; !rest.empty();) {
    if (rest[0] == '\\') {
      AppendEscaped(out, rest);
      continue;
    }
    const Rune rune = DecodeRune(rest);
    AppendRune(out, rune.code);
    rest.remove_prefix(static_cast<size_t>(rune.size));
  }
  return out;
}

void JsonScanner::SkipBlanks() {
  while (!AtEnd() && (Peek() == ' ' || Peek() == '\n' || Peek() == '\t' || Peek() == '\r')) ++at_;
}

absl::Status JsonScanner::Unexpected(absl::string_view context) const {
  if (AtEnd()) return absl::InvalidArgumentError(at_end_);
  return absl::InvalidArgumentError(absl::StrCat("invalid character ", QuoteByte(Peek()), " ", context));
}

absl::Status JsonScanner::ReadWord(absl::string_view word) {
  for (const char c : word)
    if (!Take(c))
      return Unexpected(absl::StrCat("in literal ", word, " (expecting '", absl::string_view(&c, 1), "')"));
  return absl::OkStatus();
}

absl::Status JsonScanner::ReadDigits(absl::string_view context) {
  if (AtEnd() || !absl::ascii_isdigit(Peek())) return Unexpected(context);
  while (!AtEnd() && absl::ascii_isdigit(Peek())) ++at_;
  return absl::OkStatus();
}

absl::Status JsonScanner::ReadNumber(absl::string_view& number) {
  const size_t start = at_;
  Take('-');
  if (!Take('0')) RETURN_IF_ERROR(ReadDigits("in numeric literal"));
  if (Take('.')) RETURN_IF_ERROR(ReadDigits("after decimal point in numeric literal"));
  if (Take('e') || Take('E')) {
    if (!Take('+')) Take('-');
    RETURN_IF_ERROR(ReadDigits("in exponent of numeric literal"));
  }
  number = text_.substr(start, at_ - start);
  return absl::OkStatus();
}

absl::Status JsonScanner::ReadString(JsonString& out) {
  const size_t start = ++at_;
  out.plain = true;
  for (; AtEnd() || Peek() != '"'; ++at_) {
    if (AtEnd()) return Unexpected("");
    const auto c = static_cast<uint8_t>(Peek());
    if (c < ' ') return Unexpected("in string literal");
    if (c == '\\') RETURN_IF_ERROR(ReadEscape());
    if (c == '\\' || c >= 0x80) out.plain = false;
  }
  out.written = text_.substr(start, at_++ - start);
  return absl::OkStatus();
}

// Stops at the last character of the escape.
absl::Status JsonScanner::ReadEscape() {
  ++at_;
  if (AtEnd()) return Unexpected("");
  if (Peek() != 'u')
    return kEscapes.find(Peek()) == kEscapes.npos ? Unexpected("in string escape code") : absl::OkStatus();
  for (int i = 0; i < 4; ++i) {
    ++at_;
    if (AtEnd() || !absl::ascii_isxdigit(Peek())) return Unexpected("in \\u hexadecimal character escape");
  }
  return absl::OkStatus();
}

absl::Status JsonScanner::ReadKey(JsonString& key) {
  SkipBlanks();
  if (AtEnd() || Peek() != '"') return Unexpected("looking for beginning of object key string");
  RETURN_IF_ERROR(ReadString(key));
  SkipBlanks();
  return Take(':') ? absl::OkStatus() : Unexpected("after object key");
}

}  // namespace devstats::chart
