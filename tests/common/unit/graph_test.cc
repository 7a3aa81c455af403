#include "common/unit/graph.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/common/unit/fake_unit.h"

namespace devstats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class GraphTest : public ::testing::Test {
 protected:
  GraphNode Node(const std::string& id, std::vector<std::string> needs = {},
                 std::vector<std::string> world = {}) {
    return {
        .unit = std::make_unique<FakeUnit>(id, dir_.path(), std::map<std::string, std::string>{{id, "1"}}),
        .needs = std::move(needs),
        .world = std::move(world)};
  }
  // One that sees nothing before the file of `world` is there.
  GraphNode NodeIn(const std::string& world, const std::string& id) {
    GraphNode node = Node(id, {}, {world});
    static_cast<FakeUnit*>(node.unit.get())->home = world;
    return node;
  }
  template <typename... Nodes>
  absl::StatusOr<Graph> Make(Nodes... nodes) {
    std::vector<GraphNode> list;
    (list.push_back(std::move(nodes)), ...);
    return Graph::Make(std::move(list));
  }
  std::vector<std::string> Names(const Graph& graph) {
    std::vector<std::string> names;
    for (const GraphNode& n : graph.nodes()) names.push_back(n.unit->id());
    return names;
  }
  TempDir dir_;
};

TEST_F(GraphTest, OrdersByNeedAndKeepsTheGivenOrderOtherwise) {
  auto graph = Make(Node("c", {"b"}), Node("x"), Node("b", {"a"}), Node("a"));
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_THAT(Names(*graph), ElementsAre("x", "a", "b", "c"));
}

TEST_F(GraphTest, TellsAllThatComesBefore) {
  std::vector<GraphNode> nodes;
  nodes.push_back(Node("a"));
  nodes.push_back(Node("b", {"a"}));
  nodes.push_back(Node("c", {"b"}, {"w"}));
  nodes.push_back(Node("w", {"elsewhere"}));
  nodes.push_back(Node("x", {"a"}));
  EXPECT_THAT(IdsBefore(nodes, {"c"}), ElementsAre("a", "b", "elsewhere", "w"));
  EXPECT_THAT(IdsBefore(nodes, {"b", "c"}), ElementsAre("a", "b", "elsewhere", "w"));
  EXPECT_THAT(IdsBefore(nodes, {"a", "none"}), ElementsAre());
}

TEST_F(GraphTest, RefusesCirclesStrangersAndTwins) {
  EXPECT_THAT(std::string(Make(Node("a", {"b"}), Node("b", {"a"})).status().message()),
              HasSubstr("wait for each other: a, b"));
  EXPECT_THAT(std::string(Make(Node("a", {"z"})).status().message()), HasSubstr("needs z"));
  EXPECT_THAT(std::string(Make(Node("a"), Node("a")).status().message()), HasSubstr("twice"));
}

TEST_F(GraphTest, AUnitWhoseWorldIsStillToBeMadeIsDeferredAndSoIsWhatStandsOnIt) {
  auto graph = Make(Node("api"), NodeIn("api", "cni"), NodeIn("cni", "app"), Node("other", {"api"}));
  std::vector<UnitPlan> plans = graph->Plan(4);
  EXPECT_EQ(plans[0].state(), UnitPlan::READY);
  EXPECT_EQ(plans[1].state(), UnitPlan::DEFERRED);
  EXPECT_EQ(plans[1].deferred_by(), "api");
  EXPECT_EQ(plans[2].deferred_by(), "cni");
  EXPECT_EQ(plans[3].state(), UnitPlan::READY);  // only ordered after it
}

TEST_F(GraphTest, WhatCanBeSeenIsPlannedAlthoughItsWorldHasChangesToMake) {
  auto graph = Make(Node("api"), Node("labels", {}, {"api"}));
  std::vector<UnitPlan> plans = graph->Plan();
  EXPECT_EQ(plans[1].state(), UnitPlan::READY);
  EXPECT_EQ(plans[1].changes_size(), 1);
}

TEST_F(GraphTest, WhatCannotBeSeenAlthoughItsWorldStandsIsUnknown) {
  ASSERT_TRUE(WriteFileAtomic(dir_.path() + "/api", "1").ok());
  auto graph = Make(Node("api"), NodeIn("api", "cni"));
  static_cast<FakeUnit*>(graph->Find("cni")->unit.get())->observe_error = absl::UnavailableError("down");
  std::vector<UnitPlan> plans = graph->Plan();
  EXPECT_EQ(plans[1].state(), UnitPlan::UNKNOWN);
}

TEST_F(GraphTest, AUnitWhoseWorldStandsIsPlanned) {
  ASSERT_TRUE(WriteFileAtomic(dir_.path() + "/api", "1").ok());
  auto graph = Make(Node("api"), Node("cni", {}, {"api"}));
  std::vector<UnitPlan> plans = graph->Plan();
  EXPECT_TRUE(IsEmpty(plans[0]));
  EXPECT_EQ(plans[1].state(), UnitPlan::READY);
  EXPECT_EQ(plans[1].changes_size(), 1);
}

}  // namespace
}  // namespace devstats
