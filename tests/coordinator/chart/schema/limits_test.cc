// Schemas and values that mean harm.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/schema/check.h"

namespace devstats::chart {
namespace {

using testing::HasSubstr;

std::string Repeated(absl::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

absl::Status CheckHostile(absl::string_view schema_json, const Value& values = Value::MakeMap(),
                          const Limits& limits = {}) {
  return CheckSchema(values, schema_json, limits);
}

TEST(SchemaLimits, DepthOfSchemas) {
  const auto nested = [](int levels) {
    return absl::StrCat(Repeated(R"({"not":)", levels), "true", Repeated("}", levels));
  };
  EXPECT_TRUE(CheckHostile(nested(100)).ok());
  const absl::Status deep = CheckHostile(nested(900));
  EXPECT_TRUE(absl::IsResourceExhausted(deep)) << deep;
  EXPECT_THAT(deep.message(), HasSubstr("nests deeper than 1000 levels"));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckHostile(nested(1100))));
}

TEST(SchemaLimits, DepthOfValues) {
  constexpr absl::string_view kTree = R"({"additionalProperties": {"$ref": "#"}, "maxProperties": 1})";
  Value values = Value::MakeMap();
  for (int i = 0; i < 300; ++i) values = Value::MakeMap({{"a", values}});
  EXPECT_TRUE(CheckHostile(kTree, values).ok());
  for (int i = 0; i < 600; ++i) values = Value::MakeMap({{"a", values}});
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile(kTree, values)));
  // A map within itself.
  Value endless = Value::MakeMap();
  endless.mutable_map()["a"] = endless;
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile("{}", endless)));
  endless.mutable_map().clear();
}

TEST(SchemaLimits, ExponentialAlternatives) {
  for (const absl::string_view last : {R"({"type": "null"})", "true"}) {
    std::string definitions = absl::StrCat(R"("d0": )", last);
    for (int i = 1; i <= 40; ++i) {
      const std::string reference = absl::StrCat(R"({"allOf": [{"$ref": "#/$defs/d)", i - 1, R"("}]})");
      absl::StrAppend(&definitions, R"(, "d)", i, R"(": {"allOf": [)", reference, ",", reference, "]}");
    }
    const std::string schema = absl::StrCat(R"({"$ref": "#/$defs/d40", "$defs": {)", definitions, "}}");
    const absl::Status status = CheckHostile(schema, Value::MakeMap(), {.schema_steps = 1'000'000});
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr("more than 1000000 steps"));
  }
}

TEST(SchemaLimits, CyclesOfReferencesEnd) {
  EXPECT_THAT(SchemaErrors(R"({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}},
                               "properties": {"v": {"$ref": "#/$defs/a"}}})",
                           R"({"v": 1})"),
              HasSubstr("causing reference cycle"));
  std::string definitions;
  for (int i = 0; i < 3000; ++i)
    absl::StrAppend(&definitions, R"("a)", i, R"(": {"$ref": "#/$defs/a)", i + 1, R"("},)");
  const std::string chain =
      absl::StrCat(R"({"$ref": "#/$defs/a0", "$defs": {)", definitions, R"("a3000": true}})");
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile(chain)));
}

TEST(SchemaLimits, LargePatterns) {
  std::string properties = R"("a": true)";
  for (int i = 0; i < 500; ++i)
    absl::StrAppend(&properties, R"(, "p)", i, R"(": {"pattern": ")", i, R"((\\pL{500}){2}"})");
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile(absl::StrCat(R"({"properties": {)", properties, "}}"),
                                                     Value::MakeMap(), {.schema_steps = 5'000'000})));
  EXPECT_THAT(SchemaErrors(R"({"pattern": "(((a{100}){100}){100}){100}"})", "{}"),
              HasSubstr("invalid repeat count"));
}

TEST(SchemaLimits, ReportsEnd) {
  std::string wanted = R"("x")";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&wanted, R"(, "a rather long alternative )", i, R"(")");
  const std::string schema = absl::StrCat(R"({"properties": {"v": {"items": {"enum": [)", wanted, "]}}}}");
  const auto check = [&](size_t items) {
    return CheckHostile(schema, Value::MakeMap({{"v", Value::MakeList(List(items, Value::String("y")))}}));
  };
  EXPECT_TRUE(absl::IsInvalidArgument(check(10)));
  const absl::Status status = check(40);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status.code();
  EXPECT_EQ(status.message(), "what does not match the schema takes more than 4194304 bytes to tell");
}

TEST(SchemaLimits, LongNumbers) {
  const std::string digits(5000, '9');
  EXPECT_EQ(
      SchemaErrors(absl::StrCat(R"({"properties": {"v": {"maximum": -1, "multipleOf": )", digits, "}}}"),
                   R"({"v": 1})"),
      "unable to validate schema: runtime error: invalid memory address or nil pointer dereference");
  EXPECT_EQ(
      SchemaErrors(absl::StrCat(R"({"properties": {"v": {"multipleOf": )", digits.substr(0, 1900), "}}}"),
                   R"({"v": 0})"),
      "");
}

TEST(SchemaLimits, LongReferences) {
  const std::string long_id(100'000, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(CheckHostile(absl::StrCat(R"({"$id": ")", long_id, R"("})"))));
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile(absl::StrCat(R"({"$ref": ")", long_id, R"("})"))));
}

TEST(SchemaLimits, DocumentsHaveThem) {
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile("{}", Value::MakeMap(), {.document_bytes = 1})));
  EXPECT_TRUE(absl::IsResourceExhausted(CheckHostile("[1,2,3]", Value::MakeMap(), {.document_nodes = 1})));
}

}  // namespace
}  // namespace devstats::chart
