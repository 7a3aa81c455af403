#include "coordinator/release/wait/selector.h"

#include "gtest/gtest.h"

namespace devstats::release {
namespace {

Json Workload(const std::string& kind, const std::string& selector) {
  Json out{{"kind", kind}, {"metadata", {{"name", "x"}}}, {"spec", Json::object()}};
  if (!selector.empty()) out["spec"]["selector"] = Json::parse(selector);
  return out;
}

TEST(Selector, IsTheWorkloadsOwn) {
  const struct {
    std::string kind, selector, text;
  } cases[] = {
      {"Deployment", R"({"matchLabels": {"app": "web", "tier": "a"}})", "app=web,tier=a"},
      {"StatefulSet",
       R"({"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]},
                                {"key": "b", "operator": "NotIn", "values": ["z"]},
                                {"key": "c", "operator": "Exists"}, {"key": "d", "operator": "DoesNotExist"}]})",
       "a in (x,y),b notin (z),c,!d"},
      {"ReplicationController", R"({"app": "web"})", "app=web"},
      {"Job", R"({"matchLabels": {"controller-uid": "1"}})", "controller-uid=1"},
      {"Job", "", "job-name=x"},
      {"Deployment", "{}", ""},
      {"Service", R"({"app": "web"})", ""},
      {"ServiceMonitor", R"({"matchLabels": {"app": "web"}})", ""},
  };
  for (const auto& c : cases) {
    const Json selector = PodSelectorOf(Workload(c.kind, c.selector));
    EXPECT_EQ(SelectorText(selector), c.text) << c.kind;
    EXPECT_EQ(selector.is_null(), c.text.empty()) << c.kind;
  }
}

TEST(Selector, SelectsAsTheServerDoes) {
  const struct {
    std::string selector, labels;
    bool selects;
  } cases[] = {
      {R"({"matchLabels": {"a": "x"}})", R"({"a": "x", "b": "y"})", true},
      {R"({"matchLabels": {"a": "x", "b": "z"}})", R"({"a": "x", "b": "y"})", false},
      {R"({"matchLabels": {"a": "x"}})", "null", false},
      {R"({"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}]})", R"({"a": "y"})",
       true},
      {R"({"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}]})", R"({"a": "z"})",
       false},
      {R"({"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}]})", "{}", false},
      {R"({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["x"]}]})", R"({"a": "z"})",
       true},
      {R"({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["x"]}]})", "{}", true},
      {R"({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["x"]}]})", R"({"a": "x"})",
       false},
      {R"({"matchExpressions": [{"key": "a", "operator": "Exists"}]})", R"({"a": ""})", true},
      {R"({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]})", R"({"a": ""})", false},
      {"{}", R"({"a": "x"})", false},
      {"null", R"({"a": "x"})", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Selects(Json::parse(c.selector), Json::parse(c.labels)), c.selects) << c.selector << c.labels;
  }
}

}  // namespace
}  // namespace devstats::release
