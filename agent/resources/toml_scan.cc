#include "agent/resources/toml_scan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

bool IsBareKey(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; }
bool IsBareValue(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '+' || c == '.' || c == ':';
}
bool IsControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

void AppendUtf8(uint32_t c, std::string* out) {
  auto put = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

}  // namespace

void TomlScanner::Skip(size_t n) {
  const size_t end = std::min(at_ + n, text_.size());
  line_ += static_cast<size_t>(std::count(text_.begin() + at_, text_.begin() + end, '\n'));
  at_ = end;
}

void TomlScanner::SkipBlanks() {
  while (peek() == ' ' || peek() == '\t') ++at_;
}

absl::Status TomlScanner::Error(absl::string_view why) const {
  return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": ", why));
}

absl::Status TomlScanner::Comment() {
  while (!done() && peek() != '\n') {
    if (IsControl(peek()) && !(peek() == '\r' && peek(1) == '\n'))
      return Error("a control character in a comment");
    ++at_;
  }
  return absl::OkStatus();
}

absl::Status TomlScanner::EndOfLine() {
  SkipBlanks();
  if (peek() == '#') RETURN_IF_ERROR(Comment());
  if (peek() == '\r' && peek(1) == '\n') Skip(1);
  if (done()) return absl::OkStatus();
  if (peek() != '\n') return Error("something follows where the line should end");
  Skip(1);
  return absl::OkStatus();
}

absl::Status TomlScanner::SkipSpace() {
  while (!done()) {
    if (peek() == '#')
      RETURN_IF_ERROR(Comment());
    else if (absl::ascii_isspace(peek()))
      Skip(1);
    else
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> TomlScanner::Key() {
  std::vector<std::string> parts;
  while (true) {
    SkipBlanks();
    if (StartsWith("\"\"\"") || StartsWith("'''")) return Error("a key cannot be a string over lines");
    if (peek() == '"' || peek() == '\'') {
      ASSIGN_OR_RETURN(std::string part, String());
      parts.push_back(std::move(part));
    } else {
      std::string part;
      while (IsBareKey(peek())) part.push_back(text_[at_++]);
      if (part.empty()) return Error("a key is missing");
      parts.push_back(std::move(part));
    }
    if (parts.size() > 32) return Error("a key with more than 32 parts");
    SkipBlanks();
    if (peek() != '.') return parts;
    ++at_;
  }
}

absl::Status TomlScanner::AppendCodePoint(int digits, std::string* out) {
  uint32_t value = 0;
  if (at_ + static_cast<size_t>(digits) > text_.size() ||
      !absl::SimpleHexAtoi(text_.substr(at_, static_cast<size_t>(digits)), &value) ||
      !std::all_of(text_.begin() + at_, text_.begin() + at_ + digits, absl::ascii_isxdigit))
    return Error("an escape needs hexadecimal digits");
  if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return Error("an escape names no character");
  AppendUtf8(value, out);
  at_ += static_cast<size_t>(digits);
  return absl::OkStatus();
}

absl::Status TomlScanner::Escape(std::string* out, bool multi_line) {
  static constexpr absl::string_view kNames = "btnfr\"\\", kValues = "\b\t\n\f\r\"\\";
  ++at_;
  const char c = peek();
  if (size_t i = kNames.find(c); c && i != kNames.npos) {
    out->push_back(kValues[i]);
    ++at_;
    return absl::OkStatus();
  }
  if (c == 'u' || c == 'U') {
    ++at_;
    return AppendCodePoint(c == 'u' ? 4 : 8, out);
  }
  // A backslash that ends a line takes away all white space up to the next character.
  if (!multi_line) return Error("an unknown escape");
  SkipBlanks();
  if (peek() != '\n' && !(peek() == '\r' && peek(1) == '\n')) return Error("an unknown escape");
  while (!done() && absl::ascii_isspace(peek())) Skip(1);
  return absl::OkStatus();
}

absl::StatusOr<std::string> TomlScanner::String() {
  const char quote = peek();
  const std::string triple(3, quote);
  const bool multi_line = StartsWith(triple);
  Skip(multi_line ? 3 : 1);
  if (multi_line && peek() == '\r' && peek(1) == '\n') Skip(1);
  if (multi_line && peek() == '\n') Skip(1);
  std::string out;
  while (!done()) {
    if (multi_line ? StartsWith(triple) : peek() == quote) {
      // Up to two quotes may stand right before the closing three.
      while (multi_line && peek(3) == quote) out.push_back(text_[at_++]);
      Skip(multi_line ? 3 : 1);
      return out;
    }
    if (quote == '"' && peek() == '\\') {
      RETURN_IF_ERROR(Escape(&out, multi_line));
      continue;
    }
    if (peek() == '\n' && !multi_line) break;
    if (IsControl(peek()) && !(multi_line && (peek() == '\n' || peek() == '\r')))
      return Error("a control character in a string");
    out.push_back(peek());
    Skip(1);
  }
  return Error("a string does not end");
}

absl::Status TomlScanner::Array(int depth, std::vector<std::string>* strings) {
  Skip(1);
  while (true) {
    RETURN_IF_ERROR(SkipSpace());
    if (done()) return Error("an array does not end");
    if (peek() == ']') break;
    if (strings) {
      if (peek() != '"' && peek() != '\'') return Error("an array of strings holds something else");
      ASSIGN_OR_RETURN(std::string element, String());
      strings->push_back(std::move(element));
    } else {
      RETURN_IF_ERROR(Value(depth + 1));
    }
    RETURN_IF_ERROR(SkipSpace());
    if (peek() == ',')
      Skip(1);
    else if (peek() != ']')
      return Error("an array needs a comma or its end");
  }
  Skip(1);
  return absl::OkStatus();
}

absl::Status TomlScanner::InlineTable(int depth) {
  Skip(1);
  SkipBlanks();
  if (peek() == '}') {
    Skip(1);
    return absl::OkStatus();
  }
  while (true) {
    RETURN_IF_ERROR(Key());
    if (peek() != '=') return Error("a key needs '='");
    Skip(1);
    SkipBlanks();
    RETURN_IF_ERROR(Value(depth + 1));
    SkipBlanks();
    const char end = peek();
    if (end != '}' && end != ',') return Error("an inline table needs a comma or its end");
    Skip(1);
    if (end == '}') return absl::OkStatus();
  }
}

absl::Status TomlScanner::Bare() {
  const size_t begin = at_;
  while (IsBareValue(peek())) ++at_;
  // "2026-01-02 03:04:05": the one value with a blank in it.
  if (at_ - begin == 10 && text_[begin + 4] == '-' && peek() == ' ' && absl::ascii_isdigit(peek(1))) {
    ++at_;
    while (IsBareValue(peek())) ++at_;
  }
  if (at_ == begin) return Error("a value is missing");
  const absl::string_view word = text_.substr(begin, at_ - begin);
  const bool number = absl::ascii_isdigit(word[0]) || word[0] == '+' || word[0] == '-';
  if (number || word == "true" || word == "false" || word == "inf" || word == "nan") return absl::OkStatus();
  return Error("no value stands here; a string needs quotes");  // not told which: it may be a password
}

absl::Status TomlScanner::Value(int depth, std::vector<std::string>* strings) {
  if (depth > 32) return Error("values nested more than 32 deep");
  if (peek() == '[') return Array(depth, strings);
  if (strings) return Error("an array of strings is missing");
  if (peek() == '"' || peek() == '\'') return String().status();
  return peek() == '{' ? InlineTable(depth) : Bare();
}

}  // namespace devstats::agent
