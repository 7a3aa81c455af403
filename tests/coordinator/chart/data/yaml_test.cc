#include "coordinator/chart/data/yaml.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/data/json.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

// JSON, or the error without its usual head.
std::string YamlAsJson(absl::string_view text) {
  const auto value = ReadYaml(text, Limits());
  if (value.ok()) return WriteJson(*value).value_or("?");
  std::string message(value.status().message());
  const std::string head = "error converting YAML to JSON: ";
  EXPECT_EQ(message.substr(0, head.size()), head);
  return message.substr(head.size());
}

using YamlCases = std::vector<std::pair<absl::string_view, absl::string_view>>;
void ExpectYaml(const YamlCases& cases) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(YamlAsJson(text), expected) << text;
}

TEST(ReadYaml, Scalars) {
  ExpectYaml({
      {"[yes, On, y, TRUE, no, off, N, tRue]", R"([true,true,true,true,false,false,false,"tRue"])"},
      {"[~, null, Null, '', \"~\"]", R"([null,null,null,"","~"])"},
      {"[017, 0o17, 0x1F, 0b11, -0b11, 1_000, 08, +1, -0]", "[15,15,31,3,-3,1000,8,1,0]"},
      {"[1e3, .5, 12e03, 1., 1_0.5, 1e, 0x, _1]", R"([1000,0.5,12000,1,10.5,"1e","0x","_1"])"},
      {"[12345678901234567890, 123456789012345678901]", "[12345678901234567000,123456789012345680000]"},
      {"[2020-01-02, 2020-01-02T03:04:05Z, 1:20, 1.2.3]",
       R"(["2020-01-02","2020-01-02T03:04:05Z","1:20","1.2.3"])"},
      {"[!!str 5, !!int '5', !!float 1, !!bool yes, !!binary aGk=, !foo x, ! 5]",
       R"(["5",5,1,true,"hi","x","5"])"},
      {"", "null"},
      {"# only a comment", "null"},
      {"\xef\xbb\xbf"
       "a: 1\r\nb: 2\r\n",
       R"({"a":1,"b":2})"},
  });
}

