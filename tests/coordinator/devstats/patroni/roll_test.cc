#include "coordinator/devstats/patroni/roll.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::patroni {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using Action = RollStep::Action;

ClusterState Healthy() {
  ClusterState state;
  for (const char* name : {"a", "b", "c"}) {
    MemberState m{.name = name, .role = Role::kReplica, .state = "running", .streaming = true, .lag = 0};
    state.members.push_back(m);
  }
  state.members[0].role = Role::kLeader;
  return state;
}
// "restart a", "switchover a b", "wait: why", "none".
std::string Step(const ClusterState& state, const RestartNeeds& needs) {
  const RollStep step = NextStep(state, needs, {.most_lag = 100});
  switch (step.action) {
    case Action::kNone:
      return "none";
    case Action::kWait:
      return "wait: " + step.why;
    case Action::kRestart:
      return "restart " + step.member;
    case Action::kSwitchover:
      return absl::StrCat("switchover ", step.member, " ", step.candidate);
  }
  return "";
}

TEST(NextStep, ReplicasFirstThenTheLeadersPlaceThenTheOldLeader) {
  ClusterState state = Healthy();
  EXPECT_EQ(Step(state, {.members = {"a", "b", "c"}}), "restart b");
  EXPECT_EQ(Step(state, {.members = {"a", "c"}}), "restart c");
  EXPECT_EQ(Step(state, {.members = {"a"}}), "switchover a b");
  state.members[0].role = Role::kReplica;
  state.members[1].role = Role::kLeader;
  EXPECT_EQ(Step(state, {.members = {"a"}}), "restart a");
  EXPECT_EQ(Step(state, {}), "none");
}

TEST(NextStep, WaitsWhileAnyMemberIsAway) {
  struct Case {
    std::function<void(ClusterState&)> spoil;
    const char* why;
  };
  for (const Case& c : std::vector<Case>{
           {[](ClusterState& s) { s.members[2].state = "starting"; }, "c is starting"},
           {[](ClusterState& s) { s.members[2].streaming = false; }, "c does not stream"},
           {[](ClusterState& s) { s.members[2].lag = 101; }, "c is 101 B behind"},
           {[](ClusterState& s) { s.members[2].lag = std::nullopt; }, "its lag is not known"},
           {[](ClusterState& s) { s.members[2].unreachable = "connection refused"; },
            "c: connection refused"},
           {[](ClusterState& s) { s.members[0].state = "restarting"; }, "a is restarting"},
           {[](ClusterState& s) { s.members[0].role = Role::kReplica; }, "no member leads"},
       }) {
    ClusterState state = Healthy();
    c.spoil(state);
    EXPECT_THAT(Step(state, {.members = {"a", "b"}}), HasSubstr(c.why));
    EXPECT_EQ(Step(state, {}), "none") << "nothing is pending";
  }
}

TEST(NextStep, ALeaderThatCannotBeReplacedIsRestartedInPlace) {
  ClusterState alone;
  alone.members.push_back({.name = "a", .role = Role::kLeader, .state = "running"});
  EXPECT_EQ(Step(alone, {.members = {"a"}}), "restart a");
  ClusterState tagged = Healthy();
  tagged.members[1].tags["nofailover"] = "on";
  EXPECT_EQ(Step(tagged, {.members = {"a"}}), "switchover a c");
  tagged.members[2].tags["failover_priority"] = "0";
  EXPECT_EQ(Step(tagged, {.members = {"a"}}), "restart a");
}

TEST(NextStep, WhatShrinksIsRestartedOnTheLeaderFirst) {
  RestartNeeds needs{.members = {"a", "b", "c"}, .after_leader = {"b", "c"}, .leader_in_place = true};
  EXPECT_EQ(Step(Healthy(), needs), "restart a");
  needs.members.erase("a");
  EXPECT_EQ(Step(Healthy(), needs), "restart b");
}

TEST(BestCandidate, PrefersSynchronousThenLeastLag) {
  ClusterState state = Healthy();
  state.members[1].lag = 50;
  EXPECT_EQ(BestCandidate(state, 100), "c");
  state.members[1].role = Role::kSyncStandby;
  EXPECT_EQ(BestCandidate(state, 100), "b");
  EXPECT_EQ(BestCandidate(state, 40), "c");
  state.members[2].streaming = false;
  EXPECT_EQ(BestCandidate(state, 40), "");
}

ParameterRow ShowRow(const char* name, const char* wanted, const std::map<std::string, std::string>& show) {
  ParameterRow row{.name = name, .wanted = wanted, .dcs = wanted, .dcs_as_wanted = true, .postmaster = true};
  for (const auto& [member, value] : show)
    row.members[member] = {.show = value, .as_wanted = value == wanted, .taken = true};
  return row;
}

TEST(NeedsOf, FlagsAndValuesThatAreNotInEffect) {
  ClusterState state = Healthy();
  state.members[2].pending_restart = true;
  const auto rows =
      std::vector{ShowRow("shared_buffers", "1GB", {{"a", "1GB"}, {"b", "128MB"}, {"c", "1GB"}})};
  const RestartNeeds needs = NeedsOf(state, rows);
  EXPECT_THAT(needs.members, UnorderedElementsAre("b", "c"));
  EXPECT_FALSE(needs.leader_in_place);
  EXPECT_TRUE(needs.after_leader.empty());
}

TEST(NeedsOf, NothingForAValueThatIsNotTakenYet) {
  auto row = ShowRow("shared_buffers", "1GB", {{"a", "128MB"}});
  row.members["a"].taken = false;
  EXPECT_TRUE(NeedsOf(Healthy(), {row}).members.empty());
  row = ShowRow("work_mem", "1GB", {{"a", "128MB"}});
  row.postmaster = false;
  EXPECT_TRUE(NeedsOf(Healthy(), {row}).members.empty());
}

TEST(NeedsOf, KnowsWhatReplicasKeepFromTheirLeader) {
  auto connections = ShowRow("max_connections", "50", {{"a", "100"}, {"b", "100"}, {"c", "100"}});
  RestartNeeds needs = NeedsOf(Healthy(), {connections});
  EXPECT_TRUE(needs.leader_in_place);
  EXPECT_THAT(needs.after_leader, UnorderedElementsAre("b", "c"));
  // "b" also waits for something that can be done at once.
  const auto buffers = ShowRow("shared_buffers", "1GB", {{"a", "1GB"}, {"b", "128MB"}, {"c", "1GB"}});
  EXPECT_THAT(NeedsOf(Healthy(), {connections, buffers}).after_leader, UnorderedElementsAre("c"));
  // The leader has it by now.
  connections = ShowRow("max_connections", "50", {{"a", "50"}, {"b", "100"}, {"c", "100"}});
  needs = NeedsOf(Healthy(), {connections});
  EXPECT_FALSE(needs.leader_in_place);
  EXPECT_TRUE(needs.after_leader.empty());
}

}  // namespace
}  // namespace devstats::patroni
