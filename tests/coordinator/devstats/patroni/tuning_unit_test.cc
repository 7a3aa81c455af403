#include "coordinator/devstats/patroni/tuning_unit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"
#include "tests/coordinator/kube/units/unit_run.h"

namespace devstats::patroni {
namespace {

using coordinator::UnitRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Parameters = std::map<std::string, std::string>;

class TuningTest : public ::testing::Test {
 protected:
  std::unique_ptr<TuningUnit> Unit(const Parameters& parameters,
                                   const std::map<std::string, int64_t>& settings = {}) {
    TuningOptions options;
    options.wanted = {.settings = settings, .parameters = parameters, .members = 3};
    options.settings = fake_.Reader();
    options.memory_limit = memory_limit_;
    options.nodes = [] { return 3; };
    options.patience = absl::Minutes(5);
    options.clock = &clock_;
    options.sleep = [this](absl::Duration d) {
      clock_.Advance(d);
      slept_();
    };
    return std::make_unique<TuningUnit>("patroni-tuning@test", std::move(options), &fake_);
  }
  void Apply(const Parameters& parameters, const std::map<std::string, int64_t>& settings = {}) {
    const auto unit = Unit(parameters, settings);
    const auto done = run_.Run(*unit);
    EXPECT_THAT(UnitRun::Plan(*unit), IsEmpty());
  }
  absl::Status RunOf(const Parameters& parameters) {
    const auto unit = Unit(parameters);
    return run_.Run(*unit).status();
  }
  std::string Show(const std::string& member, const std::string& name) {
    return fake_.nodes[member].running[name];
  }

  FakePatroni fake_;
  FixedClock clock_{absl::UnixEpoch()};
  std::function<void()> slept_ = [] {};
  int64_t memory_limit_ = 0;
  UnitRun run_;
};

TEST_F(TuningTest, PlansWhatItWillDo) {
  const auto unit = Unit({{"shared_buffers", "1GB"}, {"work_mem", "64MB"}}, {{"ttl", 40}, {"loop_wait", 10}});
  EXPECT_THAT(
      UnitRun::Plan(*unit),
      ElementsAre("update ttl: 30 -> 40", "create parameters.shared_buffers", "create parameters.work_mem",
                  "run restart db-1: replica -> restarted", "run restart db-2: replica -> restarted",
                  "run switchover: db-0 -> another leads", "run restart db-0: leader -> restarted"));
  EXPECT_THAT(fake_.log, IsEmpty());
}

TEST_F(TuningTest, RollsReplicasThenTheLeaderByASwitchover) {
  Apply({{"shared_buffers", "1GB"}, {"work_mem", "64MB"}}, {{"ttl", 40}});
  EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-1", "restart db-2", "switchover db-0 db-1"));
  for (const char* member : {"db-0", "db-1", "db-2"}) {
    EXPECT_EQ(Show(member, "shared_buffers"), "1GB");
    EXPECT_EQ(Show(member, "work_mem"), "64MB");
    EXPECT_EQ(fake_.nodes[member].starts, 2);
  }
  EXPECT_EQ(fake_.config.Setting("ttl"), "40");
}

TEST_F(TuningTest, RestartsNothingForWhatAReloadDoes) {
  Apply({{"work_mem", "64MB"}});
  EXPECT_THAT(fake_.log, ElementsAre("patch"));
}

TEST_F(TuningTest, DoesNothingWhereNothingDiffers) {
  Apply({{"shared_buffers", "1GB"}});
  fake_.log.clear();
  Apply({{"shared_buffers", "1048576kB"}});
  EXPECT_THAT(fake_.log, IsEmpty());
}

TEST_F(TuningTest, RestartsForAPendingChangeThatSomebodyElseMade) {
  fake_.config.all["postgresql"]["parameters"]["wal_level"] = "logical";
  fake_.Tick();
  Apply({{"work_mem", "4MB"}});
  EXPECT_EQ(fake_.log.size(), 4u);
  EXPECT_EQ(Show("db-0", "wal_level"), "logical");
}

TEST_F(TuningTest, WhatShrinksGoesToTheLeaderFirst) {
  Apply({{"max_connections", "50"}});
  EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-0", "restart db-1", "restart db-2"));
  EXPECT_EQ(Show("db-2", "max_connections"), "50");
}

TEST_F(TuningTest, OneShrinksAnotherGrows) {
  Apply({{"max_connections", "50"}, {"max_worker_processes", "16"}});
  EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-1", "restart db-2", "restart db-0", "restart db-1",
                                     "restart db-2"));
  for (const char* member : {"db-0", "db-1", "db-2"}) {
    EXPECT_EQ(Show(member, "max_connections"), "50");
    EXPECT_EQ(Show(member, "max_worker_processes"), "16");
  }
}

