#include "agent/resources/toml_edit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TomlDocument Doc(absl::string_view text) {
  auto doc = TomlDocument::Parse(text);
  EXPECT_TRUE(doc.ok()) << doc.status() << "\n" << text;
  return doc.ok() ? *std::move(doc) : *TomlDocument::Parse("");
}
std::string ParseErrorOf(absl::string_view text) {
  auto doc = TomlDocument::Parse(text);
  return doc.ok() ? "parsed" : std::string(doc.status().message());
}
std::string After(absl::string_view text, const TomlPath& path, absl::string_view value) {
  TomlDocument doc = Doc(text);
  absl::Status set = doc.Set(path, value);
  return set.ok() ? doc.text() : std::string(set.message());
}

TEST(TomlGet, FindsValuesByTablesDottedAndQuotedKeys) {
  TomlDocument doc =
      Doc("version = 2 # why\n"
          "a . \"b.c\" . d = 'x'\n"
          "[plugins.'io.containerd.grpc.v1.cri'.cni]\r\n"
          "\tbin_dir=\"/usr/lib/cni\"\t# tab\r\n"
          "list = [\n  \"a\", # one ]\n  'b',\n]\n");
  EXPECT_EQ(doc.Get({"version"}), "2");
  EXPECT_EQ(doc.Get({"a", "b.c", "d"}), "'x'");
  EXPECT_EQ(doc.Get({"plugins", "io.containerd.grpc.v1.cri", "cni", "bin_dir"}), "\"/usr/lib/cni\"");
  EXPECT_THAT(*ParseTomlStrings(*doc.Get({"plugins", "io.containerd.grpc.v1.cri", "cni", "list"})),
              ElementsAre("a", "b"));
  EXPECT_EQ(doc.Get({"plugins"}), std::nullopt);
  EXPECT_TRUE(doc.HasBelow({"plugins"}));
  EXPECT_FALSE(doc.HasBelow({"plugin"}));
}

TEST(TomlGet, EveryKindOfValueIsPassed) {
  TomlDocument doc = Doc(
      "a = -1_000\nb = +1.5e-3\nc = 2026-01-02 03:04:05Z\nd = 0xff\ne = {x = [1, {y = 'z'}], w.v = true}\n"
      "f = \"\"\"\n[no.table]\nq\"\"\"\"\"\ng = '''\\'''\nh = []\ni = inf\nj = \"\\u00e9\\t\"\n");
  EXPECT_EQ(doc.Get({"c"}), "2026-01-02 03:04:05Z");
  EXPECT_EQ(doc.Get({"e"}), "{x = [1, {y = 'z'}], w.v = true}");
  EXPECT_EQ(*ParseTomlString(*doc.Get({"f"})), "[no.table]\nq\"\"");
  EXPECT_EQ(*ParseTomlString(*doc.Get({"g"})), "\\");
  EXPECT_EQ(*ParseTomlString(*doc.Get({"j"})), "\xc3\xa9\t");
  EXPECT_FALSE(doc.HasBelow({"no"}));
}

TEST(TomlSet, ReplacesOnlyTheValue) {
  EXPECT_EQ(After("a   =   1   # keep\n#b = 2\n", {"a"}, "7"), "a   =   7   # keep\n#b = 2\n");
  EXPECT_EQ(After("[t]\n  l = [ 'x',\n 'y' ] # z\n", {"t", "l"}, "[]"), "[t]\n  l = [] # z\n");
  EXPECT_EQ(After("a = 1", {"a"}, "2"), "a = 2");
}

TEST(TomlSet, AddsToItsTableAfterTheLastKeyWithTheSameIndent) {
  EXPECT_EQ(After("[a]\n    x = 1\n    # tail\n[b]\n", {"a", "y"}, "2"),
            "[a]\n    x = 1\n    y = 2\n    # tail\n[b]\n");
  EXPECT_EQ(After("  [a.b] # c\n[c]\n", {"a", "b", "y"}, "2"), "  [a.b] # c\n    y = 2\n[c]\n");
  EXPECT_EQ(After("# top\n[a]\n", {"version"}, "2"), "version = 2\n# top\n[a]\n");
  EXPECT_EQ(After("[a]\nx = 1", {"a", "y"}, "2"), "[a]\nx = 1\ny = 2\n");
}

TEST(TomlSet, AddsAMissingTableAtTheEnd) {
  EXPECT_EQ(After("[a]\nx = 1\n", {"p", "q.r", "k"}, "true"), "[a]\nx = 1\n\n[p.\"q.r\"]\n  k = true\n");
  EXPECT_EQ(After("", {"a", "k"}, "1"), "[a]\n  k = 1\n");
  EXPECT_EQ(After("x = 1", {"a", "k"}, "1"), "x = 1\n\n[a]\n  k = 1\n");
}

