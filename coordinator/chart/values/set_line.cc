#include "coordinator/chart/values/set_line.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/chart/values/set_reader.h"

namespace devstats::chart {
namespace {

// Go's io.EOF, which ends a line without being an error, but is one within an index.
absl::Status EndOfLine() { return absl::OutOfRangeError("EOF"); }
bool IsEndOfLine(const absl::Status& status) { return absl::IsOutOfRange(status); }

absl::Status Error(absl::string_view text) { return absl::InvalidArgumentError(text); }

// What Go's runtime says of a failed type assertion, as the parser reports it.
absl::Status WrongType(const Value& value, absl::string_view wanted) {
  return Error(absl::StrCat("unable to parse key: interface conversion: interface {} is ",
                            value.IsNil() ? "nil" : TypeName(value), ", not ", wanted));
}

// An empty key sets nothing.
void Put(Value& values, const std::string& key, Value value) {
  if (!key.empty()) values.mutable_map()[key] = std::move(value);
}

Value TypedValue(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "true")) return Value::Bool(true);
  if (absl::EqualsIgnoreCase(text, "false")) return Value::Bool(false);
  if (absl::EqualsIgnoreCase(text, "null")) return {};
  if (text == "0") return Value::Int64(0);
  if (!text.empty() && text[0] != '0')
    if (const auto number = ParseInt(text, 10, 64); number.ok()) return Value::Int64(*number);
  return Value::String(text);
}

class SetParser {
 public:
  SetParser(absl::string_view line, SetKind kind, const Limits& limits, const FileReader& reader)
      : in_(line, /*escapes=*/kind != SetKind::kLiteral), kind_(kind), limits_(limits), reader_(reader) {}

  absl::Status Line(Value& values) {
    while (true) {
      if (absl::Status status = Key(values, 0, 0); !status.ok())
        return IsEndOfLine(status) ? absl::OkStatus() : status;
    }
  }

 private:
  // One key and its value, into the map `values`. `names` counts dots, which Helm limits; `depth` lists, too.
  absl::Status Key(Value& values, int names, int depth) {
    const SetReader::Part part = in_.Until(kind_ == SetKind::kLiteral ? "=[." : "=[,.");
    switch (part.stop) {
      case SetReader::kEnd:
        if (part.text.empty()) return EndOfLine();
        return Error(absl::StrCat("key ", Quote(part.text), " has no value"));
      case '[':
        return KeyOfList(values, part.text, names, depth);
      case '=':
        return ValueOfKey(values, part.text);
      case ',':
        Put(values, part.text, Value::String(""));
        return Error(absl::StrCat("key ", Quote(part.text), " has no value (cannot end with ,)"));
      default:
        return KeyOfMap(values, part.text, names + 1, depth + 1);
    }
  }

  absl::Status KeyOfMap(Value& values, const std::string& key, int names, int depth) {
    RETURN_IF_ERROR(CheckDepth(names, depth));
    Value inner = Value::MakeMap();
    if (const Value* found = values.Find(key)) {
      if (found->type() != &types::kMap) return WrongType(*found, types::kMap.name);
      inner = *found;
    }
    absl::Status status = Key(inner, names, depth);
    if (status.ok() && inner.map().empty())
      return Error(absl::StrCat("key map ", Quote(key), " has no value"));
    if (!inner.map().empty()) Put(values, key, inner);
    return status;
  }

  absl::Status KeyOfList(Value& values, const std::string& key, int names, int depth) {
    ASSIGN_OR_RETURN(const int64_t index, Index());
    List items;
    if (const Value* found = values.Find(key)) {
      if (found->type() != &types::kList) return WrongType(*found, types::kList.name);
      items = found->list();
    }
    absl::Status status = Item(items, index, names, depth + 1);
    Put(values, key, Value::MakeList(std::move(items)));
    return status;
  }

  absl::StatusOr<int64_t> Index() {
    const SetReader::Part part = in_.Until("]");
    if (part.stop == SetReader::kEnd) return Error("error parsing index: EOF");
    const auto index = ParseInt(part.text, 10, 64);
    if (index.ok()) return *index;
    return Error(absl::StrCat("error parsing index: strconv.Atoi",
                              absl::StripPrefix(index.status().message(), "strconv.ParseInt")));
  }

  // What follows the index `index` of `items`.
  absl::Status Item(List& items, int64_t index, int names, int depth) {
    if (index < 0) return Error(absl::StrCat("negative ", index, " index not allowed"));
    RETURN_IF_ERROR(CheckDepth(names, depth));
    const SetReader::Part part = in_.Until("[.=");
    if (!part.text.empty())
      return Error(absl::StrCat("unexpected data at end of array index: ", QuoteRunes(part.text)));
    if (part.stop == SetReader::kEnd) return EndOfLine();
    if (part.stop == '=') return ValueOfItem(items, index);
    return part.stop == '.' ? MapOfItem(items, index, names, depth) : ListOfItem(items, index, names, depth);
  }