TEST_F(TuningTest, ASingleMemberIsRestartedInPlace) {
  fake_.nodes.erase("db-1");
  fake_.nodes.erase("db-2");
  Apply({{"shared_buffers", "1GB"}});
  EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-0"));
}

TEST_F(TuningTest, RefusesByRuleAndSendsNothing) {
  memory_limit_ = int64_t{1} << 30;
  EXPECT_THAT(UnitRun::Plan(*Unit({{"shared_buffers", "2GB"}})),
              ElementsAre(HasSubstr("rule memory: shared_buffers")));
  EXPECT_THAT(UnitRun::Plan(*Unit({{"max_connections", "10"}})), ElementsAre(HasSubstr("rule minimum")));
  EXPECT_THAT(UnitRun::Plan(*Unit({}, {{"ttl", 20}})), ElementsAre(HasSubstr("rule timing")));
  EXPECT_THAT(fake_.log, IsEmpty());
}

TEST_F(TuningTest, RefusesWhatALocalFileKeepsOut) {
  Apply({{"work_mem", "64MB"}});
  fake_.nodes["db-1"].local["work_mem"] = "8MB";
  fake_.Tick();
  EXPECT_THAT(
      UnitRun::Plan(*Unit({{"work_mem", "64MB"}})),
      ElementsAre(HasSubstr("rule local: work_mem: wanted is 64MB, but patroni.yml of db-1 says 8MB")));
  EXPECT_EQ(fake_.log.size(), 1u);
}

TEST_F(TuningTest, ACutBeforeMembersTookItIsNoLocalFile) {
  fake_.frozen = true;
  ASSERT_TRUE(fake_.PatchConfig({{"postgresql", {{"parameters", {{"work_mem", "64MB"}}}}}}).ok());
  for (auto& [name, node] : fake_.nodes) node.file["work_mem"] = "4MB";
  int polls = 0;
  slept_ = [&] { fake_.frozen = ++polls < 3; };
  EXPECT_THAT(UnitRun::Plan(*Unit({{"work_mem", "64MB"}})), IsEmpty());
  EXPECT_EQ(polls, 3);
}

TEST_F(TuningTest, GoesOnAfterACutAnywhere) {
  const Parameters wanted{{"shared_buffers", "1GB"}, {"max_connections", "200"}};
  for (int cut = 0; cut < 6; ++cut) {
    fake_.nodes.clear();
    for (const char* name : {"db-0", "db-1", "db-2"}) fake_.nodes[name];
    fake_.leader = "db-0";
    fake_.config.all["postgresql"]["parameters"] = Json::object();
    fake_.log.clear();
    fake_.Tick();
    const auto unit = Unit(wanted);
    const UnitPlan plan = PlanUnit(*unit);
    StepContext context;
    context.progress = [](absl::string_view) {};
    context.go_on = [&] { return static_cast<int>(fake_.log.size()) < cut; };
    const absl::Status first = unit->Apply(plan, context);
    EXPECT_EQ(absl::IsCancelled(first), cut < 5) << cut << first;
    const auto left = TryPlanUnit(*unit);
    ASSERT_TRUE(left.ok()) << left.status();
    EXPECT_TRUE(IsWithin(*left, plan)) << cut << " " << left->DebugString();
    context.go_on = [] { return true; };
    EXPECT_TRUE(unit->Apply(*left, context).ok());
    EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-1", "restart db-2", "switchover db-0 db-1"))
        << "cut after " << cut;
  }
}

