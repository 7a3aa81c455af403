#include "coordinator/chart/data/toml_scanner.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

bool IsBlank(int32_t c) { return c == ' ' || c == '\t'; }
bool IsAsciiDigit(int32_t c) { return c >= '0' && c <= '9'; }
bool IsBare(int32_t c) {
  return c < 0x80 && (absl::ascii_isalnum(static_cast<uint8_t>(c)) || c == '_' || c == '-');
}
bool IsFloatCharacter(int32_t c) {
  return IsAsciiDigit(c) || c == '_' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}
bool IsDatetimeCharacter(int32_t c) {
  return IsAsciiDigit(c) || (c > 0 && c < 0x80 && absl::StrContains("-:Tt .Zz+", static_cast<char>(c)));
}

bool HasLeadingZero(absl::string_view text) {
  if (text.size() > 1 && text[0] == '0') return text[1] != 'b' && text[1] != 'o' && text[1] != 'x';
  return text.size() > 2 && (text[0] == '-' || text[0] == '+') && text[1] == '0';
}

bool UnderscoresStandRight(absl::string_view text) {
  for (absl::string_view word : {"nan", "+nan", "-nan", "inf", "-inf", "+inf"})
    if (text == word) return true;
  bool digit = false;
  for (char c : text) {
    if (c == '_' && !digit) return false;
    digit = absl::ascii_isxdigit(c);
  }
  return digit;
}

