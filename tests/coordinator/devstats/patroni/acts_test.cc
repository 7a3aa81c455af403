// Switchover, rebuild, and what an operator is shown.
#include "coordinator/devstats/patroni/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"

namespace devstats::patroni {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kLag = 1 << 20;
constexpr int64_t kMegabyte = 1 << 20;

class ActsTest : public ::testing::Test {
 protected:
  ClusterState State() { return *ObserveCluster(fake_); }
  absl::Status Reinit(const std::string& member) { return CheckReinit(State(), member, {}); }
  Waiting Patiently() {
    return {.patience = absl::Seconds(60),
            .progress = [this](absl::string_view text) { told_.emplace_back(text); },
            .sleep = [this](absl::Duration) { slept_(); }};
  }
  FakePatroni fake_;
  std::vector<std::string> told_;
  std::function<void()> slept_ = [] {};
};

TEST_F(ActsTest, SwitchoverToTheBestOrTheNamed) {
  fake_.nodes["db-1"].lag = 10;
  EXPECT_EQ(DecideSwitchover(State(), "", kLag)->candidate, "db-2");
  const auto named = DecideSwitchover(State(), "db-1", kLag);
  EXPECT_EQ(named->leader, "db-0");
  EXPECT_EQ(named->candidate, "db-1");
}

TEST_F(ActsTest, SwitchoverRefusesWhoCannotLead) {
  EXPECT_TRUE(absl::IsNotFound(DecideSwitchover(State(), "db-9", kLag).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(DecideSwitchover(State(), "db-0", kLag).status()));
  fake_.nodes["db-1"].lag = kLag + 1;
  fake_.nodes["db-2"].tags["nofailover"] = "true";
  for (const char* candidate : {"db-1", "db-2", ""}) {
    const auto refused = DecideSwitchover(State(), candidate, kLag).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << candidate << refused;
  }
  EXPECT_THAT(std::string(DecideSwitchover(State(), "", kLag).status().message()),
              HasSubstr("db-1 is 1 MB behind the leader; db-2 may not lead, by its tags"));
  fake_.leader = "";
  EXPECT_THAT(std::string(DecideSwitchover(State(), "", kLag).status().message()),
              HasSubstr("no member leads"));
}

TEST_F(ActsTest, SwitchesOverAndWaitsForTheOldLeader) {
  fake_.after = [&](const std::string&) { fake_.nodes["db-0"].state = "starting"; };
  slept_ = [&] { fake_.nodes["db-0"].state = "running"; };
  EXPECT_TRUE(SwitchOver(fake_, "db-2", kLag, Patiently()).ok());
  EXPECT_EQ(fake_.leader, "db-2");
  EXPECT_THAT(told_, ElementsAre("switching over from db-0 to db-2", "waiting: db-0 is starting"));
}

TEST_F(ActsTest, ASwitchoverWhoseAnswerIsLostIsLookedFor) {
  fake_.before = [&](const std::string&) {
    fake_.leader = "db-1";
    return absl::UnavailableError("cut");
  };
  EXPECT_TRUE(SwitchOver(fake_, "db-1", kLag, Patiently()).ok());
  fake_.before = [](const std::string&) { return absl::FailedPreconditionError("no good candidates"); };
  EXPECT_TRUE(absl::IsFailedPrecondition(SwitchOver(fake_, "db-0", kLag, Patiently())));
}

TEST_F(ActsTest, ASwitchoverThatDoesNotComeEnds) {
  fake_.before = [](const std::string&) { return absl::UnavailableError("cut"); };
  const absl::Status end = SwitchOver(fake_, "db-1", kLag, Patiently());
  EXPECT_TRUE(absl::IsDeadlineExceeded(end)) << end;
  Waiting impatient = Patiently();
  impatient.go_on = [] { return false; };
  EXPECT_TRUE(absl::IsCancelled(SwitchOver(fake_, "db-1", kLag, impatient)));
}

TEST_F(ActsTest, ReinitNeedsALargeLagOrAMemberThatIsDown) {
  EXPECT_THAT(std::string(Reinit("db-1").message()), HasSubstr("needs no rebuild below 20 GB"));
  fake_.nodes["db-1"].lag = 20479 * kMegabyte;
  EXPECT_TRUE(absl::IsFailedPrecondition(Reinit("db-1")));
  fake_.nodes["db-1"].lag = 20480 * kMegabyte;
  EXPECT_TRUE(Reinit("db-1").ok());
  EXPECT_TRUE(CheckReinit(State(), "db-2", {.rebuild = 0}).ok());
  fake_.nodes["db-1"].lag = std::nullopt;
  EXPECT_TRUE(absl::IsFailedPrecondition(Reinit("db-1")));
  fake_.nodes["db-1"].state = "start failed";
  EXPECT_TRUE(Reinit("db-1").ok());
}

TEST_F(ActsTest, ReinitRefusesTheLeaderASecondOneAndTooFew) {
  fake_.nodes["db-1"].state = fake_.nodes["db-0"].state = "start failed";
  EXPECT_THAT(std::string(Reinit("db-0").message()), HasSubstr("db-0 leads"));
  EXPECT_THAT(std::string(Reinit("db-1").message()), HasSubstr("db-0 does not run (start failed)"));
  fake_.nodes["db-0"].state = "running";
  fake_.nodes["db-2"].state = "creating replica";
  EXPECT_THAT(std::string(Reinit("db-1").message()), HasSubstr("db-2 is being rebuilt"));
  fake_.nodes["db-2"].state = "running";
  fake_.nodes["db-2"].up = false;
  EXPECT_THAT(std::string(Reinit("db-1").message()), HasSubstr("db-2 does not run (connection refused)"));
  EXPECT_TRUE(absl::IsNotFound(Reinit("db-9")));
  fake_.nodes["db-2"].up = true;
  fake_.leader = "";
  EXPECT_THAT(std::string(Reinit("db-1").message()), HasSubstr("no member leads"));
}

TEST_F(ActsTest, RebuildsAndWaits) {
  fake_.nodes["db-1"].lag = 30000 * kMegabyte;
  int polls = 0;
  slept_ = [&] {
    if (++polls < 3) return;
    fake_.nodes["db-1"].state = "running";
    fake_.nodes["db-1"].lag = 0;
  };
  EXPECT_TRUE(Rebuild(fake_, "db-1", {}, Patiently()).ok());
  EXPECT_EQ(polls, 3);
  EXPECT_THAT(fake_.log, ElementsAre("reinit db-1"));
}

TEST_F(ActsTest, ARebuildUnderWayIsWaitedForNotBegunAnew) {
  fake_.nodes["db-1"].state = "creating replica";
  slept_ = [&] { fake_.nodes["db-1"].state = "running"; };
  EXPECT_TRUE(Rebuild(fake_, "db-1", {}, Patiently()).ok());
  EXPECT_THAT(fake_.log, IsEmpty());
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(fake_, "db-1", {}, Patiently())));
}

