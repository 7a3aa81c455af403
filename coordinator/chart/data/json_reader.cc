#include "absl/strings/ascii.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// One pass that reads and checks; the first syntax error ends it.
class JsonReader {
 public:
  JsonReader(absl::string_view text, int max_depth, absl::string_view at_end)
      : text_(text), max_depth_(max_depth), at_end_(at_end) {}

  bool ReadValue(Value& out) {
    SkipBlanks();
    if (AtEnd()) return Ended();
    const char c = text_[at_];
    switch (c) {
      case '{':
        return ReadObject(out);
      case '[':
        return ReadArray(out);
      case '"': {
        std::string text;
        if (!ReadString(text)) return false;
        out = Value::String(text);
        return true;
      }
      case 't':
        out = Value::Bool(true);
        return ReadWord("true");
      case 'f':
        out = Value::Bool(false);
        return ReadWord("false");
      case 'n':
        out = Value();
        return ReadWord("null");
      default:
        if (c == '-' || absl::ascii_isdigit(c)) return ReadNumber(out);
        return Unexpected("looking for beginning of value");
    }
  }

  bool ReadEnd() {
    SkipBlanks();
    return AtEnd() || Unexpected("after top-level value");
  }

  size_t position() const { return at_; }
  const absl::Status& error() const { return error_; }
  // The first number that is no float64; Go goes on and tells in the end.
  const absl::Status& number_error() const { return number_error_; }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  void SkipBlanks() {
    while (!AtEnd() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  bool Ended() {
    error_ = absl::InvalidArgumentError(at_end_);
    return false;
  }

  // Of the byte at hand, as if it were a character of Latin-1.
  bool Unexpected(absl::string_view context) {
    if (AtEnd()) return Ended();
    const uint8_t c = static_cast<uint8_t>(text_[at_]);
    std::string rune;
    AppendRune(rune, c);
    const std::string quoted = Quote(rune);
    const std::string shown = c == '\''  ? "'\\''"
                              : c == '"' ? "'\"'"
                                         : absl::StrCat("'", quoted.substr(1, quoted.size() - 2), "'");
    error_ = absl::InvalidArgumentError(absl::StrCat("invalid character ", shown, " ", context));
    return false;
  }

  bool Enter() {
    if (depth_ >= max_depth_) return Unexpected("exceeded max depth");
    ++depth_;
    ++at_;
    SkipBlanks();
    return true;
  }

  bool Leave() {
    --depth_;
    ++at_;
    return true;
  }

  bool ReadObject(Value& out) {
    if (!Enter()) return false;
    Map entries;
    if (!AtEnd() && text_[at_] == '}') {
      out = Value::MakeMap();
      return Leave();
    }
    for (;;) {
      SkipBlanks();
      if (AtEnd() || text_[at_] != '"') return Unexpected("looking for beginning of object key string");
      std::string key;
      if (!ReadString(key)) return false;
      SkipBlanks();
      if (AtEnd() || text_[at_] != ':') return Unexpected("after object key");
      ++at_;
      Value value;
      if (!ReadValue(value)) return false;
      entries.insert_or_assign(std::move(key), std::move(value));
      SkipBlanks();
      if (!AtEnd() && text_[at_] == '}') break;
      if (AtEnd() || text_[at_] != ',') return Unexpected("after object key:value pair");
      ++at_;
    }
    out = Value::MakeMap(std::move(entries));
    return Leave();
  }

  bool ReadArray(Value& out) {
    if (!Enter()) return false;
    List items;
    if (!AtEnd() && text_[at_] == ']') {
      out = Value::MakeList({});
      return Leave();
    }
    for (;;) {
      Value value;
      if (!ReadValue(value)) return false;
      items.push_back(std::move(value));
      SkipBlanks();
      if (!AtEnd() && text_[at_] == ']') break;
      if (AtEnd() || text_[at_] != ',') return Unexpected("after array element");
      ++at_;
    }
    out = Value::MakeList(std::move(items));
    return Leave();
  }

  bool ReadWord(absl::string_view word) {
    for (size_t i = 0; i < word.size(); ++i, ++at_)
      if (AtEnd() || text_[at_] != word[i])
        return Unexpected(absl::StrCat("in literal ", word, " (expecting '", word.substr(i, 1), "')"));
    return true;
  }

  bool ReadDigits(absl::string_view context) {
    if (AtEnd() || !absl::ascii_isdigit(text_[at_])) return Unexpected(context);
    while (!AtEnd() && absl::ascii_isdigit(text_[at_])) ++at_;
    return true;
  }

  bool ReadNumber(Value& out) {
    const size_t start = at_;
    if (text_[at_] == '-') ++at_;
    if (!AtEnd() && text_[at_] == '0') {
      ++at_;
    } else if (!ReadDigits("in numeric literal")) {
      return false;
    }
    if (!AtEnd() && text_[at_] == '.') {
      ++at_;
      if (!ReadDigits("after decimal point in numeric literal")) return false;
    }
    if (!AtEnd() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (!AtEnd() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!ReadDigits("in exponent of numeric literal")) return false;
    }
    const absl::string_view number = text_.substr(start, at_ - start);
    const auto value = ParseFloat(number);
    if (!value.ok() && number_error_.ok())
      number_error_ = absl::InvalidArgumentError(
          absl::StrCat("json: cannot unmarshal number ", number, " into Go value of type float64"));
    out = value.ok() ? Value::Float(*value) : Value();
    return true;
  }

  bool ReadString(std::string& out) {
    ++at_;
    for (;;) {
      size_t end = at_;
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' && text_[end] >= ' ' &&
             text_[end] <= '~')
        ++end;
      out.append(text_.data() + at_, end - at_);
      at_ = end;
      if (AtEnd()) return Ended();
      const uint8_t c = static_cast<uint8_t>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        ++at_;
        if (!ReadEscape(out)) return false;
      } else if (c < ' ') {
        return Unexpected("in string literal");
      } else {
        const Rune rune = DecodeRune(text_.substr(at_));
        AppendRune(out, rune.code);
        at_ += rune.size;
      }
    }
  }

