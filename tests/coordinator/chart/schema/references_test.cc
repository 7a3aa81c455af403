// Schemas that are wrong, and what schemas refer to.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/schema/check.h"

namespace devstats::chart {
namespace {

struct WholeSchemaCase {
  absl::string_view schema, values, errors;
};

TEST(Schema, SchemasAreCheckedAgainstTheirMetaschemas) {
  const WholeSchemaCase cases[] = {
      {R"({"type": "strin"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/type': 'anyOf' failed\n"
       "    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
       "'string'\n"
       "    - at '/type': got string, want array"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "strin"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'http://json-schema.org/draft-07/schema#'\n"
       "- at '/type': 'anyOf' failed\n"
       "  - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
       "'string'\n"
       "  - at '/type': got string, want array"},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMaximum": 3})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'http://json-schema.org/draft-04/schema#'\n"
       "- at '': properties 'maximum' required, if 'exclusiveMaximum' exists\n"
       "- at '/exclusiveMaximum': got number, want boolean"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#", "minLength": -1})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'http://json-schema.org/draft-07/schema#'\n"
       "- at '/minLength': 'allOf' failed\n"
       "  - at '/minLength': minimum: got -1, want 0"},
      {R"({"properties": {"a": {"required": "b"}}})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/properties/a': 'allOf' failed\n"
       "    - at '/properties/a/required': got string, want array"},
      {R"j({"pattern": "(?!x)"})j", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/pattern': '(?!x)' is not valid regex: error parsing regexp: invalid or unsupported Perl "
       "syntax: `(?!`"},
      {R"({"patternProperties": {"(": true}})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '': invalid propertyName '('\n"
       "    - at '': '(' is not valid regex: error parsing regexp: missing closing ): `(`"},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#", "patternProperties": {"(": {}}})", "{}",
       "invalid regex \"(\" at \"file:///values.schema.json#/patternProperties\": "
       "error parsing regexp: missing closing ): `(`"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#", "items": 1})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'http://json-schema.org/draft-07/schema#'\n"
       "- at '/items': 'anyOf' failed\n"
       "  - at '/items': got number, want boolean or object\n"
       "  - at '/items': got number, want array"},
      {R"({"multipleOf": 0})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/multipleOf': exclusiveMinimum: got 0, want 0"},
      {R"({"$schema": "https://json-schema.org/draft/2019-09/schema", "$defs": {"a": {"type": 1}}})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2019-09/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$defs/a': 'allOf' failed\n"
       "    - at '/$defs/a/type': 'anyOf' failed\n"
       "      - at '/$defs/a/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', "
       "'object', 'string'\n"
       "      - at '/$defs/a/type': got number, want array"},
      {R"([])", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': got array, want boolean or object"},
      {R"("x")", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': got string, want boolean or object"},
      {R"(null)", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': got null, want boolean or object"},
      {R"({"$id": "x#y"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$id': 'x#y' does not match pattern '^[^#]*#?$'"},
      {R"({"$anchor": "1"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$anchor': '1' does not match pattern '^[A-Za-z_][-A-Za-z0-9._]*$'"},
      {R"({"$ref": "http://[x"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$ref': 'http://[x' is not valid uri-reference: parse \"http://[x\": missing ']' in host"},
      {R"(true)", "{}", ""},
      {R"(false)", "{}", "- at '': false schema\n"},
      {R"({"maximum": 1e2000000})", "{}", ""},
      {R"({"multipleOf": 1e2000000})", "{}",
       "unable to validate schema: runtime error: invalid memory address or nil pointer dereference"},
  };
  for (const WholeSchemaCase& c : cases) EXPECT_EQ(SchemaErrors(c.schema, c.values), c.errors) << c.schema;
}

TEST(Schema, References) {
  const WholeSchemaCase cases[] = {
      {R"({"properties": {"v": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}})", R"({"v": 1})",
       "- at '/v': got number, want string\n"},
      {R"({"properties": {"v": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string", "enum": ["x"]}}})",
       R"({"v": 1})", "- at '/v': got number, want string\n"},
      {R"({"properties": {"v": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"minimum": 2, "multipleOf": 2}}})",
       R"({"v": 1})",
       "- at '/v': validation failed\n"
       "  - at '/v': minimum: got 1, want 2\n"
       "  - at '/v': multipleOf: got 1, want 2\n"},
      {R"({"properties": {"v": {"$ref": "#/$defs/a", "minimum": 2}}, "$defs": {"a": {"multipleOf": 2}}})",
       R"({"v": 1})",
       "- at '/v': multipleOf: got 1, want 2\n"
       "- at '/v': minimum: got 1, want 2\n"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#",
          "properties": {"v": {"$ref": "#/definitions/a", "minimum": 2}}, "definitions": {"a":
          {"multipleOf": 3}}})",
       R"({"v": 1})", "- at '/v': multipleOf: got 1, want 3\n"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#",
          "properties": {"v": {"$ref": "#/definitions/a", "const": 5}}, "definitions": {"a": true}})",
       R"({"v": 1})", "- at '/v': value must be 5\n"},
      {R"({"properties": {"v": {"$ref": "#/$defs/a~1b%25/items/0"}},
          "$defs": {"a/b%": {"items": [{"type": "null"}]}}})",
       R"({"v": 1})",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$defs/a~1b%': 'allOf' failed\n"
       "    - at '/$defs/a~1b%/items': got array, want boolean or object"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#",
          "properties": {"v": {"$ref": "#/definitions/a~1b%25/items/0"}}, "definitions": {"a/b%":
          {"items": [{"type": "null"}]}}})",
       R"({"v": 1})", "- at '/v': got number, want null\n"},
      {R"({"properties": {"v": {"$ref": "#/x/y"}}, "x": {"y": {"type": "null"}}})", R"({"v": 1})",
       "- at '/v': got number, want null\n"},
      {R"({"properties": {"v": {"$ref": "#/x/y"}}, "x": {"y": {"type": "nul"}}})", R"({"v": 1})",
       "\"file:///values.schema.json#/x/y\" is not valid against metaschema: jsonschema validation failed "
       "with 'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/type': 'anyOf' failed\n"
       "    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
       "'string'\n"
       "    - at '/type': got string, want array"},
      {R"({"$ref": "#/$defs/none"})", "{}",
       R"(json-pointer in "file:///values.schema.json#/$defs/none" not found)"},
      {R"({"$ref": "#none"})", "{}",
       R"(anchor in "file:///values.schema.json#none" not found in schema "file:///values.schema.json")"},
      {R"({"$ref": "#/a~2"})", "{}", R"(invalid json-pointer "file:///values.schema.json#/a~2")"},
      {R"({"$ref": "#/%zz"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/$ref': '#/%zz' is not valid uri-reference: parse \"#/%zz\": invalid URL escape \"%zz\""},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#", "$ref": "#/%zz"})", "{}",
       R"(error in parsing "#/%zz": invalid URL escape "%zz")"},
      {R"({"$ref": "other.json#/a"})", "{}",
       R"(failing loading "file:///other.json": open /other.json: no such file or directory)"},
      {R"({"$ref": "/etc/none.json"})", "{}",
       R"(failing loading "file:///etc/none.json": open /etc/none.json: no such file or directory)"},
      {R"({"$ref": "ftp://x/y"})", "{}",
       R"(failing loading "ftp://x/y": no URLLoader registered for "ftp://x/y")"},
      {R"({"$ref": "urn:x:y"})", "{}", ""},
      {R"({"$schema": "ftp://x/y"})", "{}",
       R"(failing loading "ftp://x/y": no URLLoader registered for "ftp://x/y")"},
      {R"({"$schema": "file:///values.schema.json"})", "{}",
       R"(draft "file:///values.schema.json" is not supported)"},
      {R"({"$schema": "urn:x:y", "type": "strin"})", "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'https://json-schema.org/draft/2020-12/schema#'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/type': 'anyOf' failed\n"
       "    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
       "'string'\n"
       "    - at '/type': got string, want array"},
      {R"({"$id": "https://example.com/a/root.json", "properties": {"v": {"$ref": "sub.json#x"}},
          "$defs": {"s": {"$id": "sub.json", "$defs": {"x": {"$anchor": "x", "type": "null"}}}}})",
       R"({"v": 1})", "- at '/v': got number, want null\n"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"v": {"$ref": "#x"}},
          "definitions": {"a": {"$id": "#x", "type": "null"}}})",
       R"({"v": 1})", "- at '/v': got number, want null\n"},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"v": {"$ref": "sub"}},
          "definitions": {"a": {"id": "sub", "type": "null"}}})",
       R"({"v": 1})", "- at '/v': got number, want null\n"},
      {R"({"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}})", "{}",
       R"(duplicate id "file:///x" in "file:///values.schema.json" at "/$defs/b" and "/$defs/a")"},
      {R"({"$schema": "http://json-schema.org/draft-07/schema#",
          "properties": {"v": {"$ref":
          "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger"}}})",
       R"({"v": -1})", "- at '/v': minimum: got -1, want 0\n"},
      {R"({"properties": {"v": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}})",
       R"({"v": {"type": "strin"}})",
       "- at '/v': 'allOf' failed\n"
       "  - at '/v/type': 'anyOf' failed\n"
       "    - at '/v/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
       "'string'\n"
       "    - at '/v/type': got string, want array\n"},
      {R"({"$ref": "#"})", "{}",
       "- at '': both /$ref and  resolve to \"file:///values.schema.json#\" causing reference cycle\n"},
      {R"({"properties": {"a b": {"allOf": [{"$ref": "#/properties/a%20b"}]}}})", R"({"a b": 1})",
       "- at '/a b': 'allOf' failed\n"
       "  - at '/a b': both /properties/a%20b/allOf/0/$ref and /properties/a%20b resolve to "
       "\"file:///values.schema.json#/properties/a%20b\" causing reference cycle\n"},
      {R"({"properties": {"v": {"$ref": "#"}}, "additionalProperties": false})", R"({"v": {"v": {"w": 1}}})",
       "- at '/v/v': additional properties 'w' not allowed\n"},
      {R"({"$id": "http://x/root", "$ref": "list", "$defs": {"foo": {"$dynamicAnchor": "items",
          "type": "string"}, "list": {"$id": "list", "additionalProperties": {"$dynamicRef": "#items"},
          "$defs": {"items": {"$dynamicAnchor": "items"}}}}})",
       R"({"a": 1})", "- at '/a': got number, want string\n"},
      {R"({"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://x/tree",
          "$recursiveAnchor": true, "$ref": "node", "unevaluatedProperties": false, "$defs": {"n":
          {"$id": "node", "$recursiveAnchor": true, "properties": {"v": {"$recursiveRef": "#"}}}}})",
       R"({"v": {"v": {"z": 1}}})",
       "- at '/v': validation failed\n"
       "  - at '/v/v/z': false schema\n"
       "  - at '/v/v': false schema\n"
       "- at '/v': false schema\n"},
      {R"({"properties": {"v": {"$id": "http://x/y", "$schema": "http://json-schema.org/draft-07/schema#",
          "format": "ipv4", "items": [{"type": "null"}]}}})",
       R"({"v": "x"})", "- at '/v': 'x' is not valid ipv4: expected four decimals\n"},
      {R"({"properties": {"v": {"$id": "http://x/y", "$schema": "http://json-schema.org/draft-04/schema#",
          "exclusiveMaximum": 3}}})",
       R"({"v": "x"})", ""},
      {R"({"$schema": "https://json-schema.org/draft/2020-12/meta/core", "type": "strin", "minLength": -1})",
       "{}", ""},
      {R"({"$schema": "https://json-schema.org/draft/2020-12/meta/format-assertion",
          "properties": {"v": {"format": "ipv4"}}, "format": 1})",
       "{}",
       "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with "
       "'urn:mem:metaschema'\n"
       "- at '': 'allOf' failed\n"
       "  - at '/format': got number, want string"},
      {R"({"$schema": "https://json-schema.org/draft/2019-09/meta/format", "format": "ipv4"})",
       R"({"v": "x"})", ""},
  };
  for (const WholeSchemaCase& c : cases) EXPECT_EQ(SchemaErrors(c.schema, c.values), c.errors) << c.schema;
}

TEST(Schema, NothingIsFetched) {
  for (const absl::string_view url : {"http://example.com/x.json", "https://example.com/x.json"}) {
    const std::string expected = absl::StrCat("failing loading \"", url, "\": HTTP request failed for ", url,
                                              ": schemas of charts are not fetched");
    EXPECT_EQ(SchemaErrors(absl::StrCat(R"({"$ref": ")", url, R"(#/a"})"), "{}"), expected);
    EXPECT_EQ(SchemaErrors(absl::StrCat(R"({"$schema": ")", url, R"("})"), "{}"), expected);
  }
  // A file that is there is as absent as any other.
  EXPECT_EQ(SchemaErrors(R"({"$ref": "file:///etc/passwd"})", "{}"),
            "failing loading \"file:///etc/passwd\": open /etc/passwd: no such file or directory");
}

}  // namespace
}  // namespace devstats::chart
