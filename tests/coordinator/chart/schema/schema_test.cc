#include "coordinator/chart/schema/schema.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/schema/check.h"

namespace devstats::chart {
namespace {

// What the original says of each.
TEST(Schema, Keywords) {
  struct Case {
    absl::string_view draft, schema, value, errors;
  };
  const Case cases[] = {
      {kDraft2020, R"({"type": "integer"})", "1", ""},
      {kDraft2020, R"({"type": "integer"})", "1.0", ""},
      {kDraft2020, R"({"type": "integer"})", "1e3", ""},
      {kDraft2020, R"({"type": "integer"})", "1.5", "- at '/v': got number, want integer\n"},
      {kDraft2020, R"({"type": "integer"})", R"("1")", "- at '/v': got string, want integer\n"},
      {kDraft2020, R"({"type": "integer"})", "true", "- at '/v': got boolean, want integer\n"},
      {kDraft2020, R"({"type": "integer"})", "null", "- at '/v': got null, want integer\n"},
      {kDraft2020, R"({"type": "number"})", "1", ""},
      {kDraft2020, R"({"type": "number"})", "[]", "- at '/v': got array, want number\n"},
      {kDraft2020, R"({"type": ["string", "null", "integer"]})", "null", ""},
      {kDraft2020, R"({"type": ["string", "null", "integer"]})", "{}",
       "- at '/v': got object, want null or integer or string\n"},
      {kDraft2020, R"({"type": ["string", "null", "integer"]})", "1.5",
       "- at '/v': got number, want null or integer or string\n"},
      {kDraft2020, R"({"enum": ["a", 1, 1.50, null, true]})", "1.0", ""},
      {kDraft2020, R"({"enum": ["a", 1, 1.50, null, true]})", "1.5", ""},
      {kDraft2020, R"({"enum": ["a", 1, 1.50, null, true]})", R"("b")",
       "- at '/v': value must be one of 'a', 1, 1.50, <nil>, true\n"},
      {kDraft2020, R"({"enum": ["a", 1, 1.50, null, true]})", "false",
       "- at '/v': value must be one of 'a', 1, 1.50, <nil>, true\n"},
      {kDraft2020, R"({"enum": ["it's"]})", "1", "- at '/v': value must be 'it\\'s'\n"},
      {kDraft2020, R"({"enum": [[], 1]})", "2", "- at '/v': 'enum' failed\n"},
      {kDraft2020, R"({"enum": [[], 1]})", "[]", ""},
      {kDraft2020, R"({"enum": []})", "2", "- at '/v': value must be one of \n"},
      {kDraft6, R"({"const": {"a": [1]}})", R"({"a": [1.0]})", ""},
      {kDraft6, R"({"const": {"a": [1]}})", R"({"a": [2]})", "- at '/v': 'const' failed\n"},
      {kDraft6, R"({"const": null})", "null", ""},
      {kDraft6, R"({"const": null})", "0", "- at '/v': value must be <nil>\n"},
      {kDraft4, R"({"const": 1})", "2", ""},
      {kDraft2020, R"({"maximum": 65535})", "65535", ""},
      {kDraft2020, R"({"maximum": 65535})", "70000", "- at '/v': maximum: got 70,000, want 65,535\n"},
      {kDraft2020, R"({"minimum": 1.5})", "1.5", ""},
      {kDraft2020, R"({"minimum": 1.5})", "-1000000", "- at '/v': minimum: got -1×10⁰⁶, want 1.5\n"},
      {kDraft2020, R"({"exclusiveMinimum": 0})", "0", "- at '/v': exclusiveMinimum: got 0, want 0\n"},
      {kDraft2020, R"({"exclusiveMinimum": 0})", "0.00001", ""},
      {kDraft2020, R"({"exclusiveMaximum": 1e6})", "1e6",
       "- at '/v': exclusiveMaximum: got 1×10⁰⁶, want 1×10⁰⁶\n"},
      {kDraft2020, R"({"exclusiveMaximum": 1e6})", "999999", ""},
      {kDraft4, R"({"maximum": 3, "exclusiveMaximum": true})", "3",
       "- at '/v': exclusiveMaximum: got 3, want 3\n"},
      {kDraft4, R"({"maximum": 3, "exclusiveMaximum": true})", "2", ""},
      {kDraft4, R"({"minimum": 3, "exclusiveMinimum": false})", "3", ""},
      {kDraft4, R"({"minimum": 3, "exclusiveMinimum": false})", "2", "- at '/v': minimum: got 2, want 3\n"},
      {kDraft2020, R"({"multipleOf": 0.1})", "1.1", ""},
      {kDraft2020, R"({"multipleOf": 0.1})", "0.15", "- at '/v': multipleOf: got 0.15, want 0.1\n"},
      {kDraft2020, R"({"minimum": 10, "multipleOf": 3})", "4",
       "- at '/v': minimum: got 4, want 10\n"
       "- at '/v': multipleOf: got 4, want 3\n"},
      {kDraft2020, R"({"minLength": 2, "maxLength": 3})", R"("ä")", "- at '/v': minLength: got 1, want 2\n"},
      {kDraft2020, R"({"minLength": 2, "maxLength": 3})", R"("日本語")", ""},
      {kDraft2020, R"({"minLength": 2, "maxLength": 3})", R"("abcd")",
       "- at '/v': maxLength: got 4, want 3\n"},
      {kDraft2020, R"({"minLength": 2, "maxLength": 3})", "5", ""},
      {kDraft2020, R"({"minLength": 1000})", R"("a")", "- at '/v': minLength: got 1, want 1,000\n"},
      {kDraft2020, R"({"pattern": "^[a-z]+$"})", R"("abc")", ""},
      {kDraft2020, R"({"pattern": "^[a-z]+$"})", R"("a1")",
       "- at '/v': 'a1' does not match pattern '^[a-z]+$'\n"},
      {kDraft2020, R"({"pattern": "^[a-z]+$"})", R"("it's \"\\\\")",
       "- at '/v': 'it\\'s \"\\\\\\' does not match pattern '^[a-z]+$'\n"},
      {kDraft2020, R"({"minItems": 2, "maxItems": 3})", "[1]", "- at '/v': minItems: got 1, want 2\n"},
      {kDraft2020, R"({"minItems": 2, "maxItems": 3})", "[1,2,3,4]", "- at '/v': maxItems: got 4, want 3\n"},
      {kDraft2020, R"({"uniqueItems": true})", "[1,2,1.0]", "- at '/v': items at 0 and 2 are equal\n"},
      {kDraft2020, R"({"uniqueItems": true})", R"([1,true,"1",[1]])", ""},
      {kDraft2020, R"({"uniqueItems": true})", R"([{"a":1,"b":2},{"b":2,"a":1}])",
       "- at '/v': items at 0 and 1 are equal\n"},
      {kDraft2020, R"({"items": {"type": "string"}})", R"(["a"])", ""},
      {kDraft2020, R"({"items": {"type": "string"}})", R"(["a",1,null])",
       "- at '/v/1': got number, want string\n"
       "- at '/v/2': got null, want string\n"},
      {kDraft2020, R"({"prefixItems": [{"type": "string"}, true], "items": {"type": "null"}})",
       R"(["a",1,null])", ""},
      {kDraft2020, R"({"prefixItems": [{"type": "string"}, true], "items": {"type": "null"}})",
       "[1,1,null,2]",
       "- at '/v/0': got number, want string\n"
       "- at '/v/1': got number, want null\n"},
      {kDraft2020, R"({"prefixItems": [true], "items": false})", "[1]", ""},
      {kDraft2020, R"({"prefixItems": [true], "items": false})", "[1,2]", "- at '/v/0': false schema\n"},
      {kDraft7, R"({"items": [{"type": "string"}], "additionalItems": {"type": "null"}})", R"(["a",null,1])",
       "- at '/v/1': got number, want null\n"},
      {kDraft7, R"({"items": [{"type": "string"}], "additionalItems": false})", R"(["a"])", ""},
      {kDraft7, R"({"items": [{"type": "string"}], "additionalItems": false})", R"(["a",1,2])",
       "- at '/v': last 2 additionalItem(s) not allowed\n"},
      {kDraft7, R"({"items": {"type": "string"}, "additionalItems": false})", R"(["a","b"])", ""},
      {kDraft2019, R"({"items": [true], "unevaluatedItems": false})", "[1,2]", "- at '/v/1': false schema\n"},
      {kDraft6, R"({"contains": {"const": 1}})", "[1]", ""},
      {kDraft6, R"({"contains": {"const": 1}})", R"([2,"x"])",
       "- at '/v': no items match contains schema\n"
       "  - at '/v/0': value must be 1\n"
       "  - at '/v/1': value must be 1\n"},
      {kDraft6, R"({"contains": {"const": 1}})", "[]", "- at '/v': no items match contains schema\n"},
      {kDraft2020, R"({"contains": {"const": 1}, "minContains": 2})", "[1,1]", ""},
      {kDraft2020, R"({"contains": {"const": 1}, "minContains": 2})", "[1,2]",
       "- at '/v': min 2 items required to match contains schema, but matched 1 items at 0\n"
       "  - at '/v/1': value must be 1\n"},
      {kDraft2020, R"({"contains": {"const": 1}, "minContains": 2})", "[2]",
       "- at '/v': min 2 items required to match contains schema, but none matched\n"
       "  - at '/v/0': value must be 1\n"},
      {kDraft2020, R"({"contains": {"type": "integer"}, "maxContains": 1})", R"([1,"x"])", ""},
      {kDraft2020, R"({"contains": {"type": "integer"}, "maxContains": 1})", "[1,2]",
       "- at '/v': max 1 items required to match contains schema, but matched 2 items at 0 1\n"},
      {kDraft2020, R"({"contains": {"const": 1}, "minContains": 0})", "[]", ""},
      {kDraft4, R"({"contains": {"const": 1}})", "[]", ""},
      {kDraft2020, R"({"contains": {"type": "string"}, "unevaluatedItems": false})", R"(["a"])", ""},
      {kDraft2020, R"({"contains": {"type": "string"}, "unevaluatedItems": false})", R"(["a",1])",
       "- at '/v/1': false schema\n"},
      {kDraft2020, R"({"minProperties": 1, "maxProperties": 2})", "{}",
       "- at '/v': minProperties: got 0, want 1\n"},
      {kDraft2020, R"({"minProperties": 1, "maxProperties": 2})", R"({"a":1,"b":1,"c":1})",
       "- at '/v': maxProperties: got 3, want 2\n"},
      {kDraft2020, R"({"required": ["a", "b'c"]})", R"({"a":1})", "- at '/v': missing property 'b\\'c'\n"},
      {kDraft2020, R"({"required": ["a", "b'c"]})", "{}", "- at '/v': missing properties 'a', 'b\\'c'\n"},
      {kDraft2020, R"({"required": ["a", "b'c"]})", "[]", ""},
      {kDraft2020, R"({"properties": {"a": {"type": "string"}}, "additionalProperties": false})",
       R"({"a":"x"})", ""},
      {kDraft2020, R"({"properties": {"a": {"type": "string"}}, "additionalProperties": false})",
       R"({"a":1,"b":1})",
       "- at '/v/a': got number, want string\n"
       "- at '/v': additional properties 'b' not allowed\n"},
      {kDraft2020,
       R"({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "null"}})",
       R"({"ab":"x","b":null})", ""},
      {kDraft2020,
       R"({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "null"}})",
       R"({"ab":1})", "- at '/v/ab': got number, want string\n"},
      {kDraft2020,
       R"({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "null"}})",
       R"({"b":1})", "- at '/v/b': got number, want null\n"},
      {kDraft2020, R"({"propertyNames": {"maxLength": 1}})", R"({"a":1})", ""},
      {kDraft2020, R"({"propertyNames": {"maxLength": 1}})", R"({"ab":1})",
       "- at '': invalid propertyName 'ab'\n"
       "  - at '': maxLength: got 2, want 1\n"},
      {kDraft2020, R"({"propertyNames": {"maxLength": 1, "pattern": "^x"}})", R"({"ab":1})",
       "- at '': invalid propertyName 'ab'\n"
       "  - at '': maxLength: got 2, want 1\n"
       "  - at '': 'ab' does not match pattern '^x'\n"},
      {kDraft4, R"({"propertyNames": false})", R"({"a":1})", ""},
      {kDraft7, R"({"dependencies": {"a": ["b", "c"], "d": {"required": ["e"]}}})", R"({"a":1,"b":1})",
       "- at '/v': properties 'c' required, if 'a' exists\n"},
      {kDraft7, R"({"dependencies": {"a": ["b", "c"], "d": {"required": ["e"]}}})", R"({"d":1})",
       "- at '/v': missing property 'e'\n"},
      {kDraft2019, R"({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}})",
       R"({"a":1})", "- at '/v': properties 'b' required, if 'a' exists\n"},
      {kDraft2019, R"({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}})",
       R"({"c":1})", "- at '/v': missing property 'd'\n"},
      {kDraft7, R"({"dependentRequired": {"a": ["b"]}})", R"({"a":1})", ""},
      {kDraft2020, R"({"properties": {"a": true}, "unevaluatedProperties": false})", R"({"a":1})", ""},
      {kDraft2020, R"({"properties": {"a": true}, "unevaluatedProperties": false})", R"({"b":1})",
       "- at '/v/b': false schema\n"},
      {kDraft2020,
       R"({"anyOf": [{"properties": {"a": true}}, {"properties": {"b": true}}],
          "unevaluatedProperties": {"type": "null"}})",
       R"({"a":1,"b":2})", ""},
      {kDraft2020,
       R"({"anyOf": [{"properties": {"a": true}}, {"properties": {"b": true}}],
          "unevaluatedProperties": {"type": "null"}})",
       R"({"c":1})", "- at '/v/c': got number, want null\n"},
      {kDraft2020,
       R"({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
          "then": {"properties": {"b": true}}, "unevaluatedProperties": false})",
       R"({"a":1,"b":2})", ""},
      {kDraft2020,
       R"({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
          "then": {"properties": {"b": true}}, "unevaluatedProperties": false})",
       R"({"b":2})", "- at '/v/b': false schema\n"},
      {kDraft7, R"({"unevaluatedProperties": false})", R"({"b":2})", ""},
      {kDraft2020, R"({"allOf": [{"type": "string"}, {"minLength": 2}]})", R"("ab")", ""},
      {kDraft2020, R"({"allOf": [{"type": "string"}, {"minLength": 2}]})", R"("a")",
       "- at '/v': 'allOf' failed\n"
       "  - at '/v': minLength: got 1, want 2\n"},
      {kDraft2020, R"({"allOf": [{"type": "string"}, {"minLength": 2}]})", "1",
       "- at '/v': 'allOf' failed\n"
       "  - at '/v': got number, want string\n"},
      {kDraft2020, R"({"allOf": [{"minLength": 3, "pattern": "^b"}]})", R"("a")",
       "- at '/v': 'allOf' failed\n"
       "  - at '/v': validation failed\n"
       "    - at '/v': minLength: got 1, want 3\n"
       "    - at '/v': 'a' does not match pattern '^b'\n"},
      {kDraft2020, R"({"anyOf": [{"type": "string"}, {"minimum": 5}]})", "6", ""},
      {kDraft2020, R"({"anyOf": [{"type": "string"}, {"minimum": 5}]})", R"("x")", ""},
      {kDraft2020, R"({"anyOf": [{"type": "string"}, {"minimum": 5}]})", "1",
       "- at '/v': 'anyOf' failed\n"
       "  - at '/v': got number, want string\n"
       "  - at '/v': minimum: got 1, want 5\n"},
      {kDraft2020, R"({"oneOf": [{"type": "number"}, {"minimum": 5}, true]})", R"("x")",
       "- at '/v': 'oneOf' failed, subschemas 1, 2 matched\n"},
      {kDraft2020, R"({"oneOf": [{"type": "number"}, {"minimum": 5}, true]})", "6",
       "- at '/v': 'oneOf' failed, subschemas 0, 1 matched\n"},
      {kDraft2020, R"({"oneOf": [{"type": "null"}, {"type": "string"}]})", "1",
       "- at '/v': 'oneOf' failed, none matched\n"
       "  - at '/v': got number, want null\n"
       "  - at '/v': got number, want string\n"},
      {kDraft2020, R"({"not": {"type": "string"}})", "1", ""},
      {kDraft2020, R"({"not": {"type": "string"}})", R"("x")", "- at '/v': 'not' failed\n"},
      {kDraft7, R"({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "null"}})", R"("a")",
       "- at '/v': minLength: got 1, want 2\n"},
      {kDraft7, R"({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "null"}})", "1",
       "- at '/v': got number, want null\n"},
      {kDraft7, R"({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "null"}})", "null",
       ""},
      {kDraft6, R"({"if": true, "then": false})", "1", ""},
      {kDraft7, R"({"then": false})", "1", ""},
      {kDraft2020, R"(false)", "1", "- at '/v': false schema\n"},
      {kDraft2020, R"(true)", "1", ""},
      {kDraft2020, R"({})", "1", ""},
      {kDraft2020, R"({"minLength": 2, "pattern": "^b", "not": {}, "anyOf": [false]})", R"("a")",
       "- at '/v': minLength: got 1, want 2\n"
       "- at '/v': 'a' does not match pattern '^b'\n"
       "- at '/v': 'not' failed\n"
       "- at '/v': 'anyOf' failed\n"
       "  - at '/v': false schema\n"},
      {kDraft7, R"({"format": "ipv4"})", R"("1.2.3")",
       "- at '/v': '1.2.3' is not valid ipv4: expected four decimals\n"},
      {kDraft7, R"({"format": "ipv4"})", "1", ""},
      {kDraft7, R"({"format": "ipv4"})", R"("1.2.3.4")", ""},
      {kDraft2019, R"({"format": "ipv4"})", R"("x")", ""},
      {kDraft2020, R"({"format": "ipv4"})", R"("x")", ""},
      {kDraft4, R"({"format": "unknown"})", R"("x")", ""},
      {kDraft7, R"({"format": "regex"})", R"("(")",
       "- at '/v': '(' is not valid regex: error parsing regexp: missing closing ): `(`\n"},
      {kDraft7, R"({"contentEncoding": "base64", "contentMediaType": "application/json"})", R"("%")", ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(SchemaErrorsOf(c.draft, c.schema, c.value), c.errors)
        << c.draft << " " << c.schema << " " << c.value;
}

TEST(Schema, TellsNumbersOfValuesByTheirKind) {
  const auto errors = [](const Value& value, absl::string_view schema) {
    return std::string(CheckSchema(Value::MakeMap({{"v", value}}),
                                   absl::StrCat(R"({"properties": {"v": )", schema, "}}"), {})
                           .message());
  };
  EXPECT_EQ(errors(Value::Int64(9007199254740993), R"({"const": 9007199254740993})"), "");
  EXPECT_EQ(errors(Value::Float(9007199254740993), R"({"const": 9007199254740992})"), "");
  EXPECT_EQ(errors(Value::Int64(1), R"({"enum": [1.0]})"), "");
  EXPECT_EQ(errors(Value::Float(1e21), R"({"type": "integer"})"), "");
  EXPECT_EQ(errors(Value::Int64(-5), R"({"minimum": 0})"), "- at '/v': minimum: got -5, want 0\n");
  EXPECT_EQ(errors(Value::StringList({"a"}), R"({"title": "t"})"), "- at '/v': invalid jsonType []string\n");
}

TEST(Schema, NoValuesAreAnEmptyMap) {
  EXPECT_EQ(CheckSchema(Value(), R"({"required": ["a"]})", {}).message(), "- at '': missing property 'a'\n");
  EXPECT_TRUE(CheckSchema(Value(), R"({"type": "object"})", {}).ok());
}

TEST(Schema, PropertiesAreToldInTheOrderOfTheirNames) {
  EXPECT_EQ(SchemaErrors(R"({"additionalProperties": {"type": "null"}})", R"({"b": 1, "a": 1, "c": null})"),
            "- at '/a': got number, want null\n- at '/b': got number, want null\n");
  EXPECT_EQ(SchemaErrors(R"({"additionalProperties": false})", R"({"b": 1, "a/b": 1})"),
            "- at '': additional properties 'a/b', 'b' not allowed\n");
}

TEST(Schema, PlacesAreQuotedPointers) {
  EXPECT_EQ(SchemaErrors(R"({"additionalProperties": {"type": "null"}})", R"({"a/b~c'd\n": 1})"),
            "- at '/a~1b~0c\\'d\\n': got number, want null\n");
}

// The library that Helm uses panics there.
TEST(Schema, NumbersBeyondWhatIsComputed) {
  EXPECT_EQ(SchemaErrors(R"({"properties": {"v": {"minimum": 1e2000000}}})", R"({"v": 1})"), "");
  EXPECT_EQ(SchemaErrors(R"({"properties": {"v": {"minimum": 1e400}}})", R"({"v": 1})"),
            "- at '/v': minimum: got 1, want ∞\n");
}

}  // namespace
}  // namespace devstats::chart
