#include "tests/coordinator/chart/template/world.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// Deep recursion is tested elsewhere; tests run on an ordinary stack.
constexpr size_t kWorldStack = 3 << 20;

Value WorldList(Rest rest) { return Value::MakeList(List(rest.arguments.begin(), rest.arguments.end())); }
Value WorldDict(Rest rest) {
  Map map;
  for (size_t i = 0; i + 1 < rest.arguments.size(); i += 2)
    map[ToText(rest.arguments[i])] = rest.arguments[i + 1];
  return Value::MakeMap(std::move(map));
}
std::string WorldUpper(absl::string_view text) { return absl::AsciiStrToUpper(text); }
std::string WorldRepeat(GoInt count, absl::string_view text) {
  std::string out;
  for (int64_t i = 0; i < count.value; ++i) absl::StrAppend(&out, text);
  return out;
}
int64_t WorldInt64(int64_t value) { return value; }
uint64_t WorldUint64(uint64_t value) { return value; }
double WorldFloat64(double value) { return value; }
bool WorldBool(bool value) { return value; }
std::string WorldJoin(absl::string_view separator, StringRest rest) {
  std::string out;
  for (const Value& part : rest.arguments) absl::StrAppend(&out, out.empty() ? "" : separator, part.text());
  return out;
}
bool WorldHasKey(AsMap map, absl::string_view key) { return map.value.Find(key) != nullptr; }
absl::StatusOr<Value> WorldSet(AsMap map, absl::string_view key, const Value& value) {
  if (map.value.IsNull()) return absl::InvalidArgumentError("assignment to entry in nil map");
  Value same = map.value;
  same.mutable_map()[std::string(key)] = value;
  return same;
}
Value WorldStrings(StringRest rest) {
  return Value::MakeList(List(rest.arguments.begin(), rest.arguments.end()), types::kStringList);
}
Value WorldStringMap(StringRest) { return Value::MakeMap({{"k", Value::String("v")}}, types::kStringMap); }
Value WorldFirst(AsList list) { return list.value.list().empty() ? Value() : list.value.list()[0]; }
Value WorldNothing() { return {}; }
Value WorldBytes(absl::string_view text) { return Value::Bytes(text); }
Value WorldSame(const Value& value) { return value; }
absl::StatusOr<std::string> WorldFail(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("FAILED ", text));
}
absl::StatusOr<std::string> WorldInclude(Call& call, absl::string_view name, const Value& data) {
  return call.Include(name, data);
}
absl::StatusOr<std::string> WorldTpl(Call& call, absl::string_view text, const Value& data) {
  return call.Expand(text, data);
}

constexpr Function kWorldFunctions[] = {
    Bind<&WorldList>("list"),        Bind<&WorldDict>("dict"),   Bind<&WorldUpper>("upper"),
    Bind<&WorldRepeat>("repeat"),    Bind<&WorldInt64>("i64"),   Bind<&WorldUint64>("u64"),
    Bind<&WorldFloat64>("f64"),      Bind<&WorldBool>("boo"),    Bind<&WorldJoin>("join"),
    Bind<&WorldHasKey>("hasKey"),    Bind<&WorldSet>("set"),     Bind<&WorldStrings>("strlist"),
    Bind<&WorldStringMap>("strmap"), Bind<&WorldFirst>("first"), Bind<&WorldNothing>("nop"),
    Bind<&WorldBytes>("bytes"),      Bind<&WorldSame>("ident"),  Bind<&WorldFail>("fail"),
    Bind<&WorldInclude>("include"),  Bind<&WorldTpl>("tpl"),
};

extern const Type kWorldValues;
absl::StatusOr<Value> WorldTable(const Value& values, absl::string_view name) {
  const Value* found = values.Find(name);
  if (!found || found->type() != &types::kMap)
    return absl::InvalidArgumentError(absl::StrCat(Quote(name), " is not a table"));
  return found->As(kWorldValues);
}
Value WorldAsMap(const Value& values) { return values.As(types::kMap); }
GoInt WorldCount(const Value& values) { return {static_cast<int64_t>(values.map().size())}; }
std::string WorldEcho(const Value&, Rest rest) { return Sprint(rest.arguments); }

constexpr Function kWorldMethods[] = {Bind<&WorldTable>("Table"), Bind<&WorldAsMap>("AsMap"),
                                      Bind<&WorldCount>("Count"), Bind<&WorldEcho>("Echo")};
const Type kWorldValues{
    Kind::kMap, "main.Values", "map", nullptr, &types::kMap, {}, absl::MakeConstSpan(kWorldMethods)};
constexpr Field kWorldFields[] = {
    {"Name", "Name"}, {"Num", "Num"}, {"Labels", "Labels"}, {"Any", "Any"}, {"List", "List"}};
const Type kWorldStruct{Kind::kObject, "main.Obj", "struct",
                        nullptr,       nullptr,    absl::MakeConstSpan(kWorldFields)};
const Type kWorldPointer{Kind::kObject, "*main.Obj", "ptr",
                         nullptr,       nullptr,     absl::MakeConstSpan(kWorldFields)};

}  // namespace

const FunctionTable& TemplateFunctions() {
  static const FunctionTable* const kTable = [] {
    auto* table = new FunctionTable;
    table->Add(kWorldFunctions);
    return table;
  }();
  return *kTable;
}

Value TemplateDot() {
  const Value values =
      Value::MakeMap({{"a", Value::MakeMap({{"b", Value::MakeMap({{"c", Value::String("deep")}})}})},
                      {"n", Value::Float(3)},
                      {"f", Value::Float(1.5)},
                      {"name", Value::String("moss")},
                      {"nul", Value()},
                      {"list", Value::MakeList({Value::Float(1), Value::String("x"), Value(),
                                                Value::MakeMap({{"k", Value::String("v")}})})}},
                     kWorldValues);
  const Value labels = Value::MakeMap({{"a", Value::String("b")}}, types::kStringMap);
  const Value object = Value::MakeObject(new Object(
      kWorldStruct, {Value::String("ob"), Value::Int(7), labels, Value(), Value::StringList({"x"})}));
  const Value pointer = Value::MakeObject(
      new Object(kWorldPointer, {Value::String("p"), Value::Int(0), Value::Null(types::kStringMap),
                                 Value::Int(3), Value::Null(types::kStringList)}));
  return Value::MakeMap({{"Values", values}, {"Obj", object}, {"Ptr", pointer}}, kWorldValues);
}

absl::StatusOr<std::string> ExecuteTexts(const std::vector<std::string>& texts, const Limits& limits) {
  TemplateSet set(TemplateFunctions(), limits);
  char name = 't';
  for (const std::string& text : texts)
    if (const auto status = set.Parse(std::string(1, name++), text); !status.ok()) return status;
  const FixedEnvironment environment(limits);
  Usage usage(limits, kWorldStack);
  std::string out;
  if (const auto status = set.Execute("t", TemplateDot(), environment, usage, out); !status.ok())
    return status;
  return out;
}

std::string Rendered(const std::vector<std::string>& texts) {
  const auto out = ExecuteTexts(texts);
  return out.ok() ? *out : absl::StrCat("! ", out.status().message());
}
std::string Rendered(const std::string& text) { return Rendered(std::vector<std::string>{text}); }

}  // namespace devstats::chart
