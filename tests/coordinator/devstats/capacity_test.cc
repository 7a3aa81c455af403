#include "coordinator/devstats/capacity.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/objects/quantity.h"

namespace devstats::domain {
namespace {

using ::testing::HasSubstr;

Json NodeOf(const std::string& name, Json labels, const std::string& cpu, const std::string& memory,
            const std::string& pods = "110") {
  return {{"metadata", {{"name", name}, {"labels", std::move(labels)}}},
          {"spec", Json::object()},
          {"status", {{"allocatable", {{"cpu", cpu}, {"memory", memory}, {"pods", pods}}}}}};
}

Json PodOf(Json labels, const std::string& cpu, const std::string& memory, Json selector = Json::object()) {
  return {
      {"metadata", {{"labels", std::move(labels)}}},
      {"spec",
       {{"nodeSelector", std::move(selector)},
        {"containers", Json::array({{{"resources", {{"requests", {{"cpu", cpu}, {"memory", memory}}}}}}})}}}};
}

Json WorkloadNamed(const std::string& kind, const std::string& name, Json pod, int replicas = 1) {
  return {{"kind", kind},
          {"metadata", {{"name", name}, {"namespace", "devstats-test"}}},
          {"spec", {{"replicas", replicas}, {"template", std::move(pod)}}}};
}

Json GrafanaOf(const std::string& project) {
  return WorkloadNamed(
      "Deployment", "devstats-grafana-" + project,
      PodOf({{"type", "grafana"}, {"proj", project}}, "50m", "256Mi", {{"node", "devstats-app"}}));
}

// Members that keep off each other's nodes.
Json PatroniOf(int members) {
  Json pod = PodOf({{"type", "postgres"}}, "1", "1Gi", {{"node2", "devstats-db"}});
  pod["spec"]["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
      Json::array({{{"topologyKey", "kubernetes.io/hostname"},
                    {"labelSelector",
                     {{"matchExpressions",
                       Json::array({{{"key", "type"}, {"operator", "In"}, {"values", {"postgres"}}}})}}}}});
  return WorkloadNamed("StatefulSet", "devstats-postgres", pod, members);
}

std::string WhatIsMissing(const std::vector<Json>& objects, const std::vector<Json>& nodes,
                          const std::vector<Json>& running = {}) {
  const absl::Status status = CheckCapacity(objects, nodes, running);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(HintOf(status), HasSubstr("requests"));
  return std::string(status.message());
}

const Json kApp{{"node", "devstats-app"}}, kDb{{"node2", "devstats-db"}};

TEST(Capacity, NamesWhatFitsNoMoreAndWhatIsMissing) {
  std::vector<Json> grafanas;
  for (int i = 0; i < 242; ++i) grafanas.push_back(GrafanaOf(absl::StrCat("p", i)));
  const std::vector<Json> nodes{NodeOf("a", kApp, "64", "16Gi", "1024"),
                                NodeOf("b", kApp, "64", "16Gi", "1024"),
                                NodeOf("c", Json::object(), "64", "999Gi", "1024")};
  EXPECT_EQ(
      WhatIsMissing(grafanas, nodes),
      "devstats-grafana: 242 pods request 60.5Gi of memory; nodes with node=devstats-app have 32Gi left");
  grafanas.resize(128);
  EXPECT_EQ(WhatIsMissing(grafanas, nodes), "");
}

TEST(Capacity, EachResourceCounts) {
  const auto two = [](const char* cpu, const char* memory) {
    return std::vector<Json>{
        WorkloadNamed("Deployment", "devstats-api", PodOf({{"type", "api"}}, cpu, memory), 2)};
  };
  const std::vector<Json> nodes{NodeOf("a", kApp, "1500m", "1Gi", "1")};
  EXPECT_EQ(WhatIsMissing(two("1", "1Mi"), nodes),
            "devstats-api: 2 pods request 2 of CPU; nodes have 1.5 left");
  EXPECT_EQ(WhatIsMissing(two("1m", "600Mi"), nodes),
            "devstats-api: 2 pods request 1.172Gi of memory; nodes have 1Gi left");
  EXPECT_EQ(WhatIsMissing(two("1m", "1Mi"), nodes),
            "devstats-api: 2 pods request 2 places; nodes have 1 left");
}

TEST(Capacity, RoomInPiecesIsNoRoom) {
  const std::vector<Json> objects{
      WorkloadNamed("Deployment", "devstats-api", PodOf({{"type", "api"}}, "1", "3Gi"), 3)};
  const std::vector<Json> nodes{NodeOf("a", kApp, "9", "5Gi"), NodeOf("b", kApp, "9", "5Gi")};
  EXPECT_EQ(WhatIsMissing(objects, nodes),
            "devstats-api: 3 pods request 9Gi of memory; nodes have 10Gi left, but none of them 3Gi of "
            "memory for one more");
}

TEST(Capacity, LargeOnesComeFirst) {
  const std::vector<Json> objects{WorkloadNamed("Deployment", "small", PodOf({{"a", "s"}}, "1", "2Gi"), 2),
                                  WorkloadNamed("Deployment", "large", PodOf({{"a", "l"}}, "1", "4Gi"), 2)};
  EXPECT_EQ(WhatIsMissing(objects, {NodeOf("a", kApp, "9", "6Gi"), NodeOf("b", kApp, "9", "6Gi")}), "");
}

TEST(Capacity, MembersOfPatroniNeedANodeEach) {
  const std::vector<Json> three{NodeOf("a", kDb, "9", "9Gi"), NodeOf("b", kDb, "9", "9Gi"),
                                NodeOf("c", kDb, "9", "9Gi")};
  EXPECT_EQ(WhatIsMissing({PatroniOf(3)}, three), "");
  EXPECT_EQ(WhatIsMissing({PatroniOf(4)}, three),
            "devstats-postgres: 4 pods must each keep apart from others; nodes with node2=devstats-db: 3");
  EXPECT_EQ(WhatIsMissing({PatroniOf(1)}, {NodeOf("a", kApp, "9", "9Gi")}),
            "devstats-postgres: there are no nodes with node2=devstats-db that take its pods");
  EXPECT_EQ(WhatIsMissing({PatroniOf(3)}, {three[0], three[1], NodeOf("c", kDb, "500m", "9Gi")}),
            "devstats-postgres: each of 3 pods requests 1 of CPU on a node of its own; of the nodes with "
            "node2=devstats-db, those without one have at most 0.5 left");
  // Those of another environment may share their nodes.
  Json other = PatroniOf(3);
  other["metadata"]["namespace"] = "devstats-prod";
  EXPECT_EQ(WhatIsMissing({PatroniOf(3), other}, three), "");
}

TEST(Capacity, ApartMeansTheTopologyOfTheTerm) {
  Json zones = PatroniOf(3);
  zones["spec"]["template"]["spec"]["affinity"]["podAntiAffinity"]
       ["requiredDuringSchedulingIgnoredDuringExecution"][0]["topologyKey"] = "zone";
  const auto node = [](const char* name, const char* zone) {
    return NodeOf(name, {{"node2", "devstats-db"}, {"zone", zone}}, "9", "9Gi");
  };
  EXPECT_EQ(WhatIsMissing({zones}, {node("a", "1"), node("b", "2"), node("c", "3")}), "");
  EXPECT_THAT(WhatIsMissing({zones}, {node("a", "1"), node("b", "2"), node("c", "2")}),
              HasSubstr("keep apart"));
}

TEST(Capacity, ANodeThatIsCordonedOrTaintedTakesNone) {
  const std::vector<Json> objects{GrafanaOf("a")};
  Json node = NodeOf("a", kApp, "9", "9Gi");
  node["spec"]["unschedulable"] = true;
  EXPECT_THAT(WhatIsMissing(objects, {node}), HasSubstr("there are no nodes"));
  node["spec"] = {{"taints", Json::array({{{"key", "k"}, {"value", "v"}, {"effect", "NoSchedule"}}})}};
  EXPECT_THAT(WhatIsMissing(objects, {node}), HasSubstr("there are no nodes"));
  for (const char* toleration :
       {R"({"operator": "Exists"})", R"({"key": "k", "value": "v", "effect": "NoSchedule"})"}) {
    Json tolerant = objects[0];
    tolerant["spec"]["template"]["spec"]["tolerations"] = Json::array({Json::parse(toleration)});
    EXPECT_EQ(WhatIsMissing({tolerant}, {node}), "") << toleration;
  }
  node["spec"]["taints"][0]["effect"] = "PreferNoSchedule";
  EXPECT_EQ(WhatIsMissing(objects, {node}), "");
}

TEST(Capacity, WhatRunsThereTakesRoomButNotFromItself) {
  const std::vector<Json> nodes{NodeOf("a", kApp, "9", "1Gi")};
  const auto running = [](const char* name_space, const char* project, const char* phase) {
    Json pod = PodOf({{"type", "grafana"}, {"proj", project}, {"pod-template-hash", "1"}}, "50m", "900Mi");
    pod["metadata"]["namespace"] = name_space;
    pod["spec"]["nodeName"] = "a";
    pod["status"] = {{"phase", phase}};
    return pod;
  };
  const std::vector<Json> objects{GrafanaOf("a")};
  EXPECT_EQ(WhatIsMissing(objects, nodes, {running("devstats-test", "a", "Running")}), "");
  EXPECT_EQ(WhatIsMissing(objects, nodes, {running("devstats-prod", "a", "Succeeded")}), "");
  EXPECT_EQ(WhatIsMissing(objects, nodes, {running("devstats-prod", "a", "Running")}),
            "devstats-grafana: 1 pod requests 256Mi of memory; nodes with node=devstats-app have 124Mi left");
  EXPECT_THAT(WhatIsMissing(objects, nodes, {running("devstats-test", "b", "Pending")}),
              HasSubstr("124Mi left"));
}

TEST(Capacity, RequestsAreThoseOfTheWholePod) {
  Json object = GrafanaOf("a");
  Json& spec = object["spec"]["template"]["spec"];
  spec["containers"].push_back(
      {{"resources", {{"limits", {{"memory", "300Mi"}}}}}});  // a limit requests as well
  spec["initContainers"] = Json::array({{{"resources", {{"requests", {{"cpu", 2}}}}}}});
  EXPECT_EQ(WhatIsMissing({object}, {NodeOf("a", kApp, "2", "556Mi")}), "");
  EXPECT_THAT(WhatIsMissing({object}, {NodeOf("a", kApp, "2", "555Mi")}), HasSubstr("requests 556Mi"));
  EXPECT_THAT(WhatIsMissing({object}, {NodeOf("a", kApp, "1900m", "9Gi")}), HasSubstr("requests 2 of CPU"));
}

TEST(Capacity, OnlyWhatHasPodsIsLookedAt) {
  Json cron = GrafanaOf("a"), service = GrafanaOf("a");
  cron["kind"] = "CronJob";
  service["kind"] = "Service";
  EXPECT_EQ(WhatIsMissing({cron, service, Json::object(), Json::array(), Json()}, {}), "");
  Json pod = PodOf({}, "1", "1Gi");
  pod["kind"] = "Pod";
  EXPECT_THAT(WhatIsMissing({pod}, {}), HasSubstr("there are no nodes"));
  EXPECT_EQ(WhatIsMissing({WorkloadNamed("Deployment", "none", PodOf({}, "1", "1Gi"), 0)}, {}), "");
}

TEST(Capacity, AmountsThatAreNone) {
  const absl::Status object =
      CheckCapacity({WorkloadNamed("Deployment", "devstats-api", PodOf({}, "many", "1Gi"))}, {});
  EXPECT_EQ(object.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(object.message(), "pods of devstats-api: cpu \"many\" is no amount");
  const absl::Status node = CheckCapacity({}, {NodeOf("a", kApp, "1", "9999Pi")});
  EXPECT_EQ(node.message(), "node a: memory \"9999Pi\" is no amount");
}

TEST(Amounts, InThousandths) {
  using release::MilliAmountOf;
  EXPECT_EQ(MilliAmountOf("1500m"), 1500);
  EXPECT_EQ(MilliAmountOf("2"), 2000);
  EXPECT_EQ(MilliAmountOf("0.1"), 100);
  EXPECT_EQ(MilliAmountOf("1u"), 1);  // rounded up
  EXPECT_EQ(MilliAmountOf("1Ki"), 1024000);
  EXPECT_EQ(MilliAmountOf("1e3"), 1000000);
  for (const char* text : {"", "x", "-1", "9Ei", "1 Gi"})
    EXPECT_EQ(MilliAmountOf(text), std::nullopt) << text;
}

}  // namespace
}  // namespace devstats::domain