TEST(ReadYaml, Styles) {
  ExpectYaml({
      {"a: one\n  two\n\n  three\n", R"({"a":"one two\nthree"})"},
      {"a: \"x\n  y\\\n  z \\u00e9\\x41\\t\"", R"({"a":"x yz éA\t"})"},
      {"a: 'it''s\n\n  ok'", R"({"a":"it's\nok"})"},
      {"a: |\n  x\n   y\n\nb: |-\n  x\n\nc: |+\n  x\n\n", R"({"a":"x\n y\n","b":"x","c":"x\n\n"})"},
      {"a: >\n  x\n  y\n\n  z\n   w\n", R"({"a":"x y\nz\n w\n"})"},
      {"a: |2\n    x\n", R"({"a":"  x\n"})"},
      {"- a\n- - b\n  - c: 1\n    d: 2\n-\n", R"(["a",["b",{"c":1,"d":2}],null])"},
      {"k:\n- a\n- b\nl: {a: [1, {b: 2}], c, d: }\n",
       R"({"k":["a","b"],"l":{"a":[1,{"b":2}],"c":null,"d":null}})"},
      {"? a\n: b\n? [c]\n", "yaml: invalid map key: []interface {}{\"c\"}"},
      {"[a: 1, ? b : 2]", R"([{"a":1},{"b":2}])"},
      {"%TAG !e! tag:yaml.org,2002:\n--- !e!str 5\n", "\"5\""},
      {"--- a\n--- b\n", "\"a\""},
      {"a: b#c # d", R"({"a":"b#c"})"},
  });
}

TEST(ReadYaml, Keys) {
  ExpectYaml({
      {"y: 1\n1: 2\n1.50: 3\n0x10: 4\n'z': 5", R"({"1":2,"1.5":3,"16":4,"true":1,"z":5})"},
      {"a: 1\na: 2", R"({"a":2})"},
      {"null: d", "unsupported map key of type: %!s(<nil>), key: <nil>, value: \"d\""},
      {"~: {a: [1, 1.5]}",
       "unsupported map key of type: %!s(<nil>), key: <nil>, value: map[interface {}]interface {}{\"a\":[]"
       "interface {}{1, 1.5}}"},
      {"18446744073709551615: 1", "unsupported map key of type: uint64, key: 0xffffffffffffffff, value: 1"},
      {"a: {{ .Values.x }}",
       "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}"},
      {"{{ b: 1, 2: ~ }}",
       "yaml: invalid map key: map[interface {}]interface {}{\"b\":1, 2:interface {}(nil)}"},
  });
}

TEST(ReadYaml, AliasesAndMerges) {
  ExpectYaml({
      {"a: &x {k: 1}\nb: *x\nc: {<<: *x, z: 2}", R"({"a":{"k":1},"b":{"k":1},"c":{"k":1,"z":2}})"},
      {"a: &x {k: 1, l: 1}\nb: &y {k: 2}\nc:\n  <<: [*x, *y]\n",
       R"({"a":{"k":1,"l":1},"b":{"k":2},"c":{"k":1,"l":1}})"},
      {"{k: 0, <<: {k: 1}}", R"({"k":1})"},
      {"{<<: {k: 1}, k: 0}", R"({"k":0})"},
      {"'<<': {k: 1}", R"({"\u003c\u003c":{"k":1}})"},
      {"<<: 1", "yaml: map merge requires map or sequence of maps as the value"},
      {"a: &l [{k: 1}]\nb: {<<: *l}", "yaml: map merge requires map or sequence of maps as the value"},
      {"a: *x", "yaml: unknown anchor 'x' referenced"},
      {"a: &x [*x]", "yaml: anchor 'x' value contains itself"},
  });
  auto value = ReadYaml("a: &x {k: 1}\nb: *x", Limits());
  ASSERT_TRUE(value.ok());
  EXPECT_FALSE(value->Find("a")->SameNode(*value->Find("b")));
}

TEST(ReadYaml, Errors) {
  ExpectYaml({
      {"a: b: c", "yaml: mapping values are not allowed in this context"},
      {"a: 1\nb: c: d", "yaml: line 2: mapping values are not allowed in this context"},
      {"a: 1\n b: 2", "yaml: line 2: mapping values are not allowed in this context"},
      {"a:\n  b: 1\n c: 2", "yaml: line 2: did not find expected key"},
      {"a: 1\n\tb: 2", "yaml: line 2: found a tab character that violates indentation"},
      {"a:\n\tb: 2", "yaml: line 2: found character that cannot start any token"},
      {"a: [1,\nb: 2", "yaml: line 2: did not find expected ',' or ']'"},
      {"a: {b", "yaml: line 1: did not find expected ',' or '}'"},
      {"- a\nb: 1", "yaml: line 1: did not find expected '-' indicator"},
      {"a: 'x\n", "yaml: line 2: found unexpected end of stream"},
      {"a: \"\\q\"", "yaml: found unknown escape character"},
      {"a: @x", "yaml: found character that cannot start any token"},
      {"a: 1\nb\nc: 2", "yaml: line 3: could not find expected ':'"},
      {"a: - b", "yaml: block sequence entries are not allowed in this context"},
      {"a: !e!x 1", "yaml: found undefined tag handle"},
      {"%FOO 1\n---", "yaml: found unknown directive name"},
      {"%YAML 1.2\n---", "yaml: found incompatible YAML document"},
      {"%YAML 1.1\na", "yaml: line 1: did not find expected <document start>"},
      {"a: !!int x", "yaml: cannot decode !!str `x` as a !!int"},
      {"a: !!binary '*'", "yaml: !!binary value contains invalid base64 data"},
      {"a: |\n\tb", "yaml: line 2: found a tab character where an indentation space is expected"},
      {"a: &\n", "yaml: did not find expected alphabetic or numeric character"},
      {"a: \x01", "yaml: control characters are not allowed"},
      {"a: \xff", "yaml: invalid leading UTF-8 octet"},
      {"a: \xc3", "yaml: incomplete UTF-8 octet sequence"},
      {"a: .inf", "json: unsupported value: +Inf"},
      {"a: [1, -.INF]\nb: .nan", "json: unsupported value: -Inf"},
      {"a: .inf\na: 1", R"({"a":1})"},
      {absl::string_view("a: 1\n...\n\x01", 10), "yaml: control characters are not allowed"},
  });
}

TEST(ReadYaml, BadBytesFarBehindDoNotMatter) {
  EXPECT_EQ(YamlAsJson("a: 1\n---\n" + std::string(600, 'x') + "\x01"), R"({"a":1})");
}

TEST(ReadYaml, IsLimited) {
  Limits limits;
  limits.document_depth = 100;
  limits.document_nodes = 1000;
  limits.document_bytes = 100'000;
  const auto error = [&](const std::string& text) {
    return std::string(ReadYaml(text, limits).status().message());
  };
  EXPECT_EQ(error(std::string(5000, '[')), "error converting YAML to JSON: yaml: exceeded max depth of 100");
  EXPECT_EQ(error("a: " + std::string(5000, '{')),
            "error converting YAML to JSON: yaml: exceeded max depth of 100");
  std::string dashes;
  for (int i = 0; i < 5000; ++i) dashes += "- ";
  EXPECT_EQ(error(dashes), "error converting YAML to JSON: yaml: exceeded max depth of 100");
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "- 1\n";
  EXPECT_EQ(error(many), "error converting YAML to JSON: yaml: document has more than 1000 nodes");
  EXPECT_EQ(ReadYaml(std::string(200'000, ' '), limits).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(ReadYaml, RefusesTheBillionLaughs) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) absl::StrAppend(&text, "a", i, ": &a", i, " [*a", i - 1, ", *a", i - 1, "]\n");
  EXPECT_EQ(YamlAsJson(text), "yaml: document contains excessive aliasing");
}

TEST(ReadYamlMap, WantsAMap) {
  EXPECT_TRUE(ReadYamlMap("# c", Limits())->map().empty());
  EXPECT_EQ(
      ReadYamlMap("[1]", Limits(), "chartutil.Values").status().message(),
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type "
      "chartutil.Values");
  EXPECT_EQ(
      ReadYamlList("a: 1", Limits()).status().message(),
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type "
      "[]interface {}");
}

TEST(ReadYamlTyped, KeepsIntegers) {
  const auto value = ReadYamlTyped("[20240101, 1.10, yes, 18446744073709551615, x]", Limits());
  ASSERT_TRUE(value.ok());
  std::string texts;
  for (const Value& item : value->list()) absl::StrAppend(&texts, YamlText(item).text(), " ");
  EXPECT_EQ(texts, "20240101 1.1 true 18446744073709551615 x ");
}

std::string YamlOf(const Value& value) { return WriteYaml(value).value_or("<error>"); }
Value YamlText1(absl::string_view text) { return Value::MakeMap({{"a", Value::String(text)}}); }

TEST(WriteYaml, Layout) {
  const auto value = ReadJson(
      R"({"x":[{"p":[1,2],"q":{"r":[]}},[],{}],"e":{},"a10":1,"a9":2,"n":null,"z":[[1,[2]]]})", Limits());
  EXPECT_EQ(
      YamlOf(*value),
      "a9: 2\na10: 1\ne: {}\n\"n\": null\nx:\n- p:\n  - 1\n  - 2\n  q:\n    r: []\n- []\n- {}\nz:\n- - 1\n  "
      "- - 2\n");
  EXPECT_EQ(
      *WriteYamlPretty(*value),
      "a9: 2\na10: 1\ne: {}\n\"n\": null\nx:\n  - p:\n      - 1\n      - 2\n    q:\n      r: []\n  - []\n  - "
      "{}\nz:\n  - - 1\n    - - 2\n");
}

TEST(WriteYaml, Quotes) {
  const std::pair<absl::string_view, absl::string_view> cases[] = {{"yes", "\"yes\""},
                                                                   {"1_000", "\"1_000\""},
                                                                   {"2020-01-02", "\"2020-01-02\""},
                                                                   {"2020-13-45", "2020-13-45"},
                                                                   {"20:59", "\"20:59\""},
                                                                   {"1:60", "1:60"},
                                                                   {"", "\"\""},
                                                                   {"-", "'-'"},
                                                                   {"- a", "'- a'"},
                                                                   {"-a", "-a"},
                                                                   {"a: b", "'a: b'"},
                                                                   {"a:b", "a:b"},
                                                                   {"a #b", "'a #b'"},
                                                                   {" a", "' a'"},
                                                                   {"it's: x", "'it''s: x'"},
                                                                   {"a\tb", "\"a\\tb\""},
                                                                   {"😀", "\"\\U0001F600\""},
                                                                   {"\xef\xbb\xbfx", "\"\\uFEFF\\x78\""},
                                                                   {"=", "="},
                                                                   {"<<", "<<"},
                                                                   {"a\xc2\x85 b", "a b"},
                                                                   {"2001-1-1 1:2:3", "\"2001-1-1 1:2:3\""},
                                                                   {"0o17", "\"0o17\""}};
  for (const auto& [text, yaml] : cases)
    EXPECT_EQ(YamlOf(YamlText1(text)), absl::StrCat("a: ", yaml, "\n")) << text;
}

TEST(WriteYaml, Blocks) {
  EXPECT_EQ(YamlOf(YamlText1("x\ny\n")), "a: |\n  x\n  y\n");
  EXPECT_EQ(YamlOf(YamlText1("x\ny")), "a: |-\n  x\n  y\n");
  EXPECT_EQ(YamlOf(YamlText1("x\n\n")), "a: |+\n  x\n\n");
  EXPECT_EQ(YamlOf(YamlText1(" x\ny")), "a: |2-\n   x\n  y\n");
  EXPECT_EQ(YamlOf(YamlText1("\n")), "a: |2+\n\n");
  EXPECT_EQ(YamlOf(YamlText1("x \ny\n")), "a: \"x \\ny\\n\"\n");
  EXPECT_EQ(YamlOf(Value::MakeMap({{"a\nb", Value::Int(1)}})), "? |-\n  a\n  b\n: 1\n");
  EXPECT_EQ(YamlOf(Value::MakeMap({{std::string(129, 'k'), Value::MakeList({Value::Int(1)})}})),
            "? " + std::string(129, 'k') + "\n: - 1\n");
  EXPECT_EQ(*WriteYamlPretty(YamlText1("x\n\ty\n")), "a: |\n  x\n  \ty\n");
}

TEST(WriteYaml, Folds) {
  std::string words, folded = "a:";
  for (int i = 0; i < 40; ++i) words += i == 0 ? "word" : " word";
  EXPECT_EQ(
      YamlOf(YamlText1(words)),
      "a: word word word word word word word word word word word word word word word word\n  word word word "
      "word word word word word word word word word word word word word\n  word word word word word word "
      "word word\n");
  EXPECT_EQ(*WriteYamlPretty(YamlText1(words)), "a: " + words + "\n");
}

TEST(WriteYaml, Numbers) {
  const std::pair<double, absl::string_view> cases[] = {
      {1, "1"},        {1e6, "1000000"},
      {1e20, "1e+20"}, {12345678.5, "1.23456785e+07"},
      {1e-5, "1e-05"}, {1e-7, "1e-07"},
      {-0.0, "0"},     {12345678901234567890., "12345678901234567000"},
      {0.1, "0.1"},    {-9223372036854775808., "-9.223372036854776e+18"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(YamlOf(Value::Float(number)), absl::StrCat(text, "\n"));
  EXPECT_EQ(*WriteYamlPretty(Value::Float(1e6)), "1e+06\n");
  EXPECT_EQ(*WriteYamlPretty(Value::Float(INFINITY)), ".inf\n");
}

TEST(WriteYaml, WhatJsonCannotHold) {
  EXPECT_FALSE(WriteYaml(Value::Float(NAN)).ok());
  EXPECT_FALSE(WriteYaml(Value::String("a\x7f")).ok());
  EXPECT_FALSE(WriteYaml(Value::MakeMap({{std::string(1023, 'k'), Value::Int(1)}})).ok());
  EXPECT_TRUE(WriteYaml(Value::MakeMap({{std::string(1022, 'k'), Value::Int(1)}})).ok());
  EXPECT_EQ(YamlOf(Value::String("\xff")), "\xef\xbf\xbd\n");
  EXPECT_EQ(YamlOf(Value::Bytes("hi")), "aGk=\n");
  EXPECT_EQ(*WriteYamlPretty(Value::String("\xff")), "!!binary /w==\n");
  Value map = Value::MakeMap();
  map.mutable_map()["m"] = map;
  EXPECT_FALSE(WriteYaml(map).ok());
  EXPECT_FALSE(WriteYamlPretty(map).ok());
  map.mutable_map().clear();
}

// What is written reads back as it was.
TEST(WriteYaml, ReadsBack) {
  const std::string parts[] = {"a", " ", "\n", "'",         "\"", "#", ": ", "- ",
                               "é", "1", "|",  "word word", "\\", "{", "\t"};
  uint32_t seed = 1;
  const auto next = [&seed] { return seed = seed * 1664525 + 1013904223, seed >> 16; };
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint32_t n = next() % 12; n > 0; --n) text += parts[next() % 15];
    const Value value = Value::MakeMap({{"k" + text, Value::MakeList({Value::String(text)})}});
    const std::string yaml = YamlOf(value);
    const auto back = ReadYaml(yaml, Limits());
    ASSERT_TRUE(back.ok()) << yaml << back.status();
    EXPECT_TRUE(DeepEqual(*back, value)) << yaml;
  }
}

}  // namespace
}  // namespace devstats::chart
