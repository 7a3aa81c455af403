#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/data/yaml_emitter.h"
#include "coordinator/chart/data/yaml_parser.h"
#include "coordinator/chart/data/yaml_resolve.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using internal::YamlEmitter;
using Place = YamlEmitter::Place;
using Scalar = YamlEmitter::Scalar;

constexpr int kMaxDepth = 1000;
// The longest key, quotes included, that a YAML reader still takes: toYaml reads the JSON it has made.
constexpr size_t kMaxKey = 1024;

// Whether plain text would be read as text.
bool StaysText(absl::string_view text) {
  return internal::ResolvePlain(text).tag == internal::YamlTag::kStr && !internal::IsBase60(text);
}

Scalar StyleOf(absl::string_view text) {
  if (absl::StrContains(text, '\n')) return Scalar::kLiteral;
  return StaysText(text) ? Scalar::kPlain : Scalar::kQuoted;
}

// As JSON writes a number and YAML reads it: whole numbers of up to 64 bits are integers.
std::string NumberText(const Value& value) {
  const int bits = value.type() == &types::kFloat32 ? 32 : 64;
  const double number = value.float_value();
  const double size = std::fabs(number);
  if (number == 0) return "0";
  if (size >= 1e-6 && size < 1e21) {
    std::string text = FormatFloat(number, 'f', -1, bits);
    int64_t integer = 0;
    uint64_t large = 0;
    const char* end = text.data() + text.size();
    std::from_chars(text.data(), end, integer);
    std::from_chars(text.data(), end, large);
    if (absl::StrCat(integer) == text || absl::StrCat(large) == text) return text;
  }
  double real = number;
  if (bits == 32) real = *ParseFloat(FormatFloat(number, 'g', -1, 32));
  return FormatFloat(real, 'g', -1);
}

// Characters that JSON leaves as they are and a YAML reader does not take, or takes for a line break.
enum class Oddity { kNone, kNextLine, kControl };

Oddity FindOddity(absl::string_view text) {
  Oddity found = Oddity::kNone;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\x7f') return Oddity::kControl;
    if (c == '\xc2' && static_cast<uint8_t>(next) < 0xa0) {
      if (next != '\x85') return Oddity::kControl;
      found = Oddity::kNextLine;
    }
    if (c == '\xef' && next == '\xbf' && i + 2 < text.size() &&
        (text[i + 2] == '\xbe' || text[i + 2] == '\xbf'))
      return Oddity::kControl;
  }
  return found;
}

absl::Status NotYaml(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("yaml: ", why));
}

using Entry = std::pair<absl::string_view, const Value*>;
using Entries = absl::InlinedVector<Entry, 16>;

Entries SortedEntries(const Map& map, bool pretty) {
  Entries entries;
  entries.reserve(map.size());
  for (const auto& [key, value] : map) entries.emplace_back(key, &value);
  const auto less = [pretty](const Entry& a, const Entry& b) {
    return NaturalLess(a.first, b.first, pretty);
  };
  // Not std::sort: the order is none for some sets of keys, and then only a stable sort stays in bounds.
  if (!std::is_sorted(entries.begin(), entries.end(), less))
    std::stable_sort(entries.begin(), entries.end(), less);
  return entries;
}

class Writer {
 public:
  Writer(YamlEmitter::Dialect dialect, size_t max_bytes)
      : pretty_(dialect == YamlEmitter::Dialect::kV3), max_bytes_(max_bytes), emitter_(dialect) {}

  absl::Status Write(const Value& value, Place place, int depth) {
    if (depth > kMaxDepth)
      return absl::InvalidArgumentError(
          absl::StrCat("json: unsupported value: encountered a cycle via ", TypeName(value)));
    if (emitter_.size() > max_bytes_)
      return absl::ResourceExhaustedError(absl::StrCat("yaml: more than ", max_bytes_, " bytes"));
    switch (value.IsNull() && !pretty_ ? Kind::kNil : value.kind()) {
      case Kind::kNil:
        emitter_.Word("null");
        return absl::OkStatus();
      case Kind::kBool:
        emitter_.Word(value.bool_value() ? "true" : "false");
        return absl::OkStatus();
      case Kind::kInt:
        emitter_.Word(absl::AlphaNum(value.int_value()).Piece());
        return absl::OkStatus();
      case Kind::kUint:
        emitter_.Word(absl::AlphaNum(value.uint_value()).Piece());
        return absl::OkStatus();
      case Kind::kFloat:
        return WriteFloat(value);
      case Kind::kComplex:
        return absl::InvalidArgumentError("json: unsupported type: complex128");
      case Kind::kString:
        return WriteText(value.text(), place);
      case Kind::kBytes:
        return WriteBytes(value, place);
      case Kind::kList:
        return WriteList(value.list(), place, depth + 1);
      case Kind::kMap:
        return WriteMap(value.map(), depth + 1);
      case Kind::kObject:
        return pretty_ ? WriteObject(value, place, depth + 1) : Write(ToPlain(value), place, depth + 1);
    }
    return absl::OkStatus();
  }

  std::string Finish() && { return std::move(emitter_).Finish(); }

 private:
  absl::Status WriteFloat(const Value& value) {
    const double number = value.float_value();
    if (pretty_) {
      const std::string text = FormatFloat(number, 'g', -1, value.type() == &types::kFloat32 ? 32 : 64);
      emitter_.Word(std::isnan(number) ? ".nan" : text == "+Inf" ? ".inf" : text == "-Inf" ? "-.inf" : text);
      return absl::OkStatus();
    }
    if (!std::isfinite(number))
      return absl::InvalidArgumentError(
          absl::StrCat("json: unsupported value: ", FormatFloat(number, 'g', -1)));
    emitter_.Word(NumberText(value));
    return absl::OkStatus();
  }