TEST_F(ActsTest, ReportsLag) {
  fake_.nodes["db-1"].lag = 3000 * kMegabyte;
  fake_.nodes["db-2"].lag = 30000 * kMegabyte;
  const LagReport report = ReportLag(State(), {});
  EXPECT_THAT(report.rebuild, ElementsAre("db-2"));
  EXPECT_THAT(report.warnings,
              ElementsAre("db-1 is 2.93 GB behind the leader", "db-2 is 29.3 GB behind the leader"));
}

TEST_F(ActsTest, AHealthyClusterHasNoProblems) {
  const auto slots = [](const std::string& leader) -> absl::StatusOr<std::vector<Slot>> {
    EXPECT_EQ(leader, "db-0");
    return SlotsOf({.rows = {{"db_1", "t", "1024", "reserved"}, {"db_2", "t", std::nullopt, std::nullopt}}});
  };
  const auto status = StatusOfCluster(fake_, 3, {}, slots);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_THAT(status->problems, IsEmpty());
  EXPECT_EQ(status->slots[0].held, 1024);
  EXPECT_EQ(status->state.members[1].server_version, 150004);
  EXPECT_TRUE(status->state.members[1].streaming);
}

TEST_F(ActsTest, EachProblemIsTold) {
  fake_.config.all["postgresql"]["parameters"]["shared_buffers"] = "1GB";
  fake_.paused = true;
  fake_.nodes["db-1"].lag = 3000 * kMegabyte;
  fake_.nodes["db-2"].up = false;
  const auto slots = [](const std::string&) {
    return SlotsOf({.rows = {{"db_1", "f", "3145728000", "extended"}, {"db_2", "f", "1", "lost"}}});
  };
  const auto status = StatusOfCluster(fake_, 4, {}, slots);
  EXPECT_THAT(
      status->problems,
      ElementsAre("3 of 4 members are there", HasSubstr("paused"), "db-0 waits for a restart of PostgreSQL",
                  "db-1 is 2.93 GB behind the leader", "db-1 waits for a restart of PostgreSQL",
                  "db-2: connection refused", "slot db_1 (nobody reads it) keeps 2.93 GB of WAL",
                  HasSubstr("slot db_2 has lost its WAL")));
  const auto broken = [](const std::string&) -> absl::StatusOr<std::vector<Slot>> {
    return absl::UnavailableError("no connection");
  };
  EXPECT_THAT(StatusOfCluster(fake_, 4, {}, broken)->problems.back(), "replication slots: no connection");
  EXPECT_TRUE(absl::IsDataLoss(SlotsOf({.rows = {{"a"}}}).status()));
}

}  // namespace
}  // namespace devstats::patroni
