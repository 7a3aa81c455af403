// Helm's own functions (pkg/engine/funcs.go), and sprig's JSON.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/toml.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/arguments.h"
#include "coordinator/chart/functions/functions.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;
using TextOrError = absl::StatusOr<std::string>;
using ValueOrError = absl::StatusOr<Value>;

const Limits& LimitsOf(const Call& call) { return call.environment().limits(); }

TextOrError Include(Call& call, Text name, const Value& data) { return call.Include(name, data); }
TextOrError Tpl(Call& call, Text text, const Value& data) { return call.Expand(text, data); }

// An error that reaches the user without the templates in which it came up: the renderer looks for this
// frame.
absl::Status Message(Text text) {
  return absl::InvalidArgumentError(absl::StrCat("HELM_ERR_START", text, "HELM_ERR_END"));
}

ValueOrError Required(Call& call, Text warning, const Value& value) {
  if (!value.IsNil() && (value.type() != &types::kString || !value.text().empty())) return value;
  if (call.environment().lint()) return Value::String("");
  return Message(warning);
}

TextOrError Fail(Call& call, Text message) {
  if (call.environment().lint()) return "";
  return Message(message);
}

ValueOrError LookUp(Call& call, Text api_version, Text kind, Text name_space, Text name) {
  Lookup* lookup = call.environment().lookup();
  if (lookup == nullptr || call.environment().lint()) return Value::MakeMap();
  return lookup->Get(api_version, kind, name_space, name);
}

// Helm looks names up only when told to, and we never do.
std::string GetHostByName(Text) { return ""; }

// What was written, counted; nothing of what cannot be written, but an error if it is too much.
TextOrError Written(Call& call, TextOrError text) {
  if (absl::IsResourceExhausted(text.status())) return text;
  if (!text.ok()) return "";
  RETURN_IF_ERROR(call.Spend(text->size()));
  return text;
}
TextOrError WithoutLineEnd(Call& call, TextOrError text) {
  if (text.ok() && absl::EndsWith(*text, "\n")) text->pop_back();
  return Written(call, std::move(text));
}
TextOrError ToYaml(Call& call, const Value& value) {
  return WithoutLineEnd(call, WriteYaml(value, call.BytesLeft()));
}
TextOrError ToYamlPretty(Call& call, const Value& value) {
  return WithoutLineEnd(call, WriteYamlPretty(value, call.BytesLeft()));
}

TextOrError ToToml(Call& call, const Value& value) {
  if (value.IsNil()) return Panic("reflect: call of reflect.Value.Type on zero Value");
  const TextOrError text = WriteToml(value, call.BytesLeft());
  const bool is_text = text.ok() || absl::IsResourceExhausted(text.status());
  return Written(call, is_text ? text : std::string(text.status().message()));
}

constexpr JsonStyle kPlain{}, kPretty{.indent = 2}, kRaw{.escape_html = false};

TextOrError ToJson(Call& call, const Value& value) {
  return Written(call, WriteJson(value, kPlain, call.BytesLeft()));
}
TextOrError ToPrettyJson(Call& call, const Value& value) {
  return Written(call, WriteJson(value, kPretty, call.BytesLeft()));
}

TextOrError MustWrite(Call& call, const Value& value, const JsonStyle& style) {
  ASSIGN_OR_RETURN(std::string text, WriteJson(value, style, call.BytesLeft()));
  return Written(call, std::move(text));
}
TextOrError MustToJson(Call& call, const Value& value) { return MustWrite(call, value, kPlain); }
TextOrError MustToPrettyJson(Call& call, const Value& value) { return MustWrite(call, value, kPretty); }
TextOrError MustToRawJson(Call& call, const Value& value) { return MustWrite(call, value, kRaw); }

// What a reader made, or a map or list that holds its error.
Value MapOrError(ValueOrError value) {
  if (value.ok()) return *std::move(value);
  return Value::MakeMap({{"Error", Value::String(value.status().message())}});
}
Value ListOrError(ValueOrError value) {
  if (value.ok()) return *std::move(value);
  return Value::MakeList({Value::String(value.status().message())});
}

// What is read takes more memory than its text, "[],[]," most.
constexpr size_t kMemoryOfText = 8;

template <auto Read>
ValueOrError ReadCounted(Call& call, Text text) {
  RETURN_IF_ERROR(call.Spend(text.size() * kMemoryOfText));
  return Read(text, LimitsOf(call));
}

Value FromYamlText(Text text, const Limits& limits) { return MapOrError(ReadYamlMap(text, limits)); }
Value FromYamlListText(Text text, const Limits& limits) { return ListOrError(ReadYamlList(text, limits)); }
Value FromTomlText(Text text, const Limits& limits) { return MapOrError(ReadToml(text, limits)); }

bool IsNullJson(Text text) {
  const size_t begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
  return begin != text.npos && text.substr(begin, end - begin + 1) == "null";
}
Value FromJsonText(Text text, const Limits& limits) {
  return IsNullJson(text) ? Value::Null(types::kMap) : MapOrError(ReadJsonMap(text, limits));
}
Value FromJsonListText(Text text, const Limits& limits) {
  return IsNullJson(text) ? Value::Null(types::kList) : ListOrError(ReadJsonList(text, limits));
}

constexpr Function kHelmFunctions[] = {Bind<&Include>("include"),
                                       Bind<&Tpl>("tpl"),
                                       Bind<&Required>("required"),
                                       Bind<&Fail>("fail"),
                                       Bind<&LookUp>("lookup"),
                                       Bind<&GetHostByName>("getHostByName"),
                                       Bind<&ToYaml>("toYaml"),
                                       Bind<&ToYamlPretty>("toYamlPretty"),
                                       Bind<&ReadCounted<&FromYamlText>>("fromYaml"),
                                       Bind<&ReadCounted<&FromYamlListText>>("fromYamlArray"),
                                       Bind<&ToToml>("toToml"),
                                       Bind<&ReadCounted<&FromTomlText>>("fromToml"),
                                       Bind<&ToJson>("toJson"),
                                       Bind<&MustToJson>("mustToJson"),
                                       Bind<&ToPrettyJson>("toPrettyJson"),
                                       Bind<&MustToPrettyJson>("mustToPrettyJson"),
                                       Bind<&MustToRawJson>("toRawJson"),
                                       Bind<&MustToRawJson>("mustToRawJson"),
                                       Bind<&ReadCounted<&FromJsonText>>("fromJson"),
                                       Bind<&ReadCounted<&FromJsonListText>>("fromJsonArray"),
                                       Bind<&ReadCounted<&ReadJson>>("mustFromJson")};

}  // namespace

absl::Span<const Function> HelmFunctions() { return absl::MakeConstSpan(kHelmFunctions); }

}  // namespace devstats::chart