TEST_F(TuningTest, TheLeaderDiesInTheMiddle) {
  fake_.after = [&](const std::string& what) {
    if (what != "restart db-1") return;
    fake_.nodes["db-0"].up = false;
    fake_.leader = "db-1";
  };
  int polls = 0;
  slept_ = [&] {
    if (++polls == 5) fake_.nodes["db-0"].up = true;
  };
  Apply({{"shared_buffers", "1GB"}});
  EXPECT_THAT(fake_.log, ElementsAre("patch", "restart db-1", "restart db-0", "restart db-2"));
  EXPECT_GE(polls, 5);
}

TEST_F(TuningTest, WaitsForAReplicaToFollowBeforeTheNextOne) {
  fake_.after = [&](const std::string& what) {
    if (what == "restart db-1") fake_.nodes["db-1"].lag = int64_t{1} << 30;
  };
  slept_ = [&] {
    if (fake_.log.back() == "patch") return;
    EXPECT_EQ(fake_.log.back(), "restart db-1");
    fake_.nodes["db-1"].lag = 0;
    fake_.after = [](const std::string&) {};
  };
  Apply({{"shared_buffers", "1GB"}});
  EXPECT_THAT(run_.told, Contains(HasSubstr("waiting: db-1 is 1 GB behind the leader")));
  EXPECT_EQ(fake_.log.size(), 4u);
}

TEST_F(TuningTest, AnAnswerThatIsLostIsLookedFor) {
  bool lost = false;
  fake_.before = [&](const std::string& what) {
    if (what != "restart db-2" || lost) return absl::OkStatus();
    lost = true;
    (void)fake_.Restart("db-2", {});
    return absl::DeadlineExceededError("no answer");
  };
  Apply({{"shared_buffers", "1GB"}});
  EXPECT_EQ(fake_.nodes["db-2"].starts, 2);
}

TEST_F(TuningTest, GivesUpWithWhatItWaitsFor) {
  fake_.nodes["db-2"].streams = false;
  const absl::Status done = RunOf({{"shared_buffers", "1GB"}});
  EXPECT_TRUE(absl::IsDeadlineExceeded(done)) << done;
  EXPECT_THAT(std::string(done.message()), HasSubstr("db-2 does not stream from the leader"));
  EXPECT_THAT(fake_.log, ElementsAre("patch"));
}

TEST_F(TuningTest, RestartsNothingWhilePatroniIsPaused) {
  fake_.paused = true;
  const absl::Status done = RunOf({{"shared_buffers", "1GB"}});
  EXPECT_TRUE(absl::IsFailedPrecondition(done)) << done;
  EXPECT_THAT(fake_.log, ElementsAre("patch"));
}

TEST_F(TuningTest, APendingFlagThatStaysEndsIt) {
  fake_.nodes["db-1"].altered["wal_level"] = "replica";
  fake_.config.all["postgresql"]["parameters"]["wal_level"] = "logical";
  fake_.Tick();
  const absl::Status done = RunOf({{"work_mem", "64MB"}});
  EXPECT_TRUE(absl::IsFailedPrecondition(done)) << done;
  EXPECT_EQ(std::count(fake_.log.begin(), fake_.log.end(), "restart db-1"), 3);
}

TEST_F(TuningTest, SpeaksToOldAndNewPatroni) {
  fake_.patroni_version = "2.1.4";
  Apply({}, {{"primary_start_timeout", 600}});
  EXPECT_EQ(fake_.config.Setting("master_start_timeout"), "600");
  EXPECT_EQ(fake_.config.Setting("primary_start_timeout"), std::nullopt);
  fake_.patroni_version = "4.0.1";
  fake_.leader_word = "primary";
  Apply({{"shared_buffers", "1GB"}}, {{"primary_start_timeout", 600}});
  EXPECT_EQ(fake_.config.Setting("primary_start_timeout"), "600");
  EXPECT_EQ(Show("db-0", "shared_buffers"), "1GB");
}

TEST_F(TuningTest, AMemberThatIsAwayIsNoPlan) {
  fake_.nodes["db-2"].up = false;
  EXPECT_THAT(UnitRun::Plan(*Unit({{"work_mem", "64MB"}})),
              ElementsAre(HasSubstr("db-2: connection refused")));
}

}  // namespace
}  // namespace devstats::patroni
