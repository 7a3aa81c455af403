#include "coordinator/chart/data/toml.h"

#include <cmath>

#include "coordinator/chart/data/json.h"
#include "coordinator/chart/value/format.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

std::string TomlAsJson(absl::string_view text) {
  const auto value = ReadToml(text, Limits());
  return value.ok() ? WriteJson(*value).value_or("?") : std::string(value.status().message());
}
using TomlCases = std::vector<std::pair<absl::string_view, absl::string_view>>;
void ExpectToml(const TomlCases& cases) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(TomlAsJson(text), expected) << text;
}

TEST(ReadToml, Values) {
  ExpectToml({
      {"", "{}"},
      {"a = 1\nb = +1_000 # c\nc = 0xff\nd = 0b11\ne = 0o17", R"({"a":1,"b":1000,"c":255,"d":3,"e":15})"},
      {"a = 1.5\nb = -1e3\nc = true", R"({"a":1.5,"b":-1000,"c":true})"},
      {"a = \"x\\t\\u00e9\\\"\"\nb = 'c:\\x'\n\"q k\".z = ''",
       R"({"a":"x\té\"","b":"c:\\x","q k":{"z":""}})"},
      {"a = \"\"\"\nx\\\n   y\"\"\"\"\nb = '''\n'q'''''", R"({"a":"xy\"","b":"'q''"})"},
      {"a = [1, [2, 'x'], # c\n {b = 3, c.d = 4,},\n]", R"({"a":[1,[2,"x"],{"b":3,"c":{"d":4}}]})"},
      {"[t]\na = 1\n[t.u]\nb = 2\n[[l]]\nc = 3\n[[l]]\n[l.m]\nd = 4",
       R"({"l":[{"c":3},{"m":{"d":4}}],"t":{"a":1,"u":{"b":2}}})"},
      {"a = 2020-01-02 03:04:05.5z\nb = 2020-01-02\nc = 03:04:05",
       R"({"a":"2020-01-02T03:04:05.5Z","b":"2020-01-02","c":"03:04:05"})"},
  });
  const auto value = ReadToml("[[t]]\na = 1\nb = 1.0", Limits());
  EXPECT_EQ(TypeName(*value->Find("t")), "[]map[string]interface {}");
  EXPECT_EQ(value->Find("t")->list()[0].Find("a")->type(), &types::kInt64);
  EXPECT_TRUE(std::isinf((*ReadToml("a = inf", Limits())).Find("a")->float_value()));
}

TEST(ReadToml, TimesAreMadeByTheCaller) {
  const auto value = ReadToml(
      "a = 2020-01-02T03:04:05.25-01:30", Limits(), +[](const TomlTime& time) {
        return Value::MakeList(
            {Value::Int(time.second.hour()), Value::Int(time.nanosecond), Value::Int(time.offset)});
      });
  EXPECT_EQ(ToText(*value->Find("a")), "[3 250000000 -5400]");
}

TEST(ReadToml, Errors) {
  ExpectToml({
      {"a = ", "toml: line 1 (last key \"a\"): unexpected EOF; expected value"},
      {"a = \nb = 1", "toml: line 1 (last key \"a\"): expected value but found '\\n' instead"},
      {"a 1", "toml: line 1: expected '.' or '=', but got '1' instead"},
      {"= 1", "toml: line 1: unexpected '=': key name appears blank"},
      {"a = tru", "toml: line 1 (last key \"a\"): expected value but found \"tru\" instead"},
      {"a = 1 2",
       "toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got '2' instead"},
      {"[t]\na = 1\na = 2", "toml: line 3 (last key \"t.a\"): Key 't.a' has already been defined."},
      {"[t]\n[t]", "toml: line 2: Key 't' has already been defined."},
      {"a = 1\n[[a]]", "toml: line 2: Key 'a' was already created and cannot be used as an array."},
      {"[]", "toml: line 1: unexpected end of table name (table names cannot be empty)"},
      {"a = 01", "toml: line 1 (last key \"a\"): Invalid integer \"01\": cannot have leading zeroes"},
      {"a = 1__0",
       "toml: line 1 (last key \"a\"): Invalid integer \"1__0\": underscores must be surrounded by digits"},
      {"a = 1.",
       "toml: line 1 (last key \"a\"): Invalid float \"1.\": '.' must be followed by one or more digits"},
      {"a = .5", "toml: line 1 (last key \"a\"): floats must start with a digit, not '.'"},
      {"a = 99999999999999999999",
       "toml: line 1 (last key \"a\"): 99999999999999999999 is out of range for int64"},
      {"a = 2020-13-01", "toml: line 1 (last key \"a\"): invalid datetime: \"2020-13-01\""},
      {"a = \"x\ny\"", "toml: line 1 (last key \"a\"): strings cannot contain newlines"},
      {"a = \"\\q\"", "toml: line 1 (last key \"a\"): invalid escape in string '\\q'"},
      {"a = [1 2]",
       "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got '2'"},
      {"a = \x01", "toml: line 1 (last key \"a\"): TOML files cannot contain control characters: '0x01'"},
      {"a = \xff", "toml: line 1 (last key \"a\"): invalid UTF-8 byte: 0xff"},
  });
}

TEST(ReadToml, DepthIsLimited) {
  EXPECT_FALSE(ReadToml("a = " + std::string(100'000, '['), Limits()).ok());
  std::string dots = "a";
  for (int i = 0; i < 5000; ++i) dots += ".a";
  EXPECT_FALSE(ReadToml(dots + " = 1", Limits()).ok());
  std::string inside = "a = ";
  for (int i = 0; i < 5000; ++i) inside += "{a=";
  EXPECT_FALSE(ReadToml(inside, Limits()).ok());
}

TEST(WriteToml, Documents) {
  const auto write = [](absl::string_view json) {
    const auto text = WriteToml(*ReadJson(json, Limits()));
    return text.ok() ? *text : std::string(text.status().message());
  };
  EXPECT_EQ(
      write(R"({"b":1,"a":{"c":"x","d":{"e":[1,"y"]}},"t":[{"p":1},{"q":{"r":2}}],"n":null})"),
      "b = 1.0\n\n[a]\n  c = \"x\"\n  [a.d]\n    e = [1.0, \"y\"]\n\n[[t]]\n  p = 1.0\n\n[[t]]\n  [t.q]\n    "
      "r = 2.0\n");
  EXPECT_EQ(write(R"({"key with space":"a\"b\n","e":""})"), "e = \"\"\n\"key with space\" = \"a\\\"b\\n\"\n");
  EXPECT_EQ(write(R"({"l":[1,{"a":1,"b":{"c":2}},{"a":1,"z":null}]})"),
            "l = [1.0, {a = 1.0, b = {c = 2.0}}, {a = 1.0, }]\n");
  EXPECT_EQ(write(R"({"l":[1,null]})"), "toml: cannot encode array with nil element");
  EXPECT_EQ(write(R"([{"a":1}])"), "toml: top-level values must be Go maps or structs");
  EXPECT_EQ(write(R"("x")"), "\"x\"");
  EXPECT_EQ(write("1e21"), "1e+21");
  EXPECT_EQ(WriteToml(Value()).status().code(), absl::StatusCode::kInternal);
}

TEST(WriteToml, AMapWithinItselfIsAnError) {
  Value map = Value::MakeMap();
  map.mutable_map()["m"] = map;
  EXPECT_FALSE(WriteToml(map).ok());
  map.mutable_map().clear();
}

}  // namespace
}  // namespace devstats::chart
