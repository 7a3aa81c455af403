#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/data/yaml_builder.h"
#include "coordinator/chart/data/yaml_parser.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kConverting = "error converting YAML to JSON";
constexpr absl::string_view kDecoding = "error unmarshaling JSON: while decoding JSON";

absl::StatusOr<Value> ReadFinite(absl::string_view text, const Limits& limits, bool keep_integers) {
  ASSIGN_OR_RETURN(Value value, internal::DecodeYaml(text, limits, keep_integers), kConverting);
  RETURN_IF_ERROR(internal::CheckFinite(value), kConverting);
  return value;
}

}  // namespace

absl::StatusOr<Value> internal::DecodeYaml(absl::string_view text, const Limits& limits, bool keep_integers) {
  if (text.size() > limits.document_bytes)
    return absl::ResourceExhaustedError(
        absl::StrCat("yaml: document has more than ", limits.document_bytes, " bytes"));
  YamlParser parser(text, limits.document_depth);
  YamlBuilder builder(limits, keep_integers);
  RETURN_IF_ERROR(parser.Next());
  if (parser.event().type == EventType::kNothing) return Value();
  for (;;) {
    RETURN_IF_ERROR(parser.Next());
    if (parser.event().type == EventType::kDocumentEnd) return builder.Finish();
    RETURN_IF_ERROR(builder.Add(parser.event()));
  }
}

absl::StatusOr<Value> ReadYaml(absl::string_view text, const Limits& limits) {
  return ReadFinite(text, limits, false);
}

absl::StatusOr<Value> ReadYamlTyped(absl::string_view text, const Limits& limits) {
  return ReadFinite(text, limits, true);
}

Value YamlText(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return Value::String(FormatInt(value.int_value(), 10));
    case Kind::kUint:
      return Value::String(FormatUint(value.uint_value(), 10));
    case Kind::kFloat:
      return Value::String(FormatFloat(value.float_value(), 'g', -1, 32));
    case Kind::kBool:
      return Value::String(value.bool_value() ? "true" : "false");
    default:
      return value;
  }
}

absl::StatusOr<Value> ReadYamlMap(absl::string_view text, const Limits& limits, absl::string_view go_type) {
  ASSIGN_OR_RETURN(Value value, ReadYaml(text, limits));
  if (value.IsNil()) return Value::MakeMap();
  if (!value.Is(Kind::kMap)) return Annotate(JsonTypeError(value, go_type), kDecoding);
  return value;
}

absl::StatusOr<Value> ReadYamlList(absl::string_view text, const Limits& limits, absl::string_view go_type) {
  ASSIGN_OR_RETURN(Value value, ReadYaml(text, limits));
  if (value.IsNil()) return Value::MakeList({});
  if (!value.Is(Kind::kList)) return Annotate(JsonTypeError(value, go_type), kDecoding);
  return value;
}

}  // namespace devstats::chart
