#include "coordinator/ctl/output.h"

#include "common/yaml.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {
namespace {

coordinator::v1::NodeList TwoNodes() {
  coordinator::v1::NodeList list;
  list.add_nodes()->set_name("node-1");
  coordinator::v1::NodeSummary* second = list.add_nodes();
  second->set_name("no");
  second->set_enrolled(true);
  second->set_error("line\n\"quoted\": \x1b");
  return list;
}

TEST(OutputTest, JsonHasEveryKeyEvenAtItsDefault) {
  const auto json = ParseJson(Formatted(TwoNodes(), "json"));
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["nodes"][0]["name"], "node-1");
  EXPECT_EQ((*json)["nodes"][0]["reachable"], false);
  EXPECT_EQ((*json)["nodes"][0]["certificate_not_after_ms"], "0");  // as protobuf writes 64 bits
}

TEST(OutputTest, ALineIsOneLine) {
  const std::string text = Formatted(TwoNodes(), "line");
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_TRUE(ParseJson(text).ok());
}

TEST(OutputTest, YamlReadsBackAsTheSame) {
  const auto yaml = ParseYaml(Formatted(TwoNodes(), "yaml"), "out");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  const YamlNode* nodes = yaml->Find("nodes");
  ASSERT_TRUE(nodes && nodes->items.size() == 2);
  EXPECT_EQ(nodes->items[0].Find("name")->value, "node-1");
  EXPECT_EQ(nodes->items[1].Find("error")->value, "line\n\"quoted\": \x1b");
  // A name that YAML 1.1 takes for a boolean must not stand bare.
  EXPECT_NE(nodes->items[1].Find("name")->style, YamlNode::Style::kPlain);
  EXPECT_EQ(nodes->items[1].Find("enrolled")->value, "true");
}

TEST(OutputTest, YamlOfNestedAndEmptyThings) {
  const Json json = {
      {"a", Json::array()}, {"b", {{"c", {1, 2}}}}, {"d", {{{"x", 1}, {"y", Json::object()}}}}};
  EXPECT_EQ(ToYaml(json),
            "a: []\n"
            "b:\n"
            "  c:\n"
            "    - 1\n"
            "    - 2\n"
            "d:\n"
            "  - x: 1\n"
            "    \"y\": {}\n");
}

}  // namespace
}  // namespace devstats::ctl
