#include "coordinator/chart/data/json.h"

#include <cmath>

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

std::string JsonRoundTrip(absl::string_view text) {
  const auto value = ReadJson(text, Limits());
  return value.ok() ? WriteJson(*value).value_or("?") : std::string(value.status().message());
}

TEST(ReadJson, Values) {
  EXPECT_EQ(JsonRoundTrip(R"( {"b":[1,2.50,-0,1e3],"a":null,"b2":true} )"),
            R"({"a":null,"b":[1,2.5,-0,1000],"b2":true})");
  EXPECT_EQ(JsonRoundTrip(R"({"a":1,"a":2})"), R"({"a":2})");
  EXPECT_EQ(JsonRoundTrip(R"("\u00e9\ud83d\ude00\ud800x\/\n")"), "\"é😀\xef\xbf\xbdx/\\n\"");
  EXPECT_EQ(JsonRoundTrip("\"\xff\""), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(ReadJson("1", Limits())->type(), &types::kFloat64);
}

TEST(ReadJson, Errors) {
  const std::pair<absl::string_view, absl::string_view> cases[] = {
      {"", "unexpected end of JSON input"},
      {"{", "unexpected end of JSON input"},
      {"{bad", "invalid character 'b' looking for beginning of object key string"},
      {"x", "invalid character 'x' looking for beginning of value"},
      {"[1 2]", "invalid character '2' after array element"},
      {"{\"a\" 1}", "invalid character '1' after object key"},
      {"{\"a\":1 \"", "invalid character '\"' after object key:value pair"},
      {"1 '", "invalid character '\\'' after top-level value"},
      {"01", "invalid character '1' after top-level value"},
      {"trUe", "invalid character 'U' in literal true (expecting 'u')"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1ex", "invalid character 'x' in exponent of numeric literal"},
      {"\"\n\"", "invalid character '\\n' in string literal"},
      {"\"\\q\"", "invalid character 'q' in string escape code"},
      {"\"\\u12g\"", "invalid character 'g' in \\u hexadecimal character escape"},
      {"\xc3", "invalid character 'Ã' looking for beginning of value"},
      {"1e999", "json: cannot unmarshal number 1e999 into Go value of type float64"},
  };
  for (const auto& [text, error] : cases) EXPECT_EQ(JsonRoundTrip(text), error) << text;
}

TEST(ReadJson, DepthIsLimited) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(JsonRoundTrip(deep), "invalid character '[' exceeded max depth");
}

TEST(ReadJsonMap, WantsAMap) {
  EXPECT_TRUE(ReadJsonMap("null", Limits())->map().empty());
  EXPECT_EQ(ReadJsonMap("[1e999]", Limits()).status().message(),
            "json: cannot unmarshal array into Go value of type map[string]interface {}");
  EXPECT_EQ(ReadJsonMap("1", Limits(), "T").status().message(),
            "json: cannot unmarshal number into Go value of type T");
  EXPECT_EQ(ReadJsonList("{}", Limits()).status().message(),
            "json: cannot unmarshal object into Go value of type []interface {}");
}

TEST(ReadJsonPrefix, StopsBehindTheFirstValue) {
  EXPECT_EQ(ReadJsonPrefix(" {\"a\":1} ,b=2", Limits())->bytes, 8u);
  EXPECT_EQ(ReadJsonPrefix("12,b=2", Limits())->bytes, 2u);
  EXPECT_EQ(ReadJsonPrefix("  ", Limits()).status().message(), "EOF");
  EXPECT_EQ(ReadJsonPrefix("{\"a\"", Limits()).status().message(), "unexpected EOF");
}

TEST(WriteJson, Numbers) {
  const std::pair<double, absl::string_view> cases[] = {
      {1, "1"},           {1e6, "1000000"},           {1e20, "100000000000000000000"},
      {1e21, "1e+21"},    {1e-6, "0.000001"},         {1e-7, "1e-7"},
      {-1e-10, "-1e-10"}, {123456.789, "123456.789"}, {-0.0, "-0"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(*WriteJson(Value::Float(number)), text);
  EXPECT_EQ(*WriteJson(Value::Uint(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(WriteJson(Value::Float(NAN)).status().message(), "json: unsupported value: NaN");
  EXPECT_EQ(WriteJson(Value::Complex({1, 2})).status().message(), "json: unsupported type: complex128");
}

TEST(WriteJson, TextAndStyle) {
  const Value value =
      Value::MakeMap({{"<k>", Value::String("a&\x01\x7f\u2028\b\"\\")}, {"e", Value::MakeList({})}});
  EXPECT_EQ(*WriteJson(value), "{\"\\u003ck\\u003e\":\"a\\u0026\\u0001\x7f\\u2028\\b\\\"\\\\\",\"e\":[]}");
  EXPECT_EQ(*WriteJson(value, {false, 0}), "{\"<k>\":\"a&\\u0001\x7f\\u2028\\b\\\"\\\\\",\"e\":[]}");
  EXPECT_EQ(*WriteJson(Value::MakeMap({{"a", Value::MakeList({Value::Int(1), Value()})}}), {true, 2}),
            "{\n  \"a\": [\n    1,\n    null\n  ]\n}");
  EXPECT_EQ(*WriteJson(Value::Bytes("hi")), "\"aGk=\"");
}

const Field kJsonFields[] = {{"Zed", "zed"}, {"Hidden", ""}, {"Empty", "empty", true}, {"A", "a"}};
constinit const Type kJsonStruct{Kind::kObject, "pkg.T", "struct", nullptr, nullptr, kJsonFields};

TEST(WriteJson, ObjectsInTheOrderOfTheirFields) {
  const Value object = Value::MakeObject(
      new Object(kJsonStruct, {Value::Int(1), Value::Int(2), Value::String(""), Value::Int(3)}));
  EXPECT_EQ(*WriteJson(object), "{\"zed\":1,\"a\":3}");
  EXPECT_EQ(*WriteJson(ToPlain(object)), "{\"a\":3,\"zed\":1}");
}

TEST(WriteJson, AMapWithinItselfIsAnError) {
  Value map = Value::MakeMap();
  map.mutable_map()["m"] = map;
  EXPECT_EQ(WriteJson(map).status().message(),
            "json: unsupported value: encountered a cycle via map[string]interface {}");
  map.mutable_map().clear();
}

}  // namespace
}  // namespace devstats::chart
