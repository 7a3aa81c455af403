#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/json_scanner.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// One pass that reads and checks; the first syntax error ends it.
class JsonReader {
 public:
  JsonReader(absl::string_view text, const Limits& limits, absl::string_view at_end)
      : scanner_(text, limits.document_depth, at_end) {}

  absl::Status ReadValue(Value& out) {
    scanner_.SkipBlanks();
    if (scanner_.AtEnd()) return scanner_.Unexpected("");
    switch (const char c = scanner_.Peek(); c) {
      case '{':
        return ReadObject(out);
      case '[':
        return ReadList(out);
      case '"': {
        JsonString text;
        RETURN_IF_ERROR(scanner_.ReadString(text));
        out = text.plain ? Value::String(text.written) : Value::String(text.Text());
        return absl::OkStatus();
      }
      case 't':
        out = Value::Bool(true);
        return scanner_.ReadWord("true");
      case 'f':
        out = Value::Bool(false);
        return scanner_.ReadWord("false");
      case 'n':
        out = Value();
        return scanner_.ReadWord("null");
      default:
        if (c == '-' || absl::ascii_isdigit(c)) return ReadNumber(out);
        return scanner_.Unexpected("looking for beginning of value");
    }
  }

  absl::Status ReadEnd() {
    scanner_.SkipBlanks();
    return scanner_.AtEnd() ? absl::OkStatus() : scanner_.Unexpected("after top-level value");
  }

  size_t position() const { return scanner_.position(); }
  // The first number that is no float64; Go goes on and tells in the end.
  const absl::Status& number_error() const { return number_error_; }

 private:
  absl::Status ReadObject(Value& out) {
    Map entries;
    RETURN_IF_ERROR(scanner_.ReadObject([&](const JsonString& key) -> absl::Status {
      Value value;
      RETURN_IF_ERROR(ReadValue(value));
      entries.insert_or_assign(key.Text(), std::move(value));
      return absl::OkStatus();
    }));
    out = Value::MakeMap(std::move(entries));
    return absl::OkStatus();
  }

  absl::Status ReadList(Value& out) {
    List items;
    RETURN_IF_ERROR(scanner_.ReadList([&]() -> absl::Status {
      Value value;
      RETURN_IF_ERROR(ReadValue(value));
      items.push_back(std::move(value));
      return absl::OkStatus();
    }));
    out = Value::MakeList(std::move(items));
    return absl::OkStatus();
  }

  absl::Status ReadNumber(Value& out) {
    absl::string_view number;
    RETURN_IF_ERROR(scanner_.ReadNumber(number));
    const auto value = ParseFloat(number);
    if (!value.ok() && number_error_.ok())
      number_error_ = absl::InvalidArgumentError(
          absl::StrCat("json: cannot unmarshal number ", number, " into Go value of type float64"));
    out = value.ok() ? Value::Float(*value) : Value();
    return absl::OkStatus();
  }

  JsonScanner scanner_;
  absl::Status number_error_;
};

absl::Status CheckSize(absl::string_view text, const Limits& limits) {
  if (text.size() <= limits.document_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("json: document has more than ", limits.document_bytes, " bytes"));
}

absl::StatusOr<Value> ReadWhole(absl::string_view text, const Limits& limits, absl::Status& number_error) {
  RETURN_IF_ERROR(CheckSize(text, limits));
  JsonReader reader(text, limits, "unexpected end of JSON input");
  Value value;
  RETURN_IF_ERROR(reader.ReadValue(value));
  RETURN_IF_ERROR(reader.ReadEnd());
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
  RETURN_IF_ERROR(CheckSize(text, limits));
  const bool blank = absl::StripAsciiWhitespace(text).empty();
  JsonReader reader(text, limits, blank ? "EOF" : "unexpected EOF");
  JsonPrefix prefix;
  RETURN_IF_ERROR(reader.ReadValue(prefix.value));
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
