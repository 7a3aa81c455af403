#include "coordinator/chart/template/builtins.h"

#include <limits>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::tpl {
namespace {

absl::Status Invalid(absl::string_view message) { return absl::InvalidArgumentError(message); }

absl::StatusOr<Value> Not(BuiltinArguments arguments) { return Value::Bool(!Truth(arguments[0].value)); }

// The type of what a pointer points to.
absl::string_view PointeeName(const Value& value) {
  absl::string_view name = TypeName(value);
  if (value.Is(Kind::kObject) && value.type()->kind_name == "ptr") absl::ConsumePrefix(&name, "*");
  return name;
}

// Elements of a list, bytes of a text; -1: it has none.
int64_t Length(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kBytes:
      return static_cast<int64_t>(value.text().size());
    case Kind::kList:
      return static_cast<int64_t>(value.list().size());
    default:
      return -1;
  }
}

absl::StatusOr<Value> Len(BuiltinArguments arguments) {
  const auto& [value, in_interface] = arguments[0];
  if (value.IsNil())
    return Invalid(in_interface ? "len of nil pointer" : "reflect: call of reflect.Value.Type on zero Value");
  if (value.Is(Kind::kMap)) return Value::Int(static_cast<int64_t>(value.map().size()));
  const int64_t length = Length(value);
  if (length < 0) return Invalid(absl::StrCat("len of type ", PointeeName(value)));
  return Value::Int(length);
}

absl::StatusOr<int64_t> ToIndex(const Value& index, int64_t capacity) {
  if (index.IsNil()) return Invalid("cannot index slice/array with nil");
  if (!index.Is(Kind::kInt) && !index.Is(Kind::kUint))
    return Invalid(absl::StrCat("cannot index slice/array with type ", TypeName(index)));
  if (index.int_value() < 0 || index.int_value() > capacity)
    return Invalid(absl::StrCat("index out of range: ", index.int_value()));
  return index.int_value();
}

absl::StatusOr<Value> IndexMap(const Value& map, const Value& key) {
  if (key.IsNil()) return Invalid("value is nil; should be of type string");
  if (!key.Is(Kind::kString))
    return Invalid(absl::StrCat("value has type ", TypeName(key), "; should be string"));
  const Value* found = map.Find(key.text());
  return found ? *found : ZeroOf(map.type()->element);
}

absl::StatusOr<Value> IndexList(const Value& list, const Value& index) {
  const int64_t length = Length(list);
  ASSIGN_OR_RETURN(const int64_t i, ToIndex(index, length));
  const bool is_string = list.Is(Kind::kString);
  if (i == length)
    return Invalid(absl::StrCat("reflect: ", is_string ? "string" : "slice", " index out of range"));
  if (list.Is(Kind::kList)) return list.list()[i];
  return Value::Uint(static_cast<uint8_t>(list.text()[i]), types::kUint8);
}

// index x 1 "a": x[1]["a"].
absl::StatusOr<Value> Index(BuiltinArguments arguments) {
  Value item = arguments[0].value;
  if (item.IsNil()) return Invalid("index of untyped nil");
  for (const Argument& index : arguments.subspan(1)) {
    if (item.IsNil()) return Invalid("index of nil pointer");
    if (item.Is(Kind::kMap)) {
      ASSIGN_OR_RETURN(item, IndexMap(item, index.value));
    } else if (Length(item) >= 0) {
      ASSIGN_OR_RETURN(item, IndexList(item, index.value));
    } else {
      return Invalid(absl::StrCat("can't index item of type ", PointeeName(item)));
    }
  }
  return item;
}

Value Part(const Value& item, int64_t begin, int64_t end) {
  if (item.Is(Kind::kString)) return Value::String(item.text().substr(begin, end - begin));
  if (item.Is(Kind::kBytes)) return Value::Bytes(item.text().substr(begin, end - begin));
  const List& list = item.list();
  return Value::MakeList(List(list.begin() + begin, list.begin() + end), *item.type());
}