  // In both, what is there already changes even where the line ends too early; what is new is lost then.
  absl::Status MapOfItem(List& items, int64_t index, int names, int depth) {
    const bool exists = static_cast<size_t>(index) < items.size();
    Value inner = exists && items[index].type() == &types::kMap ? items[index] : Value::MakeMap();
    if (exists) items[index] = inner;
    RETURN_IF_ERROR(Key(inner, names, depth + 1));
    return PutAt(items, index, inner);
  }

  absl::Status ListOfItem(List& items, int64_t index, int names, int depth) {
    ASSIGN_OR_RETURN(const int64_t next, Index());
    const Value old = static_cast<size_t>(index) < items.size() ? items[index] : Value();
    if (!old.IsNil() && old.type() != &types::kList) return WrongType(old, types::kList.name);
    List inner = old.IsNil() ? List() : old.list();
    absl::Status status = Item(inner, next, names, depth + 1);
    if (status.ok()) return PutAt(items, index, Value::MakeList(std::move(inner)));
    if (!old.IsNil()) items[index] = Value::MakeList(std::move(inner));
    return status;
  }

  absl::Status PutAt(List& items, int64_t index, Value value) {
    if (index > limits_.set_index)
      return Error(absl::StrCat("index of ", index, " is greater than maximum supported index of ",
                                limits_.set_index));
    if (items.size() <= static_cast<size_t>(index)) items.resize(index + 1);
    items[index] = std::move(value);
    return absl::OkStatus();
  }

  absl::Status ValueOfKey(Value& values, const std::string& key) {
    if (kind_ == SetKind::kJson) {
      ASSIGN_OR_RETURN(Value value, JsonValue());
      Put(values, key, std::move(value));
      return absl::OkStatus();
    }
    if (kind_ == SetKind::kLiteral) {
      Put(values, key, Value::String(in_.Until("").text));
      return absl::OkStatus();
    }
    if (in_.AtEnd()) {
      Put(values, key, Value::String(""));
      return EndOfLine();
    }
    ASSIGN_OR_RETURN(Value value, PlainValue());
    Put(values, key, std::move(value));
    return absl::OkStatus();
  }

  absl::Status ValueOfItem(List& items, int64_t index) {
    if (kind_ == SetKind::kJson) {
      ASSIGN_OR_RETURN(Value value, JsonValue());
      return PutAt(items, index, std::move(value));
    }
    if (kind_ == SetKind::kLiteral) return PutAt(items, index, Value::String(in_.Until("").text));
    if (in_.AtEnd()) return PutAt(items, index, Value::String(""));
    ASSIGN_OR_RETURN(Value value, PlainValue());
    return PutAt(items, index, std::move(value));
  }

  // {a,b} or text up to a comma.
  absl::StatusOr<Value> PlainValue() {
    if (!in_.Take('{')) return Convert(in_.Until(",").text);
    List items;
    while (true) {
      const SetReader::Part part = in_.Until(",}");
      if (part.stop == SetReader::kEnd) return Error("list must terminate with '}'");
      if (part.stop == '}') in_.Take(',');
      ASSIGN_OR_RETURN(Value item, Convert(part.text));
      items.push_back(std::move(item));
      if (part.stop == '}') return Value::MakeList(std::move(items));
    }
  }

  absl::StatusOr<Value> Convert(const std::string& text) {
    if (kind_ == SetKind::kTyped) return TypedValue(text);
    if (kind_ == SetKind::kString) return Value::String(text);
    if (!reader_) return Error("no files can be read here");
    ASSIGN_OR_RETURN(const std::string content, reader_(text));
    return Value::String(content);
  }

  absl::StatusOr<Value> JsonValue() {
    if (in_.SkipBlanks()) return Value();
    ASSIGN_OR_RETURN(JsonPrefix json, ReadJsonPrefix(in_.rest(), limits_));
    in_.Skip(json.bytes);
    in_.SkipBlanks();
    return std::move(json.value);
  }

  absl::Status CheckDepth(int names, int depth) const {
    const int limit = names > limits_.set_depth ? limits_.set_depth : limits_.nesting;
    if (names <= limits_.set_depth && depth <= limits_.nesting) return absl::OkStatus();
    return Error(
        absl::StrCat("value name nested level is greater than maximum supported nested level of ", limit));
  }

  SetReader in_;
  const SetKind kind_;
  const Limits& limits_;
  const FileReader& reader_;
};

}  // namespace

absl::Status ApplySet(absl::string_view line, SetKind kind, const Limits& limits, Value& values,
                      const FileReader& reader) {
  return SetParser(line, kind, limits, reader).Line(values);
}

}  // namespace devstats::chart
