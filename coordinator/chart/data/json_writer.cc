#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr int kMaxDepth = 1000;  // where Go begins to look for cycles

bool IsWritten(const Field& field, const Value& value) {
  const bool empty = !value.Is(Kind::kObject) && !Truth(value);
  return !field.json_name.empty() && !(field.omit_empty && empty);
}

class JsonWriter {
 public:
  JsonWriter(const JsonStyle& style, size_t max_bytes) : style_(style), max_bytes_(max_bytes) {}

  absl::Status Write(const Value& value, int depth) {
    if (depth > kMaxDepth)
      return absl::InvalidArgumentError(
          absl::StrCat("json: unsupported value: encountered a cycle via ", TypeName(value)));
    switch (value.IsNull() ? Kind::kNil : value.kind()) {
      case Kind::kNil:
        out_ += "null";
        return absl::OkStatus();
      case Kind::kBool:
        out_ += value.bool_value() ? "true" : "false";
        return absl::OkStatus();
      case Kind::kInt:
        absl::StrAppend(&out_, value.int_value());
        return absl::OkStatus();
      case Kind::kUint:
        absl::StrAppend(&out_, value.uint_value());
        return absl::OkStatus();
      case Kind::kFloat:
        return WriteFloat(value);
      case Kind::kComplex:
        return absl::InvalidArgumentError("json: unsupported type: complex128");
      case Kind::kString:
        WriteString(value.text());
        return absl::OkStatus();
      case Kind::kBytes:
        absl::StrAppend(&out_, "\"", absl::Base64Escape(value.text()), "\"");
        return absl::OkStatus();
      case Kind::kList:
        return WriteList(value.list(), depth + 1);
      case Kind::kMap:
        return WriteMap(value.map(), depth + 1);
      case Kind::kObject:
        return WriteObject(value, depth + 1);
    }
    return absl::OkStatus();
  }

  std::string Take() && { return std::move(out_); }

 private:
  void NewLine(int depth) {
    if (style_.indent <= 0) return;
    out_ += '\n';
    out_.append(static_cast<size_t>(style_.indent) * depth, ' ');
  }

  absl::Status CheckSize() const {
    if (out_.size() <= max_bytes_) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("json: more than ", max_bytes_, " bytes"));
  }

  absl::Status WriteList(const List& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return absl::OkStatus();
    }
    out_ += '[';
    for (const Value& item : items) {
      RETURN_IF_ERROR(CheckSize());
      if (&item != &items.front()) out_ += ',';
      NewLine(depth);
      RETURN_IF_ERROR(Write(item, depth));
    }
    NewLine(depth - 1);
    out_ += ']';
    return absl::OkStatus();
  }

  absl::Status WriteMap(const Map& entries, int depth) {
    if (entries.empty()) {
      out_ += "{}";
      return absl::OkStatus();
    }
    char before = '{';
    for (const auto& [key, value] : entries) {
      RETURN_IF_ERROR(CheckSize());
      out_ += std::exchange(before, ',');
      NewLine(depth);
      WriteString(key);
      out_ += style_.indent > 0 ? ": " : ":";
      RETURN_IF_ERROR(Write(value, depth));
    }
    NewLine(depth - 1);
    out_ += '}';
    return absl::OkStatus();
  }

  // The fields in Go's order, which is no map's.
  absl::Status WriteObject(const Value& value, int depth) {
    Value plain;
    if (value.object().ToPlain(plain)) return Write(plain, depth);
    const List& values = value.object().fields();
    char before = '{';
    for (size_t i = 0; i < values.size(); ++i) {
      const Field& field = value.type()->fields[i];
      if (!IsWritten(field, values[i])) continue;
      out_ += std::exchange(before, ',');
      NewLine(depth);
      WriteString(field.json_name);
      out_ += style_.indent > 0 ? ": " : ":";
      RETURN_IF_ERROR(Write(values[i], depth));
    }
    if (before == '{') {
      out_ += '{';
    } else {
      NewLine(depth - 1);
    }
    out_ += '}';
    return absl::OkStatus();
  }

  absl::Status WriteFloat(const Value& value) {
    const double number = value.float_value();
    const int bits = value.type() == &types::kFloat32 ? 32 : 64;
    if (!std::isfinite(number))
      return absl::InvalidArgumentError(
          absl::StrCat("json: unsupported value: ", FormatFloat(number, 'g', -1, bits)));
    const double size = std::fabs(number);
    const bool small = bits == 32 ? static_cast<float>(size) < 1e-6f : size < 1e-6;
    const bool large = bits == 32 ? static_cast<float>(size) >= 1e21f : size >= 1e21;
    const bool exponent = number != 0 && (small || large);
    std::string text = FormatFloat(number, exponent ? 'e' : 'f', -1, bits);
    // e-09 is e-9 here.
    const size_t n = text.size();
    if (exponent && n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' && text[n - 2] == '0')
      text.erase(n - 2, 1);
    out_ += text;
    return absl::OkStatus();
  }

  bool IsPlain(uint8_t c) const {
    if (c == '<' || c == '>' || c == '&') return !style_.escape_html;
    return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
  }

  void WriteString(absl::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      size_t plain = 0;
      while (plain < text.size() && IsPlain(static_cast<uint8_t>(text[plain]))) ++plain;
      out_.append(text.data(), plain);
      text.remove_prefix(plain);
      if (!text.empty()) WriteEscaped(text);
    }
    out_ += '"';
  }

  void WriteEscaped(absl::string_view& text) {
    constexpr absl::string_view kControls = "\"\\\b\f\n\r\t";
    constexpr absl::string_view kLetters = "\"\\bfnrt";
    const Rune rune = DecodeRune(text);
    if (rune.code < 0x80) {
      const size_t letter = kControls.find(text[0]);
      if (letter != absl::string_view::npos)
        out_.append({'\\', kLetters[letter]});
      else
        WriteCode(rune.code);
    } else if (rune.Invalid() || rune.code == 0x2028 || rune.code == 0x2029) {
      WriteCode(rune.code);
    } else {
      out_.append(text.data(), rune.size);
    }
    text.remove_prefix(rune.size);
  }

  void WriteCode(int32_t code) {
    out_ += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out_ += "0123456789abcdef"[code >> shift & 15];
  }

  const JsonStyle style_;
  const size_t max_bytes_;
  std::string out_;
};

}  // namespace

Value ToPlain(const Value& value) {
  if (!value.Is(Kind::kObject)) return value;
  Value plain;
  if (value.object().ToPlain(plain)) return plain;
  Map entries;
  const auto fields = value.type()->fields;
  const std::vector<Value>& values = value.object().fields();
  for (size_t i = 0; i < values.size(); ++i) {
    if (IsWritten(fields[i], values[i]))
      entries.insert_or_assign(std::string(fields[i].json_name), values[i]);
  }
  return Value::MakeMap(std::move(entries));
}

absl::StatusOr<std::string> WriteJson(const Value& value, const JsonStyle& style, size_t max_bytes) {
  JsonWriter writer(style, max_bytes);
  RETURN_IF_ERROR(writer.Write(value, 0));
  return std::move(writer).Take();
}

}  // namespace devstats::chart
