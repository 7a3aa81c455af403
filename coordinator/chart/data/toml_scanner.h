// The characters of TOML: strings, numbers, dates and keys, and the errors that BurntSushi's lexer has for
// them. Thread-compatible.
#pragma once
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/data/toml.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

inline bool IsTomlBreak(int32_t c) { return c == '\n' || c == '\r'; }
inline bool IsTomlHexDigit(int32_t c) { return c < 0x80 && absl::ascii_isxdigit(static_cast<uint8_t>(c)); }

class TomlScanner {
 public:
  TomlScanner(absl::string_view text, MakeTime make_time) : text_(text), make_time_(make_time) {}

  static constexpr int32_t kEnd = 0;  // no character of a document: control characters are errors

  // The next character, kEnd at the end or after an error.
  int32_t Peek();
  int32_t Take();
  bool TakeIf(int32_t c);
  void SkipBlanks();
  void SkipBlanksAndBreaks();
  // Up to the end of the line, the # having been taken.
  void SkipComment();

  // One part of a key: bare or quoted.
  bool KeyPart(std::string& out);
  // A value that is neither array nor inline table; the first character has been taken.
  bool Scalar(int32_t first, Value& out);

  bool failed() const { return failed_; }
  // What went wrong first, and where; the reader adds the key.
  const std::string& message() const { return message_; }
  size_t error_line() const { return error_line_; }
  // Of what has been taken.
  size_t Line() const;

  // Each returns false. After a character: at the end of the text, the last line.
  bool Error(absl::string_view message);
  bool ErrorOnLine(size_t line, absl::string_view message);
  bool ErrorBefore(absl::string_view message) { return ErrorOnLine(Line() - 1, message); }
  static std::string Shown(int32_t c);  // 'x', as %q

 private:
  bool String(std::string& out);
  bool RawString(std::string& out);
  bool MultilineString(bool raw, std::string& out);
  bool SkipEscape(size_t start);
  bool Unescape(absl::string_view text, std::string& out);
  bool Number(int32_t first, size_t start, Value& out);
  bool SignedNumber(size_t start, Value& out);
  bool BasedNumber(int32_t base, size_t start, Value& out);
  bool Decimal(size_t start, Value& out);
  bool Integer(absl::string_view text, Value& out);
  bool Float(absl::string_view text, Value& out);
  bool Datetime(size_t start, Value& out);
  bool Word(int32_t first, size_t start, Value& out);
  void TakeWhile(bool (*wanted)(int32_t));
  absl::string_view Since(size_t start) const { return text_.substr(start, at_ - start); }

  const absl::string_view text_;
  const MakeTime make_time_;
  size_t at_ = 0;
  bool ended_ = false;  // the end has been taken
  bool failed_ = false;
  std::string message_;
  size_t error_line_ = 0;
};

}  // namespace devstats::chart::internal
