#include "agent/resources/yaml_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

TEST(YamlText, NestsBlocksAndQuotesWhatCouldBeTakenForSomethingElse) {
  const Json value = {
      {"a", {{"list", {"x", "1.20", "no", "a: b", ""}}, {"n", 3}, {"t", true}, {"none", nullptr}}},
      {"objects", Json::array({Json{{"k", "v"}, {"m", {{"deep", "/p"}}}}, Json::array({"y1", "z"})})},
      {"empty", Json::object()},
      {"nothing", Json::array()}};
  EXPECT_EQ(YamlText(value),
            "a:\n"
            "  list:\n"
            "  - x\n"
            "  - \"1.20\"\n"
            "  - \"no\"\n"
            "  - \"a: b\"\n"
            "  - \"\"\n"
            "  \"n\": 3\n"
            "  none: null\n"
            "  t: true\n"
            "empty: {}\n"
            "nothing: []\n"
            "objects:\n"
            "- k: v\n"
            "  m:\n"
            "    deep: /p\n"
            "- - y1\n"
            "  - z\n");
}

TEST(YamlText, IsReadBackAsTheSameData) {
  const Json value = {{"text", "line\nline: \"x\" # no"},
                      {"number", 42},
                      {"like", "42"},
                      {"word", "true"},
                      {"yes", true},
                      {"off", "off"},
                      {"nil", nullptr},
                      {"list", {1, "1", "~"}}};
  auto node = ParseYaml(YamlText(value), "t");
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ(FromYaml(*node), value);
}

TEST(YamlText, CharactersThatYamlDoesNotTakeOrFoldsAreEscaped) {
  const Json value = {
      {"k\x7f", "\x7f \xc2\x85 \xc2\x9f \xe2\x80\xa8 \xef\xbb\xbf \xef\xbf\xbf \xc3\xa4 \xf0\x9f\x98\x80"}};
  const std::string text = YamlText(value);
  EXPECT_EQ(text,
            "\"k\\u007f\": \"\\u007f \\u0085 \\u009f \\u2028 \\ufeff \\uffff \xc3\xa4 \xf0\x9f\x98\x80\"\n");
  EXPECT_EQ(FromYaml(*ParseYaml(text, "f")), value);
}

TEST(YamlText, KeepsOtherPeoplesScalarsAsTheyWereMeant) {
  auto node = ParseYaml("insecure: true\nport: 6443\nversion: 1.20\nleading: 007\nquoted: \"6443\"\n", "t");
  ASSERT_TRUE(node.ok());
  EXPECT_EQ(
      FromYaml(*node),
      (Json{
          {"insecure", true}, {"port", 6443}, {"version", "1.20"}, {"leading", "007"}, {"quoted", "6443"}}));
}

}  // namespace
}  // namespace devstats::agent
