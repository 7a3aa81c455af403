#include "coordinator/chart/schema/document.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

std::string DocumentError(absl::string_view text, const Limits& limits = {}) {
  const auto document = Document::Read(text, limits);
  return document.ok() ? "" : std::string(document.status().message());
}

bool DocumentsEqual(absl::string_view a, absl::string_view b) {
  const auto x = Document::Read(a, {}), y = Document::Read(b, {});
  uint64_t steps = 0;
  const bool equal = Equal(x->root(), y->root(), steps);
  const bool same_hash = HashOf(x->root(), steps) == HashOf(y->root(), steps);
  EXPECT_TRUE(same_hash || !equal) << a << " " << b;
  EXPECT_GT(steps, 0u);
  return equal;
}

TEST(Document, KeepsNumbersAsTheyAreWritten) {
  const auto document = Document::Read(R"( {"b": [1.0, -2E+3, 12345678901234567890], "a": "x"} )", {});
  ASSERT_TRUE(document.ok()) << document.status();
  const Node& root = document->root();
  ASSERT_EQ(root.members.size(), 2u);
  EXPECT_EQ(root.members[0].key, "a");
  const Node* list = root.Find("b");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->members[0].value->text, "1.0");
  EXPECT_EQ(list->members[1].value->text, "-2E+3");
  EXPECT_EQ(list->members[2].value->text, "12345678901234567890");
  EXPECT_EQ(PointerTo(*list->members[2].value), "/b/2");
  EXPECT_EQ(root.Find("c"), nullptr);
  EXPECT_EQ(list->Find("a"), nullptr);
}

TEST(Document, ReadsTextAsGoDoes) {
  const auto document = Document::Read(R"(["\u00e9\n\/\\\"", "\ud83d\ude00", "\ud83dx", ")"
                                       "\xff\xc3\xa9"
                                       R"("])",
                                       {});
  ASSERT_TRUE(document.ok()) << document.status();
  const auto& items = document->root().members;
  EXPECT_EQ(items[0].value->text, "é\n/\\\"");
  EXPECT_EQ(items[1].value->text, "😀");
  EXPECT_EQ(items[2].value->text, "\xef\xbf\xbdx");
  EXPECT_EQ(items[3].value->text, "\xef\xbf\xbdé");
}

TEST(Document, TheLastOfTwoKeysCounts) {
  const auto document = Document::Read(R"({"a": 1, "b": 2, "a": 3})", {});
  EXPECT_EQ(document->root().members.size(), 2u);
  EXPECT_EQ(document->root().Find("a")->text, "3");
}

TEST(Document, SaysWhatIsWrongAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "EOF"},
      {" \n", "EOF"},
      {"{", "unexpected EOF"},
      {"{nope", "invalid character 'n' looking for beginning of object key string"},
      {"[1,", "unexpected EOF"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
      {R"({"a" 1})", "invalid character '1' after object key"},
      {R"({"a":1 "b"})", "invalid character '\"' after object key:value pair"},
      {"[1 2]", "invalid character '2' after array element"},
      {"trux", "invalid character 'x' in literal true (expecting 'e')"},
      {"nul", "unexpected EOF"},
      {"fa1", "invalid character '1' in literal false (expecting 'l')"},
      {"\"abc", "unexpected EOF"},
      {"\"a\x01\"", "invalid character '\\x01' in string literal"},
      {R"("\x")", "invalid character 'x' in string escape code"},
      {R"("\u12g4")", "invalid character 'g' in \\u hexadecimal character escape"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1e+x", "invalid character 'x' in exponent of numeric literal"},
      {"01", "invalid character after top-level value"},
      {"{} x", "invalid character after top-level value"},
      {"'a'", "invalid character '\\'' looking for beginning of value"},
      {"\xef\xbb\xbf{}", "invalid character 'ï' looking for beginning of value"},
  };
  for (const auto& [text, error] : cases) EXPECT_EQ(DocumentError(text), error) << text;
}

TEST(Document, HasLimits) {
  EXPECT_EQ(DocumentError("[[[]]]", {.document_depth = 3}), "");
  EXPECT_EQ(DocumentError("[[[]]]", {.document_depth = 2}), "invalid character '[' exceeded max depth");
  EXPECT_THAT(DocumentError("[1,2,3]", {.document_nodes = 2}), testing::HasSubstr("more than 2 parts"));
  EXPECT_THAT(DocumentError("[1,2,3]", {.document_bytes = 6}), testing::HasSubstr("larger than 6 bytes"));
  Value nested;
  for (int i = 0; i < 5; ++i) nested = Value::MakeList({nested});
  EXPECT_TRUE(Document::Of(nested, {.nesting = 5}).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(Document::Of(nested, {.nesting = 4}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(Document::Of(nested, {.document_nodes = 3}).status()));
}

TEST(Document, OfValues) {
  const Value values = Value::MakeMap({{"i", Value::Int64(-7)},
                                       {"u", Value::Uint(UINT64_MAX)},
                                       {"f", Value::Float(1e21)},
                                       {"n", Value()},
                                       {"s", Value::String("x")},
                                       {"t", Value::StringList({"x"})},
                                       {"b", Value::Bytes("x")}});
  const auto document = Document::Of(values, {});
  ASSERT_TRUE(document.ok());
  const Node& root = document->root();
  EXPECT_EQ(root.Find("i")->text, "-7");
  EXPECT_EQ(root.Find("u")->text, "18446744073709551615");
  EXPECT_EQ(root.Find("f")->text, "1e+21");
  EXPECT_TRUE(root.Find("n")->Is(JsonType::kNull));
  EXPECT_TRUE(root.Find("t")->Is(JsonType::kOther));
  EXPECT_EQ(root.Find("t")->text, "[]string");
  EXPECT_EQ(root.Find("b")->text, "[]uint8");
}

TEST(Document, EqualityIsThatOfJson) {
  EXPECT_TRUE(DocumentsEqual("[1, 0.5, 1e2]", "[1.0, 5e-1, 100]"));
  EXPECT_TRUE(DocumentsEqual(R"({"a": 1, "b": [null, true]})", R"({"b": [null, true], "a": 1.00})"));
  EXPECT_TRUE(DocumentsEqual("-0", "0"));
  for (const auto& [a, b] :
       std::initializer_list<std::pair<const char*, const char*>>{{"1", "1.0000000000000000001"},
                                                                  {"0", "false"},
                                                                  {"1", "true"},
                                                                  {"null", "0"},
                                                                  {"\"1\"", "1"},
                                                                  {"[]", "{}"},
                                                                  {"[1,2]", "[2,1]"},
                                                                  {R"({"a":1})", R"({"b":1})"},
                                                                  {R"({"a":1})", R"({"a":1,"b":1})"},
                                                                  {"true", "false"}})
    EXPECT_FALSE(DocumentsEqual(a, b)) << a << " " << b;
}

TEST(Document, PointersEscapeTheirTokens) {
  const auto document = Document::Read(R"({"a/b": {"c~d": [[1]]}})", {});
  const Node* inner = document->root().Find("a/b")->Find("c~d");
  EXPECT_EQ(PointerTo(*inner), "/a~1b/c~0d");
  EXPECT_EQ(PointerTo(*inner->members[0].value->members[0].value, inner), "/0/0");
  EXPECT_EQ(PointerTo(document->root()), "");
}

}  // namespace
}  // namespace devstats::chart::schema