// slice x 1 2: x[1:2]. Our lists have no capacity beyond their length.
absl::StatusOr<Value> Slice(BuiltinArguments arguments) {
  const Value& item = arguments[0].value;
  const BuiltinArguments indexes = arguments.subspan(1);
  if (item.IsNil()) return Invalid("slice of untyped nil");
  if (indexes.size() > 3) return Invalid(absl::StrCat("too many slice indexes: ", indexes.size()));
  const int64_t length = Length(item);
  if (length < 0) return Invalid(absl::StrCat("can't slice item of type ", PointeeName(item)));
  if (indexes.size() == 3 && item.Is(Kind::kString)) return Invalid("cannot 3-index slice a string");
  int64_t bounds[] = {0, length, length};
  for (size_t i = 0; i < indexes.size(); ++i) {
    // Go looks into an interface for `index` only.
    if (indexes[i].in_interface) return Invalid("cannot index slice/array with type interface {}");
    ASSIGN_OR_RETURN(bounds[i], ToIndex(indexes[i].value, length));
  }
  for (int i = 0; i < 2; ++i)
    if (bounds[i] > bounds[i + 1])
      return Invalid(absl::StrCat("invalid slice index: ", bounds[i], " > ", bounds[i + 1]));
  return Part(item, bounds[0], bounds[1]);
}

std::string Print(Call& call, Rest rest) { return Sprint(rest.arguments, call.BytesLeft()); }
std::string Printf(Call& call, absl::string_view format, Rest rest) {
  return Sprintf(format, rest.arguments, call.BytesLeft());
}
std::string Println(Call& call, Rest rest) { return Sprintln(rest.arguments, call.BytesLeft()); }

// As an action prints them.
std::string Printed(Call& call, Arguments arguments) {
  if (arguments.size() == 1 && !arguments[0].IsNil()) {
    std::string out;
    AppendPrinted(out, arguments[0], call.BytesLeft());
    return out;
  }
  absl::InlinedVector<Value, 4> shown(arguments.begin(), arguments.end());
  for (Value& value : shown)
    if (value.IsNil()) value = Value::String("<no value>");
  return Sprint(shown, call.BytesLeft());
}
std::string Html(Call& call, Rest rest) { return EscapeHtml(Printed(call, rest.arguments)); }
std::string Js(Call& call, Rest rest) { return EscapeJs(Printed(call, rest.arguments)); }
std::string UrlQuery(Call& call, Rest rest) { return EscapeQuery(Printed(call, rest.arguments)); }

constexpr Function kFunctions[] = {
    Bind<&Printf>("printf"), Bind<&Print>("print"), Bind<&Println>("println"),
    Bind<&Html>("html"),     Bind<&Js>("js"),       Bind<&UrlQuery>("urlquery"),
};

constexpr Builtin kBuiltins[] = {
    {"and", 1, true, Builtin::Kind::kAnd},
    {"or", 1, true, Builtin::Kind::kOr},
    {"call", 1, true, Builtin::Kind::kCall},
    {"not", 1, false, Builtin::Kind::kOther, &Not},
    {"eq", 1, true, Builtin::Kind::kOther, &Equal},
    {"ne", 2, false, Builtin::Kind::kOther, &NotEqual},
    {"lt", 2, false, Builtin::Kind::kOther, &Less},
    {"le", 2, false, Builtin::Kind::kOther, &LessOrEqual},
    {"gt", 2, false, Builtin::Kind::kOther, &Greater},
    {"ge", 2, false, Builtin::Kind::kOther, &GreaterOrEqual},
    {"len", 1, false, Builtin::Kind::kOther, &Len},
    {"index", 1, true, Builtin::Kind::kOther, &Index},
    {"slice", 1, true, Builtin::Kind::kOther, &Slice},
};

}  // namespace

const Builtin* FindBuiltin(absl::string_view name) {
  for (const Builtin& builtin : kBuiltins)
    if (builtin.name == name) return &builtin;
  return nullptr;
}

const Function* FindBuiltinFunction(absl::string_view name) {
  for (const Function& function : kFunctions)
    if (function.name == name) return &function;
  return nullptr;
}

absl::Status CallOfNonFunction(absl::string_view name, const Value& function) {
  if (function.IsNil()) return Invalid("call of nil");
  return Invalid(absl::StrCat("non-function ", name, " of type ", TypeName(function)));
}

}  // namespace devstats::chart::tpl