  absl::Status WriteText(absl::string_view text, Place place) {
    std::string changed;
    if (pretty_) {
      if (!ValidUtf8(text)) {
        changed = Base64Lines(text);
        emitter_.Text(changed, absl::StrContains(changed, '\n') ? Scalar::kLiteral : Scalar::kPlain, place,
                      "!!binary");
        return absl::OkStatus();
      }
    } else if (HasHighBytes(text)) {
      RETURN_IF_ERROR(ByWayOfJson(place, changed, text));
    }
    emitter_.Text(text, StyleOf(text), place);
    return absl::OkStatus();
  }

  static bool HasHighBytes(absl::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x7f; });
  }

  // What becomes of text when it is written as JSON and read as YAML; a changed `text` lies in `storage`.
  static absl::Status ByWayOfJson(Place place, std::string& storage, absl::string_view& text) {
    if (!ValidUtf8(text)) {
      storage = ToValidUtf8(text);
      text = storage;
    }
    const Oddity oddity = FindOddity(text);
    if (oddity == Oddity::kNone) return absl::OkStatus();
    if (oddity == Oddity::kControl) return NotYaml("control characters are not allowed");
    if (place == Place::kKey) return NotYaml("did not find expected ',' or '}'");
    ASSIGN_OR_RETURN(const std::string json, WriteJson(Value::String(text)));
    internal::YamlParser parser(json, kMaxDepth);
    RETURN_IF_ERROR(parser.Next());
    RETURN_IF_ERROR(parser.Next());
    storage = std::string(parser.event().value);
    text = storage;
    return absl::OkStatus();
  }

  // As go-yaml breaks it: 70 characters a line, if there is more than one line.
  static std::string Base64Lines(absl::string_view bytes) {
    std::string all = absl::Base64Escape(bytes);
    if (all.size() < 70) return all;
    std::string out;
    for (size_t at = 0; at < all.size(); at += 70) absl::StrAppend(&out, all.substr(at, 70), "\n");
    return out;
  }

  absl::Status WriteBytes(const Value& value, Place place) {
    if (!pretty_) return WriteText(absl::Base64Escape(value.text()), place);
    List items;
    for (char c : value.text()) items.push_back(Value::Uint(static_cast<uint8_t>(c), types::kUint8));
    return WriteList(items, place, 0);
  }

  absl::Status WriteList(const List& items, Place place, int depth) {
    if (items.empty()) {
      emitter_.Empty("[]");
      return absl::OkStatus();
    }
    const int indent = emitter_.indent();
    emitter_.BeginList(place);
    for (const Value& item : items) {
      emitter_.BeginItem();
      RETURN_IF_ERROR(Write(item, Place::kItem, depth));
    }
    emitter_.End(indent);
    return absl::OkStatus();
  }

  absl::Status WriteKey(absl::string_view key) {
    std::string changed;
    if (!pretty_ && HasHighBytes(key)) RETURN_IF_ERROR(ByWayOfJson(Place::kKey, changed, key));
    if (!pretty_ && key.size() > kMaxKey / 6) {
      ASSIGN_OR_RETURN(const std::string json, WriteJson(Value::String(key)));
      if (RuneCount(json) > kMaxKey) return NotYaml("did not find expected ',' or '}'");
    }
    emitter_.BeginKey(key);
    RETURN_IF_ERROR(WriteText(key, Place::kKey));
    emitter_.EndKey();
    return absl::OkStatus();
  }

  absl::Status WriteMap(const Map& map, int depth) {
    if (map.empty()) {
      emitter_.Empty("{}");
      return absl::OkStatus();
    }
    const int indent = emitter_.indent();
    emitter_.BeginMap();
    for (const Entry& entry : SortedEntries(map, pretty_)) {
      RETURN_IF_ERROR(WriteKey(entry.first));
      RETURN_IF_ERROR(Write(*entry.second, Place::kValue, depth));
    }
    emitter_.End(indent);
    return absl::OkStatus();
  }

  // go-yaml v3 knows nothing of JSON: all fields, in their order, by their names in small letters.
  absl::Status WriteObject(const Value& value, Place place, int depth) {
    std::string text;
    const List& fields = value.object().fields();
    if (fields.empty()) {
      Value plain;
      return Write(value.object().ToPlain(plain) ? plain : Value::MakeMap(), place, depth);
    }
    const int indent = emitter_.indent();
    emitter_.BeginMap();
    for (size_t i = value.type()->promoted; i < fields.size(); ++i) {
      RETURN_IF_ERROR(WriteKey(absl::AsciiStrToLower(value.type()->fields[i].name)));
      RETURN_IF_ERROR(Write(fields[i], Place::kValue, depth));
    }
    emitter_.End(indent);
    return absl::OkStatus();
  }

  const bool pretty_;
  const size_t max_bytes_;
  YamlEmitter emitter_;
};

absl::StatusOr<std::string> WriteAs(YamlEmitter::Dialect dialect, const Value& value, size_t max_bytes) {
  Writer writer(dialect, max_bytes);
  RETURN_IF_ERROR(writer.Write(value, Place::kRoot, 0));
  return std::move(writer).Finish();
}

}  // namespace

absl::StatusOr<std::string> WriteYaml(const Value& value, size_t max_bytes) {
  return WriteAs(YamlEmitter::Dialect::kV2, value, max_bytes);
}

absl::StatusOr<std::string> WriteYamlPretty(const Value& value, size_t max_bytes) {
  return WriteAs(YamlEmitter::Dialect::kV3, value, max_bytes);
}

}  // namespace devstats::chart
