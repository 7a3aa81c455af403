#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/toml.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace types {
constinit const Type kTables{Kind::kList, "[]map[string]interface {}", "slice", &kMap};
}  // namespace types

namespace {

constexpr int kMaxDepth = 1000;

enum class TomlKind { kNone, kPlain, kTable, kTables };

absl::Status Deep() { return absl::InvalidArgumentError("toml: nested too deeply"); }

class TomlWriter {
 public:
  explicit TomlWriter(size_t max_bytes) : max_bytes_(max_bytes) {}

  absl::Status Document(const Value& value) {
    if (value.IsNil()) return absl::InternalError("reflect: call of reflect.Value.Type on zero Value");
    return Encode("", 0, value);
  }

  std::string Take() && { return std::move(out_); }

 private:
  absl::Status Check(int depth) const {
    if (depth > kMaxDepth) return Deep();
    if (out_.size() <= max_bytes_ && looked_at_ <= max_bytes_) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("toml: more than ", max_bytes_, " bytes"));
  }

  // Also checks that no list holds nil.
  absl::StatusOr<TomlKind> KindOf(const Value& value, int depth = 0) {
    ++looked_at_;
    RETURN_IF_ERROR(Check(depth));
    switch (value.kind()) {
      case Kind::kNil:
        return TomlKind::kNone;
      case Kind::kMap:
        return TomlKind::kTable;
      case Kind::kObject:
        return ToPlain(value).Is(Kind::kMap) ? TomlKind::kTable : TomlKind::kPlain;
      case Kind::kComplex:
        return absl::InvalidArgumentError("unsupported type: complex128");
      case Kind::kList: {
        bool tables = !value.list().empty();
        for (const Value& item : value.list()) {
          ASSIGN_OR_RETURN(const TomlKind kind, KindOf(item, depth + 1));
          if (kind == TomlKind::kNone)
            return absl::InvalidArgumentError("toml: cannot encode array with nil element");
          tables &= kind == TomlKind::kTable;
        }
        return tables ? TomlKind::kTables : TomlKind::kPlain;
      }
      default:
        return TomlKind::kPlain;
    }
  }

