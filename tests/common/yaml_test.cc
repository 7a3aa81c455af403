#include "common/yaml.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace devstats {
namespace {

using Kind = YamlNode::Kind;
using Style = YamlNode::Style;

// The tree on one line: scalars by value, [..], {key: value}.
std::string Flow(const YamlNode& node) {
  std::string out;
  if (node.IsScalar()) return node.value;
  if (node.IsSequence()) {
    for (const YamlNode& item : node.items) absl::StrAppend(&out, out.empty() ? "" : ", ", Flow(item));
    return absl::StrCat("[", out, "]");
  }
  for (const YamlEntry& e : node.entries)
    absl::StrAppend(&out, out.empty() ? "" : ", ", e.key, ": ", Flow(e.value));
  return absl::StrCat("{", out, "}");
}

std::string FlowOf(absl::string_view text, const YamlOptions& options = {}) {
  absl::StatusOr<YamlNode> node = ParseYaml(text, "f.yaml", options);
  return node.ok() ? Flow(*node) : std::string(node.status().message());
}

TEST(Yaml, BuildsTheTree) {
  EXPECT_EQ(FlowOf("a: 1\nb: [x, 'y', {z: 2}]\nc:\n  - d\n  - e: f\n"),
            "{a: 1, b: [x, y, {z: 2}], c: [d, {e: f}]}");
  EXPECT_EQ(FlowOf("just text"), "just text");
  EXPECT_EQ(FlowOf("[]"), "[]");
  EXPECT_EQ(FlowOf("{}"), "{}");
}

TEST(Yaml, KeepsTheOrderOfKeys) { EXPECT_EQ(FlowOf("z: 1\na: 2\nm: 3"), "{z: 1, a: 2, m: 3}"); }

TEST(Yaml, RemembersWhereThingsStand) {
  const YamlNode root = *ParseYaml("# comment\nnodes:\n  - name: n1\n    roles: [a, b]\n", "f");
  EXPECT_EQ(root.mark, (YamlMark{2, 1}));
  const YamlEntry& nodes = root.entries[0];
  EXPECT_EQ(nodes.key_mark, (YamlMark{2, 1}));
  EXPECT_EQ(nodes.value.mark, (YamlMark{3, 3}));
  const YamlNode& first = nodes.value.items[0];
  EXPECT_EQ(first.mark, (YamlMark{3, 5}));
  EXPECT_EQ(first.entries[1].key_mark, (YamlMark{4, 5}));
  EXPECT_EQ(first.entries[1].value.items[1].mark, (YamlMark{4, 16}));
}

TEST(Yaml, ColumnsCountCharactersNotBytes) {
  const YamlNode root = *ParseYaml("äöü: x", "f");
  EXPECT_EQ(root.entries[0].value.mark, (YamlMark{1, 6}));
}

TEST(Yaml, KeepsStyleAndTag) {
  const YamlNode root = *ParseYaml("[a, 'b', \"c\", !!int 1, !mine x]", "f");
  EXPECT_EQ(root.items[0].style, Style::kPlain);
  EXPECT_EQ(root.items[1].style, Style::kSingleQuoted);
  EXPECT_EQ(root.items[2].style, Style::kDoubleQuoted);
  EXPECT_EQ(root.items[3].tag, "tag:yaml.org,2002:int");
  EXPECT_EQ(root.items[4].tag, "!mine");
  EXPECT_EQ(root.items[0].tag, "");
  const YamlNode block = *ParseYaml("a: |\n  x\n  y\nb: >\n  x\n  y\n", "f");
  EXPECT_EQ(block.entries[0].value.style, Style::kLiteral);
  EXPECT_EQ(block.entries[0].value.value, "x\ny\n");
  EXPECT_EQ(block.entries[1].value.style, Style::kFolded);
  EXPECT_EQ(block.entries[1].value.value, "x y\n");
}

TEST(Yaml, InterpretsNothing) {
  EXPECT_EQ(FlowOf("[1.20, 010, yes, 0x1F, 1e3, 12:30:45, .inf]"),
            "[1.20, 010, yes, 0x1F, 1e3, 12:30:45, .inf]");
}

TEST(Yaml, KnowsNull) {
  const YamlNode root = *ParseYaml("[~, null, Null, NULL, '', \"null\", !!str , nil]", "f");
  const std::vector<bool> expected = {true, true, true, true, false, false, false, false};
  ASSERT_EQ(root.items.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(root.items[i].IsNull(), expected[i]) << i;
  EXPECT_TRUE(ParseYaml("a:\n", "f")->entries[0].value.IsNull());
}

TEST(Yaml, AnEmptyTextIsNull) {
  for (absl::string_view text : {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n"}) {
    absl::StatusOr<YamlNode> node = ParseYaml(text, "f");
    ASSERT_TRUE(node.ok()) << node.status();
    EXPECT_TRUE(node->IsNull()) << text;
  }
}

TEST(Yaml, FindsAKey) {
  const YamlNode root = *ParseYaml("a: 1\nb: 2", "f");
  ASSERT_NE(root.Find("b"), nullptr);
  EXPECT_EQ(root.Find("b")->value, "2");
  EXPECT_EQ(root.Find("c"), nullptr);
  EXPECT_EQ(root.Find("b")->Find("x"), nullptr);
}

TEST(Yaml, ErrorsSayWhereAndWhat) {
  struct Case {
    absl::string_view text, error;
  };
  const std::vector<Case> cases = {
      {"a: [1, 2",
       "f.yaml:2:1: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that "
       "begins in line 1"},
      {"a:\n\t- b",
       "f.yaml:2:1: not valid YAML: found character that cannot start any token while scanning for the "
       "next token; indent with spaces, not with tabs"},
      {"a: b: c", "f.yaml:1:5: not valid YAML: mapping values are not allowed in this context"},
      {"a: 'x\nb: y\n",
       "f.yaml:3:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar "
       "that begins in line 1"},
      {"a: \x01", "f.yaml:1:1: not valid YAML: control characters are not allowed"},
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: duplicate key \"a\": it already stands at 1:1"},
      {"x:\n  a: 1\n  'a': 2\n", "f.yaml:3:3: duplicate key \"a\": it already stands at 2:3"},
      {"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here; only one is allowed in this file"},
      {"a: &x 1\n", "f.yaml:1:4: anchor &x is not allowed here: write the value where it is used"},
      {"a: &x [1]\n", "f.yaml:1:4: anchor &x is not allowed here: write the value where it is used"},
      {"a: *x\n", "f.yaml:1:4: alias *x is not allowed here: write the value where it is used"},
      {"[a, b]: c\n", "f.yaml:1:1: a key must be text, not a list or a mapping"},
      {"? {a: b}\n: c\n", "f.yaml:1:3: a key must be text, not a list or a mapping"},
  };
  for (const Case& c : cases) {
    absl::StatusOr<YamlNode> node = ParseYaml(c.text, "f.yaml");
    EXPECT_EQ(node.status(), absl::InvalidArgumentError(c.error)) << c.text;
  }
}

TEST(Yaml, InvalidEncodingIsAnError) {
  EXPECT_EQ(ParseYaml("a: \xff\xfe", "f").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseYaml(absl::string_view("a: \0b", 5), "f").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Yaml, HoldsTheLimits) {
  EXPECT_EQ(FlowOf("abcdef", {.max_bytes = 5}), "f.yaml: 6 bytes; at most 5 are read");
  EXPECT_EQ(FlowOf("abcde", {.max_bytes = 5}), "abcde");
  EXPECT_EQ(FlowOf("[[[]]]", {.max_depth = 3}), "[[[]]]");
  EXPECT_EQ(FlowOf("[[[[]]]]", {.max_depth = 3}), "f.yaml:1:4: nested more than 3 levels deep");
  EXPECT_EQ(FlowOf("[1, 2]", {.max_nodes = 3}), "[1, 2]");
  EXPECT_EQ(FlowOf("[1, 2, 3]", {.max_nodes = 3}), "f.yaml:1:8: more than 3 values");
  EXPECT_EQ(FlowOf("{a: 1}", {.max_nodes = 2}), "f.yaml:1:5: more than 2 values") << "keys count";
}

TEST(Yaml, DeepNestingIsRefusedQuickly) {
  EXPECT_TRUE(absl::StrContains(FlowOf(std::string(500'000, '[')), "nested more than 64 levels deep"));
  std::string block;
  for (int i = 0; i < 700; ++i) absl::StrAppend(&block, std::string(i, ' '), "a:\n");
  EXPECT_TRUE(absl::StrContains(FlowOf(block), "nested more than 64 levels deep"));
}

TEST(YamlAliases, AreCopiedWhereAllowed) {
  const YamlOptions allow = {.allow_aliases = true};
  EXPECT_EQ(FlowOf("a: &x {k: v}\nb: *x\nc: [*x, *x]", allow), "{a: {k: v}, b: {k: v}, c: [{k: v}, {k: v}]}");
  EXPECT_EQ(FlowOf("a: &x 1\nb: &x 2\nc: *x", allow), "{a: 1, b: 2, c: 2}")
      << "the last anchor of a name counts";
  EXPECT_EQ(FlowOf("&k key: 1\nb: *k", allow), "{key: 1, b: key}");
}

TEST(YamlAliases, RefuseWhatIsNotComplete) {
  const YamlOptions allow = {.allow_aliases = true};
  EXPECT_EQ(FlowOf("a: *x", allow), "f.yaml:1:4: alias *x has no complete anchor before it");
  EXPECT_EQ(FlowOf("a: &x [*x]", allow), "f.yaml:1:8: alias *x has no complete anchor before it");
}

TEST(YamlAliases, BillionLaughsMeetsTheLimits) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string ref = absl::StrCat("*a", i - 1);
    absl::StrAppend(&bomb, "a", i, ": &a", i, " [", ref);
    for (int j = 0; j < 9; ++j) absl::StrAppend(&bomb, ", ", ref);
    absl::StrAppend(&bomb, "]\n");
  }
  EXPECT_TRUE(absl::StrContains(FlowOf(bomb, {.allow_aliases = true}), "more than 100000 values"));

  std::string tower = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) absl::StrAppend(&tower, "a", i, ": &a", i, " [*a", i - 1, "]\n");
  EXPECT_TRUE(absl::StrContains(FlowOf(tower, {.allow_aliases = true}), "nested more than 64 levels deep"));
}

TEST(YamlStream, ReadsAllDocuments) {
  absl::StatusOr<std::vector<YamlNode>> docs = ParseYamlStream("a: 1\n---\nb: 2\n---\n---\n- c\n", "f");
  ASSERT_TRUE(docs.ok()) << docs.status();
  ASSERT_EQ(docs->size(), 4u);
  EXPECT_EQ(Flow((*docs)[1]), "{b: 2}");
  EXPECT_TRUE((*docs)[2].IsNull());
  EXPECT_EQ((*docs)[3].mark, (YamlMark{6, 1}));
  EXPECT_TRUE(ParseYamlStream("", "f")->empty());
}

TEST(YamlStream, AnchorsEndWithTheirDocument) {
  EXPECT_FALSE(ParseYamlStream("a: &x 1\n---\nb: *x\n", "f", {.allow_aliases = true}).ok());
}

TEST(YamlStream, LimitsHoldForTheSum) {
  EXPECT_FALSE(ParseYamlStream("[1]\n---\n[2]\n", "f", {.max_nodes = 3}).ok());
  EXPECT_TRUE(ParseYamlStream("[1]\n---\n[2]\n", "f", {.max_nodes = 4}).ok());
}

}  // namespace
}  // namespace devstats
