#include "coordinator/release/record/release_json.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/functions/go_time.h"

namespace devstats::release {

using chart::JsonString;

std::string JsonText(absl::string_view text) { return WrittenJson(chart::Value::String(text)); }

std::string WrittenJson(const chart::Value& value) { return chart::WriteJson(value).value_or("null"); }

void JsonObject::Add(absl::string_view key, absl::string_view json) {
  absl::StrAppend(&text_, text_.empty() ? "{\"" : ",\"", key, "\":", json);
}

bool JsonPieces::At(char c) {
  scanner_.SkipBlanks();
  return !scanner_.AtEnd() && scanner_.Peek() == c;
}

absl::Status JsonPieces::Begin(char c, absl::string_view what, bool& null) {
  null = At('n');
  if (null) return scanner_.ReadWord("null");
  if (scanner_.AtEnd()) return scanner_.Unexpected("");
  return At(c) ? absl::OkStatus() : scanner_.Unexpected(absl::StrCat("where ", what, " begins"));
}

absl::Status JsonPieces::Object(absl::FunctionRef<absl::Status(absl::string_view)> read) {
  bool null = false;
  RETURN_IF_ERROR(Begin('{', "an object", null));
  if (null) return absl::OkStatus();
  return scanner_.ReadObject([&](const JsonString& key) -> absl::Status {
    const absl::Status status = key.plain ? read(key.written) : read(key.Text());
    return status.ok() ? status : Annotate(status, key.written.substr(0, 100));
  });
}

absl::Status JsonPieces::List(absl::FunctionRef<absl::Status()> read) {
  bool null = false;
  RETURN_IF_ERROR(Begin('[', "a list", null));
  return null ? absl::OkStatus() : scanner_.ReadList(read);
}

absl::Status JsonPieces::Text(std::string& out) {
  bool null = false;
  RETURN_IF_ERROR(Begin('"', "a text", null));
  if (null) return absl::OkStatus();
  JsonString text;
  RETURN_IF_ERROR(scanner_.ReadString(text));
  out = text.Text();
  return absl::OkStatus();
}

absl::Status JsonPieces::Integer(int64_t& out) {
  if (At('n')) return scanner_.ReadWord("null");
  absl::string_view number;
  RETURN_IF_ERROR(scanner_.ReadNumber(number));
  if (absl::SimpleAtoi(number, &out)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(number.substr(0, 40), " is no integer of 64 bits"));
}

absl::Status JsonPieces::Time(absl::Time& out) {
  std::string text;
  RETURN_IF_ERROR(Text(text));
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const chart::GoTime time,
                   chart::ParseTime("2006-01-02T15:04:05Z07:00", text, chart::GoZone()));
  out = time.IsZero() ? absl::InfinitePast()
                      : absl::FromUnixSeconds(time.seconds) + absl::Nanoseconds(time.nanos);
  return absl::OkStatus();
}

absl::Status JsonPieces::Skip() {
  scanner_.SkipBlanks();
  if (scanner_.AtEnd()) return scanner_.Unexpected("");
  switch (const char c = scanner_.Peek(); c) {
    case '{':
      return scanner_.ReadObject([&](const JsonString&) { return Skip(); });
    case '[':
      return scanner_.ReadList([&] { return Skip(); });
    case '"': {
      JsonString text;
      return scanner_.ReadString(text);
    }
    case 't':
      return scanner_.ReadWord("true");
    case 'f':
      return scanner_.ReadWord("false");
    case 'n':
      return scanner_.ReadWord("null");
    default:
      absl::string_view number;
      if (c == '-' || absl::ascii_isdigit(static_cast<unsigned char>(c))) return scanner_.ReadNumber(number);
      return scanner_.Unexpected("looking for beginning of value");
  }
}

absl::Status JsonPieces::ObjectText(absl::string_view& out) {
  bool null = false;
  RETURN_IF_ERROR(Begin('{', "an object", null));
  if (null) return absl::OkStatus();
  const size_t start = position();
  RETURN_IF_ERROR(Skip());
  out = text_.substr(start, position() - start);
  return absl::OkStatus();
}

absl::Status JsonPieces::End() {
  scanner_.SkipBlanks();
  return scanner_.AtEnd() ? absl::OkStatus() : scanner_.Unexpected("after top-level value");
}

}  // namespace devstats::release