  // `key`: the whole of it as it is written, of `depth` parts.
  absl::Status Encode(const std::string& key, int depth, const Value& value, absl::string_view last = "") {
    RETURN_IF_ERROR(Check(depth));
    ASSIGN_OR_RETURN(const TomlKind kind, KindOf(value));
    switch (kind) {
      case TomlKind::kNone:
        return absl::OkStatus();
      case TomlKind::kPlain:
        return KeyValue(last, depth, value, false);
      case TomlKind::kTable:
        if (depth == 1) NewLine();
        if (depth > 0) Header("[", key, "]", depth);
        return Table(key, depth, ToPlain(value));
      case TomlKind::kTables:
        if (depth == 0)
          return absl::InvalidArgumentError("toml: top-level values must be Go maps or structs");
        for (const Value& table : value.list()) {
          NewLine();
          Header("[[", key, "]]", depth);
          RETURN_IF_ERROR(Table(key, depth, ToPlain(table)));
        }
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // What is no table first: behind the header of a table it would belong to that.
  absl::Status Table(const std::string& key, int depth, const Value& table) {
    for (const bool subtables : {false, true}) {
      for (const auto& [name, value] : table.map()) {
        ASSIGN_OR_RETURN(const TomlKind kind, KindOf(value));
        if ((kind == TomlKind::kTable || kind == TomlKind::kTables) != subtables) continue;
        const std::string part = internal::TomlKey(name);
        RETURN_IF_ERROR(Encode(depth == 0 ? part : absl::StrCat(key, ".", part), depth + 1, value, part));
      }
    }
    return absl::OkStatus();
  }

  void NewLine() {
    if (!out_.empty()) out_ += '\n';
  }

  void Header(absl::string_view open, absl::string_view key, absl::string_view close, int depth) {
    out_.append(static_cast<size_t>(depth - 1) * 2, ' ');
    absl::StrAppend(&out_, open, key, close, "\n");
  }

  absl::Status KeyValue(absl::string_view key, int depth, const Value& value, bool inside) {
    if (depth == 0) return Element(value, 0);
    out_.append(static_cast<size_t>(depth - 1) * 2, ' ');
    absl::StrAppend(&out_, key, " = ");
    RETURN_IF_ERROR(Element(value, 0));
    if (!inside) NewLine();
    return absl::OkStatus();
  }

  absl::Status Element(const Value& value, int depth) {
    RETURN_IF_ERROR(Check(depth));
    switch (value.kind()) {
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
        Float(value);
        return absl::OkStatus();
      case Kind::kString:
        absl::StrAppend(&out_, internal::TomlQuoted(value.text()));
        return absl::OkStatus();
      case Kind::kBytes: {
        List items;
        for (char c : value.text()) items.push_back(Value::Uint(static_cast<uint8_t>(c), types::kUint8));
        return Array(items, depth);
      }
      case Kind::kList:
        return Array(value.list(), depth);
      case Kind::kMap:
        return Inline(value, depth);
      case Kind::kObject: {
        const Value plain = ToPlain(value);
        if (plain.Is(Kind::kString) && value.type()->name == "time.Time") {
          absl::StrAppend(&out_, plain.text());
          return absl::OkStatus();
        }
        return Element(plain, depth + 1);
      }
      case Kind::kNil:
      case Kind::kComplex:
        break;
    }
    return absl::InvalidArgumentError("unsupported type: complex128");
  }

  void Float(const Value& value) {
    const double number = value.float_value();
    if (std::isnan(number) || std::isinf(number)) {
      absl::StrAppend(&out_, std::signbit(number) ? "-" : "", std::isnan(number) ? "nan" : "inf");
      return;
    }
    const std::string text = FormatFloat(number, 'g', -1, value.type() == &types::kFloat32 ? 32 : 64);
    absl::StrAppend(&out_, text, text.find_first_of(".e") == std::string::npos ? ".0" : "");
  }

  absl::Status Array(const List& items, int depth) {
    out_ += '[';
    for (const Value& item : items) {
      if (&item != &items.front()) out_ += ", ";
      RETURN_IF_ERROR(Element(item, depth + 1));
    }
    out_ += ']';
    return absl::OkStatus();
  }

  // {a = 1, b = 2}. A nil at the end leaves its comma, as in Go.
  absl::Status Inline(const Value& map, int depth) {
    std::vector<const Map::value_type*> plain, tables;
    for (const auto& entry : map.map()) {
      ASSIGN_OR_RETURN(const TomlKind kind, KindOf(entry.second));
      (kind == TomlKind::kTable || kind == TomlKind::kTables ? tables : plain).push_back(&entry);
    }
    out_ += '{';
    const auto write = [&](const std::vector<const Map::value_type*>& entries, bool more) -> absl::Status {
      for (const auto* entry : entries) {
        if (entry->second.IsNil()) continue;
        absl::StrAppend(&out_, internal::TomlKey(entry->first), " = ");
        RETURN_IF_ERROR(Element(entry->second, depth + 1));
        if (more || entry != entries.back()) out_ += ", ";
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(write(plain, !tables.empty()));
    RETURN_IF_ERROR(write(tables, false));
    out_ += '}';
    return absl::OkStatus();
  }

  const size_t max_bytes_;
  size_t looked_at_ = 0;  // by KindOf
  std::string out_;
};

}  // namespace

namespace internal {

std::string TomlQuoted(absl::string_view text) {
  constexpr absl::string_view kSpecial = "\"\\\b\t\n\f\r";
  constexpr absl::string_view kLetters = "\"\\btnfr";
  std::string out = "\"";
  for (char c : text) {
    const size_t special = kSpecial.find(c);
    if (special != absl::string_view::npos)
      out.append({'\\', kLetters[special]});
    else if (static_cast<uint8_t>(c) < ' ' || c == '\x7f')
      absl::StrAppendFormat(&out, "\\u%04x", c);
    else
      out += c;
  }
  return out += '"';
}

std::string TomlKey(absl::string_view key) {
  const auto is_bare = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; };
  if (!key.empty() && std::all_of(key.begin(), key.end(), is_bare)) return std::string(key);
  return TomlQuoted(key);
}

}  // namespace internal

absl::StatusOr<std::string> WriteToml(const Value& value, size_t max_bytes) {
  TomlWriter writer(max_bytes);
  RETURN_IF_ERROR(writer.Document(value));
  return std::move(writer).Take();
}

}  // namespace devstats::chart