  bool ReadEscape(std::string& out) {
    constexpr absl::string_view kLetters = "bfnrt\\/\"";
    constexpr absl::string_view kMeanings = "\b\f\n\r\t\\/\"";
    if (AtEnd()) return Ended();
    if (text_[at_] == 'u') {
      int32_t code = 0;
      ++at_;
      if (!ReadHex(code)) return false;
      if (code >= 0xd800 && code < 0xdc00) return ReadLowSurrogate(code, out);
      AppendRune(out, code);
      return true;
    }
    const size_t letter = kLetters.find(text_[at_]);
    if (letter == absl::string_view::npos) return Unexpected("in string escape code");
    out += kMeanings[letter];
    ++at_;
    return true;
  }

  bool ReadLowSurrogate(int32_t high, std::string& out) {
    if (text_.substr(at_, 2) != "\\u") {
      AppendRune(out, kRuneError);
      return true;
    }
    const size_t before = at_;
    int32_t low = 0;
    at_ += 2;
    if (!ReadHex(low)) return false;
    if (low >= 0xdc00 && low < 0xe000) {
      AppendRune(out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
      return true;
    }
    AppendRune(out, kRuneError);
    at_ = before;  // the other one may be a character, or half of one, by itself
    return true;
  }

  bool ReadHex(int32_t& code) {
    for (int i = 0; i < 4; ++i, ++at_) {
      if (AtEnd() || !absl::ascii_isxdigit(text_[at_]))
        return Unexpected("in \\u hexadecimal character escape");
      const char c = text_[at_];
      code = code << 4 | (absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return true;
  }

  const absl::string_view text_;
  const int max_depth_;
  const absl::string_view at_end_;  // the error of text that ends too early
  size_t at_ = 0;
  int depth_ = 0;
  absl::Status error_, number_error_;
};

absl::Status CheckSize(absl::string_view text, const Limits& limits) {
  if (text.size() <= limits.document_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("json: document has more than ", limits.document_bytes, " bytes"));
}

absl::StatusOr<Value> ReadWhole(absl::string_view text, const Limits& limits, absl::Status& number_error) {
  if (absl::Status size = CheckSize(text, limits); !size.ok()) return size;
  JsonReader reader(text, limits.document_depth, "unexpected end of JSON input");
  Value value;
  if (!reader.ReadValue(value) || !reader.ReadEnd()) return reader.error();
  number_error = reader.number_error();
  return value;
}

absl::StatusOr<Value> ReadAs(Kind kind, absl::string_view text, const Limits& limits,
                             absl::string_view go_type) {
  absl::Status number_error;
  auto value = ReadWhole(text, limits, number_error);
  if (!value.ok()) return value;
  const bool number = !value->IsNil() ? value->Is(Kind::kFloat) : !number_error.ok();
  if (value->IsNil() && !number) return kind == Kind::kMap ? Value::MakeMap() : Value::MakeList({});
  if (!value->Is(kind)) return JsonTypeError(number ? Value::Float(0) : *value, go_type);
  if (!number_error.ok()) return number_error;
  return value;
}

}  // namespace

absl::StatusOr<Value> ReadJson(absl::string_view text, const Limits& limits) {
  absl::Status number_error;
  auto value = ReadWhole(text, limits, number_error);
  if (value.ok() && !number_error.ok()) return number_error;
  return value;
}

absl::StatusOr<Value> ReadJsonMap(absl::string_view text, const Limits& limits, absl::string_view go_type) {
  return ReadAs(Kind::kMap, text, limits, go_type);
}

absl::StatusOr<Value> ReadJsonList(absl::string_view text, const Limits& limits, absl::string_view go_type) {
  return ReadAs(Kind::kList, text, limits, go_type);
}

absl::StatusOr<JsonPrefix> ReadJsonPrefix(absl::string_view text, const Limits& limits) {
  if (absl::Status size = CheckSize(text, limits); !size.ok()) return size;
  const bool blank = absl::StripAsciiWhitespace(text).empty();
  JsonReader reader(text, limits.document_depth, blank ? "EOF" : "unexpected EOF");
  JsonPrefix prefix;
  if (!reader.ReadValue(prefix.value)) return reader.error();
  if (!reader.number_error().ok()) return reader.number_error();
  prefix.bytes = reader.position();
  return prefix;
}

absl::Status JsonTypeError(const Value& value, absl::string_view go_type) {
  absl::string_view what = "number";
  if (value.Is(Kind::kMap)) what = "object";
  if (value.Is(Kind::kList)) what = "array";
  if (value.Is(Kind::kString)) what = "string";
  if (value.Is(Kind::kBool)) what = "bool";
  return absl::InvalidArgumentError(
      absl::StrCat("json: cannot unmarshal ", what, " into Go value of type ", go_type));
}

}  // namespace devstats::chart
