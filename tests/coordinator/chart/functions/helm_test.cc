#include <limits>

#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

std::string RunHelm(absl::string_view name, const List& arguments) { return Outcome(name, arguments); }

class HelmRow : public testing::TestWithParam<Row> {};

TEST_P(HelmRow, IsAsHelmHasIt) {
  EXPECT_EQ(RunHelm(GetParam().function, GetParam().arguments), GetParam().shown) << GetParam().function;
}

const Value kNaN = Value::Float(std::numeric_limits<double>::quiet_NaN());

const Row kHelmRows[] = {
    {"include", {S("t"), I(1)}, "string: include t 1"},
    {"tpl", {S("{{ . }}"), I(1)}, "string: tpl {{ . }} 1"},
    {"required", {S("m"), I(0)}, "int: 0"},
    {"required", {S("m"), L({})}, "[]interface {}: []"},
    {"required", {S("m"), Value::Null(types::kMap)}, "map[string]interface {}: map[] (null)"},
    {"required", {S("m"), S("")}, "ERR HELM_ERR_STARTmHELM_ERR_END"},
    {"required", {S("100%s"), Value()}, "ERR HELM_ERR_START100%sHELM_ERR_END"},
    {"fail", {S("stop")}, "ERR HELM_ERR_STARTstopHELM_ERR_END"},
    {"lookup", {S("v1"), S("Pod"), S("ns"), S("n")}, "map[string]interface {}: map[]"},
    {"getHostByName", {S("localhost")}, "string: "},
    {"toYaml", {M({{"a", L({I(1)})}})}, "string: a:\n- 1"},
    {"toYaml", {Value::Null(types::kList)}, "string: null"},
    {"toYaml", {kNaN}, "string: "},
    {"toYamlPretty", {M({{"a", L({I(1)})}})}, "string: a:\n  - 1"},
    {"fromYaml", {S("a: 1")}, "map[string]interface {}: map[a:1]"},
    {"fromYaml", {S("")}, "map[string]interface {}: map[]"},
    {"fromYaml",
     {S("- 1")},
     "map[string]interface {}: map[Error:error unmarshaling JSON: while decoding JSON: json: cannot "
     "unmarshal "
     "array into Go value of type map[string]interface {}]"},
    {"fromYamlArray", {S("- 1")}, "[]interface {}: [1]"},
    {"fromYamlArray",
     {S("a: 1")},
     "[]interface {}: [error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go "
     "value "
     "of type []interface {}]"},
    {"toJson", {M({{"a", S("<&>")}})}, "string: {\"a\":\"\\u003c\\u0026\\u003e\"}"},
    {"toJson", {L({Value::Null(types::kList), Value::Null(types::kMap), L({})})}, "string: [null,null,[]]"},
    {"toJson", {kNaN}, "string: "},
    {"mustToJson", {kNaN}, "ERR json: unsupported value: NaN"},
    {"toPrettyJson",
     {M({{"a", L({S("<"), M({})})}})},
     "string: {\n  \"a\": [\n    \"\\u003c\",\n    {}\n  ]\n}"},
    {"toPrettyJson", {kNaN}, "string: "},
    {"mustToPrettyJson", {kNaN}, "ERR json: unsupported value: NaN"},
    {"toRawJson", {S("<&>")}, "string: \"<&>\""},
    {"toRawJson", {kNaN}, "ERR json: unsupported value: NaN"},
    {"fromJson", {S("{\"a\":[1,null]}")}, "map[string]interface {}: map[a:[1 <nil>]]"},
    {"fromJson", {S(" null\n")}, "map[string]interface {}: map[] (null)"},
    {"fromJson", {S("")}, "map[string]interface {}: map[Error:unexpected end of JSON input]"},
    {"fromJson",
     {S("[]")},
     "map[string]interface {}: map[Error:json: cannot unmarshal array into Go value of type "
     "map[string]interface "
     "{}]"},
    {"fromJsonArray", {S("[1]")}, "[]interface {}: [1]"},
    {"fromJsonArray", {S("null")}, "[]interface {}: [] (null)"},
    {"fromJsonArray",
     {S("{}")},
     "[]interface {}: [json: cannot unmarshal object into Go value of type []interface {}]"},
    {"mustFromJson", {S("1")}, "float64: 1"},
    {"mustFromJson", {S("null")}, "<nil>: <nil>"},
    {"mustFromJson", {S("{")}, "ERR unexpected end of JSON input"},
    {"toToml", {M({{"a", I(1)}})}, "string: a = 1\n"},
    {"toToml", {Value()}, "ERR reflect: call of reflect.Value.Type on zero Value"},
    {"fromToml", {S("a = 1")}, "map[string]interface {}: map[a:1]"},
};
INSTANTIATE_TEST_SUITE_P(Helm, HelmRow, testing::ValuesIn(kHelmRows));

TEST(Helm, LintGoesOn) {
  FixedCall call;
  call.world.is_lint = true;
  EXPECT_EQ(Shown(Invoke(call, "required", {S("m"), Value()})), "string: ");
  EXPECT_EQ(Shown(Invoke(call, "fail", {S("m")})), "string: ");
}

class OnePod : public Lookup {
 public:
  absl::StatusOr<Value> Get(absl::string_view api_version, absl::string_view kind,
                            absl::string_view name_space, absl::string_view name) override {
    if (name == "broken") return absl::UnavailableError("no cluster");
    return M({{"id", S(absl::StrCat(api_version, " ", kind, " ", name_space, " ", name))}});
  }
};

TEST(Helm, LookupAsksTheClusterUnlessLinting) {
  OnePod cluster;
  FixedCall call;
  call.world.cluster = &cluster;
  EXPECT_EQ(Shown(Invoke(call, "lookup", {S("v1"), S("Pod"), S("ns"), S("n")})),
            "map[string]interface {}: map[id:v1 Pod ns n]");
  EXPECT_EQ(Shown(Invoke(call, "lookup", {S("v1"), S("Pod"), S("ns"), S("broken")})), "ERR no cluster");
  call.world.is_lint = true;
  EXPECT_EQ(Shown(Invoke(call, "lookup", {S("v1"), S("Pod"), S("ns"), S("n")})),
            "map[string]interface {}: map[]");
}

TEST(Helm, WhatIsWrittenCounts) {
  FixedCall call;
  call.world.all_limits.output_bytes = 1000;
  EXPECT_TRUE(absl::IsResourceExhausted(Invoke(call, "toJson", {S(std::string(2000, 'x'))}).status()));
}

}  // namespace
}  // namespace devstats::chart