TEST(TomlSet, ATableMadeByDottedKeysGetsADottedKey) {
  EXPECT_EQ(After("[p]\nq.r.x = 1\n", {"p", "q", "r", "y"}, "2"), "[p]\nq.r.x = 1\nq.r.y = 2\n");
  EXPECT_EQ(After("[p]\nq.r.x = 1\n", {"p", "q", "y"}, "2"), "[p]\nq.r.x = 1\nq.y = 2\n");
}

TEST(TomlSet, RefusesWhatItCannotReach) {
  EXPECT_THAT(After("\na = {b = 1}\n", {"a", "b"}, "2"),
              HasSubstr("line 2: a.b cannot be set: a is a value here"));
  EXPECT_THAT(After("[[a]]\nb = 1\n", {"a", "b"}, "2"),
              HasSubstr("line 1: a.b cannot be set: an array of tables"));
  EXPECT_THAT(After("[a.b]\n", {"a", "b"}, "2"), HasSubstr("it is a table here"));
  EXPECT_THAT(After("a.b.c = 1\n", {"a", "b"}, "2"), HasSubstr("it is a table here"));
}

TEST(TomlSet, WhatWasRefusedChangesNothing) {
  TomlDocument doc = Doc("a = 1\n");
  EXPECT_FALSE(doc.Set({"b"}, "un\"quoted").ok());
  EXPECT_EQ(doc.text(), "a = 1\n");
}

TEST(TomlTold, KeepsLinesWithoutCommentsAndAsksForEachValue) {
  const std::string text =
      "# top\r\nversion = 2 # two\n\n[a.'b c'] # table\n  x = '1'# tight\n  # between\n\ty.z = [ 1, # in "
      "it\n 2 ]\n"
      "[[l]]\nx = 3\n# end";
  std::vector<std::string> asked;
  const std::string told = Doc(text).Told([&](const TomlPath& path, const std::string& raw) {
    asked.push_back(TomlPathText(path));
    return path.back() == "z" ? "'short'" : raw;
  });
  EXPECT_EQ(told, "\nversion = 2\n\n[a.'b c']\n  x = '1'\n\n\ty.z = 'short'\n\n[[l]]\nx = 3\n");
  EXPECT_THAT(asked, ElementsAre("version", "a.\"b c\".x", "a.\"b c\".y.z", "l.x"));
  EXPECT_EQ(Doc("").Told([](const TomlPath&, const std::string& raw) { return raw; }), "");
}

TEST(TomlParse, SaysTheLineOfWhatItCannotRead) {
  EXPECT_THAT(ParseErrorOf("a = 1\nb = oops\n"), "line 2: no value stands here; a string needs quotes");
  EXPECT_THAT(ParseErrorOf("a\n"), HasSubstr("line 1: a needs '='"));
  EXPECT_THAT(ParseErrorOf("a = \"x\n"), HasSubstr("a string does not end"));
  EXPECT_THAT(ParseErrorOf("a = [1,\n2\n"), HasSubstr("line 3: an array needs a comma or its end"));
  EXPECT_THAT(ParseErrorOf("a = 1\na = 2\n"), HasSubstr("line 2: a stands twice"));
  EXPECT_THAT(ParseErrorOf("[a]\n[b]\n[a]\n"), HasSubstr("a stands twice"));
  EXPECT_THAT(ParseErrorOf("[a\n"), HasSubstr("needs its ']'"));
  EXPECT_THAT(ParseErrorOf("a = 1 b = 2\n"), HasSubstr("where the line should end"));
  EXPECT_THAT(ParseErrorOf("a = \"\\q\"\n"), HasSubstr("unknown escape"));
  EXPECT_THAT(ParseErrorOf("a = \"\\ud800\"\n"), HasSubstr("names no character"));
  EXPECT_THAT(ParseErrorOf("a = " + std::string(100, '[') + "\n"), HasSubstr("32 deep"));
  EXPECT_THAT(ParseErrorOf("a = {b = 1 c = 2}\n"), HasSubstr("inline table needs a comma"));
  EXPECT_THAT(ParseErrorOf("= 1\n"), HasSubstr("a key is missing"));
  EXPECT_THAT(ParseErrorOf(std::string("a = 'x\0y'\n", 10)), HasSubstr("control character"));
  EXPECT_EQ(ParseErrorOf("[[a]]\nx = 1\n[a.b]\n[[a]]\nx = 1\n[a.b]\n"), "parsed");
}

TEST(TomlStringTest, RoundTrip) {
  const std::string odd = "q\" b\\ \n\t\x7f \xc3\xa9";
  EXPECT_EQ(*ParseTomlString(TomlString(odd)), odd);
  EXPECT_FALSE(ParseTomlString("'a' 'b'").ok());
  EXPECT_FALSE(ParseTomlStrings("[1]").ok());
  EXPECT_FALSE(ParseTomlStrings("'a'").ok());
}

}  // namespace
}  // namespace devstats::agent
