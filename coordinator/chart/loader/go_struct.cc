#include "coordinator/chart/loader/go_struct.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

absl::string_view JsonName(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return "bool";
    case Kind::kString:
      return "string";
    case Kind::kList:
      return "array";
    case Kind::kMap:
      return "object";
    default:
      return "number";
  }
}

// Numbers as JSON gives them to interface {}: all float64.
Value AsJson(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return Value::Float(static_cast<double>(value.int_value()));
    case Kind::kUint:
      return Value::Float(static_cast<double>(value.uint_value()));
    case Kind::kList: {
      List items;
      for (const Value& item : value.list()) items.push_back(AsJson(item));
      return Value::MakeList(std::move(items));
    }
    case Kind::kMap: {
      Map entries;
      for (const auto& [key, entry] : value.map()) entries.emplace_hint(entries.end(), key, AsJson(entry));
      return Value::MakeMap(std::move(entries));
    }
    default:
      return value;
  }
}

// Lower case; the two letters beyond ASCII that fold into it, too.
std::string Fold(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"\u017f", "s"}, {"\u212a", "k"}}));
}

}  // namespace

bool StructReader::SameName(absl::string_view field, absl::string_view key) {
  return field.size() == key.size() ? absl::EqualsIgnoreCase(field, key)
                                    : field.size() < key.size() && Fold(key) == Fold(field);
}

void StructReader::Mismatch(const Value& value, absl::string_view go_type) {
  const std::string where =
      path_.empty() ? "value" : absl::StrCat("struct field ", struct_name_, ".", absl::StrJoin(path_, "."));
  Fail(absl::InvalidArgumentError(
      absl::StrCat("json: cannot unmarshal ", JsonName(value), " into Go ", where, " of type ", go_type)));
}

void StructReader::Read(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kNil:
      return;
    case Kind::kString:
      out = std::string(value.text());
      return;
    case Kind::kBool:
      out = value.bool_value() ? "true" : "false";
      return;
    case Kind::kInt:
      out = FormatInt(value.int_value(), 10);
      return;
    case Kind::kUint:
      out = FormatUint(value.uint_value(), 10);
      return;
    case Kind::kFloat:
      out = FormatFloat(value.float_value(), 'g', -1, 32);
      return;
    default:
      Mismatch(value, "string");
  }
}

void StructReader::Read(const Value& value, bool& out) {
  if (value.Is(Kind::kBool))
    out = value.bool_value();
  else if (!value.IsNil())
    Mismatch(value, "bool");
}

void StructReader::Read(const Value& value, std::vector<std::string>& out) {
  if (value.IsNil()) return out.clear();
  if (!value.Is(Kind::kList)) return Mismatch(value, "[]string");
  out.resize(value.list().size());
  for (size_t i = 0; i < out.size(); ++i) Read(value.list()[i], out[i]);
}

void StructReader::Read(const Value& value, std::vector<std::pair<std::string, std::string>>& out) {
  if (value.IsNil()) return out.clear();
  if (!value.Is(Kind::kMap)) return Mismatch(value, "map[string]string");
  for (const auto& [key, entry] : value.map()) {
    std::string text;
    Read(entry, text);
    const auto at =
        std::lower_bound(out.begin(), out.end(), key,
                         [](const auto& pair, const std::string& wanted) { return pair.first < wanted; });
    if (at != out.end() && at->first == key)
      at->second = std::move(text);
    else
      out.emplace(at, key, std::move(text));
  }
}

void StructReader::ReadAny(const Value& value, Value& out) {
  if (value.IsNil())
    out = Value();
  else if (value.Is(Kind::kList))
    out = AsJson(value);
  else
    Mismatch(value, "[]interface {}");
}

}  // namespace devstats::chart