// Takes exactly two digits (four, of a year) off `text`; -1 if they are not there.
int TakeDigits(absl::string_view& text, size_t count) {
  int value = 0;
  if (text.size() < count) return -1;
  for (size_t i = 0; i < count; ++i) {
    if (!absl::ascii_isdigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeChar(absl::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool ReadDate(absl::string_view& text, absl::CivilSecond& out) {
  const int year = TakeDigits(text, 4);
  if (year < 0 || !TakeChar(text, '-')) return false;
  const int month = TakeDigits(text, 2);
  if (month < 1 || month > 12 || !TakeChar(text, '-')) return false;
  const int day = TakeDigits(text, 2);
  if (day < 1 || absl::CivilDay(year, month, day).day() != day) return false;
  out = absl::CivilSecond(year, month, day);
  return true;
}

// HH:MM, with seconds and their fraction if they are there.
bool ReadClock(absl::string_view& text, TomlTime& out) {
  const int hour = TakeDigits(text, 2);
  if (hour < 0 || hour > 23 || !TakeChar(text, ':')) return false;
  const int minute = TakeDigits(text, 2);
  if (minute < 0 || minute > 59) return false;
  out.second += hour * 3600 + minute * 60;
  if (!TakeChar(text, ':')) return true;
  const int second = TakeDigits(text, 2);
  if (second < 0 || second > 59) return false;
  out.second += second;
  if (text.size() > 1 && text[0] == '.' && absl::ascii_isdigit(text[1])) {
    text.remove_prefix(1);
    int scale = 100'000'000;
    for (; !text.empty() && absl::ascii_isdigit(text[0]); text.remove_prefix(1), scale /= 10)
      out.nanosecond += scale * (text[0] - '0');
  }
  return true;
}

bool ReadOffset(absl::string_view text, TomlTime& out) {
  if (text == "Z") {
    out.utc = true;
    return true;
  }
  const bool negative = TakeChar(text, '-');
  if (!negative && !TakeChar(text, '+')) return false;
  const int hours = TakeDigits(text, 2);
  if (hours < 0 || hours > 24 || !TakeChar(text, ':')) return false;
  const int minutes = TakeDigits(text, 2);
  if (minutes < 0 || minutes > 60 || !text.empty()) return false;
  out.offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
  return true;
}

bool ReadTime(absl::string_view text, TomlTime& out) {
  if (text.size() > 2 && text[2] == ':') {
    out.form = TomlTime::Form::kLocalTime;
    out.second = absl::CivilSecond(0, 1, 1);
    return ReadClock(text, out) && text.empty();
  }
  out.form = TomlTime::Form::kLocalDate;
  if (!ReadDate(text, out.second)) return false;
  if (text.empty()) return true;
  out.form = TomlTime::Form::kLocalDatetime;
  if (!TakeChar(text, 'T') || !ReadClock(text, out)) return false;
  if (text.empty()) return true;
  out.form = TomlTime::Form::kInstant;
  return ReadOffset(text, out);
}

}  // namespace

std::string TomlScanner::Shown(int32_t c) { return QuoteRune(c, false); }

size_t TomlScanner::Line() const {
  return 1 + static_cast<size_t>(std::count(text_.begin(), text_.begin() + at_, '\n'));
}

bool TomlScanner::ErrorOnLine(size_t line, absl::string_view message) {
  if (failed_) return false;
  failed_ = true;
  message_ = std::string(message);
  error_line_ = line;
  return false;
}

bool TomlScanner::Error(absl::string_view message) {
  const bool after_break = ended_ && at_ > 0 && text_[at_ - 1] == '\n';
  return ErrorOnLine(Line() - (after_break ? 1 : 0), message);
}

int32_t TomlScanner::Peek() {
  if (failed_ || at_ >= text_.size()) return kEnd;
  const Rune rune = DecodeRune(text_.substr(at_));
  const int32_t c = rune.code;
  const bool bare_cr = c == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n');
  // The line of a character counts from behind it, as far as a break is one.
  if (rune.Invalid())
    Error(absl::StrFormat("invalid UTF-8 byte: 0x%02x", static_cast<uint8_t>(text_[at_])));
  else if (bare_cr || (c < ' ' && c != '\t' && !IsTomlBreak(c)) || c == 0x7f)
    Error(absl::StrFormat("TOML files cannot contain control characters: '0x%02x'", c));
  return failed_ ? kEnd : c;
}

int32_t TomlScanner::Take() {
  const int32_t c = Peek();
  if (failed_) return kEnd;
  if (at_ >= text_.size())
    ended_ = true;
  else
    at_ += static_cast<size_t>(DecodeRune(text_.substr(at_)).size);
  return c;
}

bool TomlScanner::TakeIf(int32_t c) {
  if (Peek() != c) return false;
  Take();
  return true;
}

void TomlScanner::TakeWhile(bool (*wanted)(int32_t)) {
  while (Peek() != kEnd && wanted(Peek())) Take();
}

void TomlScanner::SkipBlanks() { TakeWhile(&IsBlank); }

void TomlScanner::SkipBlanksAndBreaks() {
  TakeWhile([](int32_t c) { return IsBlank(c) || IsTomlBreak(c); });
}

void TomlScanner::SkipComment() {
  TakeWhile([](int32_t c) { return !IsTomlBreak(c); });
}

bool TomlScanner::KeyPart(std::string& out) {
  const int32_t c = Peek();
  if (c == '"' || c == '\'') {
    Take();
    return c == '"' ? String(out) : RawString(out);
  }
  const size_t start = at_;
  TakeWhile(&IsBare);
  out = std::string(Since(start));
  return !failed_;
}

// --- Values that are no strings.

bool TomlScanner::Scalar(int32_t first, Value& out) {
  size_t start = at_;  // where `first` begins
  if (first != kEnd) do
      --start;
    while (start > 0 && (static_cast<uint8_t>(text_[start]) & 0xc0) == 0x80);
  if (first == '"' || first == '\'') {
    std::string text;
    const char quote = static_cast<char>(first);
    bool ok = false;
    if (text_.substr(at_, 2) == std::string(2, quote)) {
      at_ += 2;
      ok = MultilineString(first == '\'', text);
    } else {
      ok = first == '"' ? String(text) : RawString(text);
    }
    if (ok) out = Value::String(text);
    return ok;
  }
  if (IsAsciiDigit(first)) return Number(first, start, out);
  if (first == '-' || first == '+') return SignedNumber(start, out);
  if (first == '.') return Error("floats must start with a digit, not '.'");
  if (IsLetter(first)) return Word(first, start, out);
  if (first == kEnd) return Error("unexpected EOF; expected value");
  const std::string message = absl::StrCat("expected value but found ", Shown(first), " instead");
  return first == '\n' ? ErrorBefore(message) : Error(message);
}

bool TomlScanner::Word(int32_t first, size_t start, Value& out) {
  bool taken = false;  // what may begin inf or nan
  if (first == 'i' || first == 'n') {
    const auto take = [&](int32_t c) {
      const bool is = TakeIf(c);
      taken |= is;
      return is;
    };
    if ((take('n') && take('f')) || (take('a') && take('n'))) return Float(Since(start), out);
  }
  // One character is looked at again, and that is all that the message shows of "int".
  at_ = taken ? at_ - 1 : start;
  const size_t word_start = at_;
  TakeWhile(&IsLetter);
  if (failed_) return false;
  const absl::string_view word = Since(word_start);
  if (word != "true" && word != "false")
    return Error(absl::StrCat("expected value but found ", Quote(word), " instead"));
  out = Value::Bool(word == "true");
  return true;
}

bool TomlScanner::Number(int32_t first, size_t start, Value& out) {
  const int32_t next = Peek();
  if (first == '0' && !IsAsciiDigit(next)) {
    if (next == 'b' || next == 'o' || next == 'x') {
      Take();
      return BasedNumber(next, start, out);
    }
    return Decimal(start, out);
  }
  TakeWhile(&IsAsciiDigit);
  if (Peek() == '-' || Peek() == ':') return Datetime(start, out);
  return Decimal(start, out);
}

bool TomlScanner::Decimal(size_t start, Value& out) {
  TakeWhile([](int32_t c) { return IsAsciiDigit(c) || c == '_'; });
  if (Peek() != '.' && Peek() != 'e' && Peek() != 'E') return !failed_ && Integer(Since(start), out);
  TakeWhile(&IsFloatCharacter);
  return !failed_ && Float(Since(start), out);
}

bool TomlScanner::BasedNumber(int32_t base, size_t start, Value& out) {
  const auto is_digit = base == 'b'   ? [](int32_t c) { return c == '0' || c == '1'; }
                        : base == 'o' ? [](int32_t c) { return c >= '0' && c <= '7'; }
                                      : [](int32_t c) { return IsTomlHexDigit(c); };
  if (!is_digit(Peek())) {
    const absl::string_view kind = base == 'b' ? "a binary" : base == 'o' ? "an octal" : "a hexadecimal";
    std::string shown;
    if (Peek() == kEnd)
      shown = std::string(1, '\0');
    else
      AppendRune(shown, Peek());
    return Error(absl::StrCat("not ", kind, " number: '", Since(start), shown, "'"));
  }
  while (is_digit(Peek()) || Peek() == '_') Take();
  return !failed_ && Integer(Since(start), out);
}

bool TomlScanner::SignedNumber(size_t start, Value& out) {
  const int32_t c = Take();
  if (c == 'i' || c == 'n') {
    const bool is = c == 'i' ? TakeIf('n') && TakeIf('f') : TakeIf('a') && TakeIf('n');
    return is ? Float(Since(start), out) : Error(absl::StrCat("invalid float: '", Since(start), "'"));
  }
  if (c == '.') return Error("floats must start with a digit, not '.'");
  if (c == '0' && (Peek() == 'b' || Peek() == 'o' || Peek() == 'x'))
    return Error(absl::StrFormat("cannot use sign with non-decimal numbers: '%s%c'", Since(start), Peek()));
  if (!IsAsciiDigit(c)) return Error(absl::StrCat("expected a digit but got ", Shown(c)));
  return Decimal(start, out);
}

bool TomlScanner::Integer(absl::string_view text, Value& out) {
  if (!UnderscoresStandRight(text))
    return Error(absl::StrCat("Invalid integer ", Quote(text), ": underscores must be surrounded by digits"));
  if (HasLeadingZero(text))
    return Error(absl::StrCat("Invalid integer ", Quote(text), ": cannot have leading zeroes"));
  const auto number = ParseInt(text, 0, 64);
  if (!number.ok()) return Error(absl::StrCat(text, " is out of range for int64"));
  out = Value::Int64(*number);
  return true;
}

bool TomlScanner::Float(absl::string_view text, Value& out) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::ByAnyChar(".eE"), absl::SkipEmpty());
  for (absl::string_view part : parts)
    if (!UnderscoresStandRight(part))
      return Error(absl::StrCat("Invalid float ", Quote(text), ": underscores must be surrounded by digits"));
  if (!parts.empty() && HasLeadingZero(parts[0]))
    return Error(absl::StrCat("Invalid float ", Quote(text), ": cannot have leading zeroes"));
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '.' && (i + 1 == text.size() || !absl::ascii_isdigit(text[i + 1])))
      return Error(
          absl::StrCat("Invalid float ", Quote(text), ": '.' must be followed by one or more digits"));
  const bool nan = absl::EndsWith(text, "nan") && text.size() <= 4;
  const auto number = ParseFloat(nan ? "nan" : absl::StrReplaceAll(text, {{"_", ""}}));
  if (number.status().code() == absl::StatusCode::kOutOfRange)
    return Error(absl::StrCat(text, " is out of range for float64"));
  if (!number.ok()) return Error(absl::StrCat("Invalid float value: ", Quote(text)));
  out = Value::Float(nan && text[0] == '-' ? -*number : *number);
  return true;
}

bool TomlScanner::Datetime(size_t start, Value& out) {
  TakeWhile(&IsDatetimeCharacter);
  if (failed_) return false;
  const std::string text =
      absl::StrReplaceAll(absl::StripAsciiWhitespace(Since(start)), {{"z", "Z"}, {"t", "T"}, {" ", "T"}});
  TomlTime time;
  if (!ReadTime(text, time)) return Error(absl::StrCat("invalid datetime: ", Quote(text)));
  out = make_time_ == nullptr ? Value::String(text) : make_time_(time);
  return true;
}

}  // namespace devstats::chart::internal
