#include "coordinator/run/scheduler.h"

#include "absl/synchronization/barrier.h"
#include "tests/coordinator/run/graph_fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SchedulerTest : public GraphFixture {
 protected:
  std::map<std::string, UnitReport> Run(const Graph& graph, std::atomic<bool>* stop = nullptr) {
    RunOptions options{.operation = "op-1", .boot_id = "boot-1", .stop = stop};
    for (const UnitPlan& plan : graph.Plan()) options.approved[plan.unit()] = plan;
    return RunWith(graph, std::move(options));
  }
  std::map<std::string, UnitReport> RunWith(const Graph& graph, RunOptions options) {
    options.report = [this](const std::string& unit, const UnitReport& r) {
      absl::MutexLock lock(&mu_);
      log_.push_back(unit + " " + r.state);
    };
    options.progress = [](const std::string&, absl::string_view) {};
    options.amended = [this](const UnitPlan& plan) {
      absl::MutexLock lock(&mu_);
      log_.push_back(plan.unit() + " amended");
      return absl::OkStatus();
    };
    return RunGraph(graph, journal_, options);
  }
  absl::Mutex mu_;
  std::vector<std::string> log_;
};

TEST_F(SchedulerTest, RunsUnitsInTheOrderOfTheirNeeds) {
  Add("c", {"b"});
  Add("a");
  Add("b", {"a"});
  auto reports = Run(Build());
  EXPECT_THAT(log_, ElementsAre("a running", "a done", "b running", "b done", "c running", "c done"));
  EXPECT_EQ(World("c"), "new");
}

TEST_F(SchedulerTest, WhatNothingSeparatesRunsSideBySide) {
  absl::Barrier* both = new absl::Barrier(2);  // deletes itself by Block's answer
  auto meet = [both] {
    if (both->Block()) delete both;
  };
  Add("a")->on_apply = meet;
  Add("b")->on_apply = meet;
  auto reports = Run(Build());  // would never end one after the other
  EXPECT_EQ(reports["a"].state, "done");
  EXPECT_EQ(reports["b"].state, "done");
}

TEST_F(SchedulerTest, AFailureStopsOnlyWhatDependsOnIt) {
  Add("a")->apply_error = absl::InternalError("disk full");
  Add("b", {"a"});
  Add("c", {"b"});
  Add("other");
  auto reports = Run(Build());
  EXPECT_EQ(reports["a"].state, "failed");
  EXPECT_THAT(reports["a"].message, HasSubstr("disk full"));
  EXPECT_EQ(reports["b"].state, "blocked");
  EXPECT_EQ(reports["b"].message, "needs a");
  EXPECT_EQ(reports["c"].state, "blocked");
  EXPECT_EQ(reports["other"].state, "done");
  EXPECT_EQ(World("b"), "<absent>");
}

TEST_F(SchedulerTest, WhatIsRightAlreadyIsUnchanged) {
  SetWorld("a", "new");
  FakeUnit* unit = Add("a");
  const Graph graph = Build();
  auto reports = Run(graph);
  EXPECT_EQ(reports["a"].state, "unchanged");
  EXPECT_EQ(unit->applied, 0);
}

TEST_F(SchedulerTest, ManyWaysToAUnitCostNoMoreThanOne) {
  std::vector<std::string> before;
  for (int layer = 0; layer < 30;
       ++layer) {  // of two units each, that need both of the layer before: 2^30 ways
    std::vector<std::string> these;
    for (const char* side : {"l", "r"}) {
      these.push_back(absl::StrCat(side, layer));
      SetWorld(these.back(), "new");
      Add(these.back(), before);
    }
    before = these;
  }
  auto reports = Run(Build());  // would not end before the test's time is over
  EXPECT_EQ(reports["l29"].state, "unchanged");
}

TEST_F(SchedulerTest, ADeferredUnitIsPlannedWhenItsWorldIsThereAndGoesOnUnasked) {
  Add("world");
  Add("later", {"world"}, {"world"})->home = "world";
  Graph graph = Build();
  EXPECT_EQ(graph.Plan()[1].state(), UnitPlan::DEFERRED);
  auto reports = Run(graph);
  EXPECT_EQ(reports["later"].state, "done");
  EXPECT_THAT(log_,
              ElementsAre("world running", "world done", "later running", "later amended", "later done"));
}

TEST_F(SchedulerTest, ADeferredUnitThatTurnsOutDestructiveWaitsForApproval) {
  Add("world");
  FakeUnit* later = Add("later", {"world"}, {"world"});
  later->home = "world";
  later->destructive = true;
  Add("after", {"later"});
  auto reports = Run(Build());
  EXPECT_EQ(reports["later"].state, "awaiting-approval");
  EXPECT_EQ(reports["later"].amended.changes_size(), 1);
  EXPECT_EQ(reports["after"].state, "blocked");
  EXPECT_EQ(World("later"), "<absent>");
}

TEST_F(SchedulerTest, AWorldThatMovedSinceThePlanIsRefused) {
  SetWorld("a", "old");
  Add("a");
  Graph graph = Build();
  RunOptions options{.operation = "op-1", .boot_id = "boot-1"};
  options.approved["a"] = graph.Plan()[0];
  SetWorld("a", "somebody else's");
  auto reports = RunWith(graph, std::move(options));
  EXPECT_EQ(reports["a"].state, "failed");
  EXPECT_THAT(reports["a"].message, HasSubstr("has changed since the plan was made"));
  EXPECT_THAT(reports["a"].hint, HasSubstr("devstatsctl plan"));
  EXPECT_EQ(World("a"), "somebody else's");
}

TEST_F(SchedulerTest, StopLetsRunningUnitsEndAndStartsNoMore) {
  std::atomic<bool> stop{false};
  Add("a")->on_apply = [&] { stop = true; };
  Add("b", {"a"});
  auto reports = Run(Build(), &stop);
  EXPECT_EQ(reports["a"].state, "done");
  EXPECT_EQ(reports["b"].state, "waiting");
}

}  // namespace
}  // namespace devstats::coordinator
