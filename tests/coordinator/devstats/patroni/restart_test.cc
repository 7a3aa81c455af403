#include "coordinator/devstats/patroni/restart.h"

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"

namespace devstats::patroni {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RestartByCallTest : public ::testing::Test {
 protected:
  absl::Status Check(const std::string& member) { return CheckRestart(*ObserveCluster(fake_), member, {}); }
  absl::StatusOr<RestartLook> Look() {
    ASSIGN_OR_RETURN(ClusterState state, ObserveCluster(fake_));
    const RestartNeeds needs = NeedsOf(state, {});
    return RestartLook{std::move(state), needs};
  }
  FakePatroni fake_;
  Waiting waiting_{.patience = absl::Seconds(20), .sleep = [this](absl::Duration) { fake_.Tick(); }};
};

TEST_F(RestartByCallTest, ALeaderIsHandedOverInstead) {
  const absl::Status refused = Check("db-0");
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(HintOf(refused), HasSubstr("switchover --to db-1"));
  EXPECT_TRUE(absl::IsNotFound(Check("db-7")));
  EXPECT_TRUE(Check("db-1").ok());
  fake_.paused = true;
  EXPECT_THAT(Check("db-1").message(), HasSubstr("paused"));
}

TEST_F(RestartByCallTest, NoMemberIsRestartedWhileAnotherIsAway) {
  fake_.nodes["db-2"].streams = false;
  EXPECT_THAT(Check("db-1").message(), HasSubstr("db-2"));
  EXPECT_TRUE(Check("db-2").ok());
}

TEST_F(RestartByCallTest, RestartsAMemberAndWaitsForIt) {
  ASSERT_TRUE(RestartMember(fake_, "db-1", {}, waiting_).ok());
  EXPECT_THAT(fake_.log, ElementsAre("restart db-1"));
  EXPECT_FALSE(RestartMember(fake_, "db-0", {}, waiting_).ok());
  EXPECT_THAT(fake_.log, ElementsAre("restart db-1"));
}

TEST_F(RestartByCallTest, RestartsAllThatWaitTheLeaderLast) {
  fake_.config.all["postgresql"]["parameters"]["shared_buffers"] = "1GB";
  fake_.Tick();
  const absl::Status done = RestartAll(
      fake_, [this] { return Look(); }, {}, waiting_);
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_THAT(fake_.log, ElementsAre("restart db-1", "restart db-2", "switchover db-0 db-1"));
  fake_.log.clear();
  EXPECT_TRUE(RestartAll(
                  fake_, [this] { return Look(); }, {}, waiting_)
                  .ok());
  EXPECT_THAT(fake_.log, IsEmpty());
}

TEST_F(RestartByCallTest, GivesUpOnAMemberThatDoesNotComeBack) {
  fake_.config.all["postgresql"]["parameters"]["shared_buffers"] = "1GB";
  fake_.Tick();
  fake_.after = [this](const std::string& what) {
    if (what == "restart db-1") fake_.nodes["db-1"].streams = false;
  };
  const absl::Status cut = RestartAll(
      fake_, [this] { return Look(); }, {}, waiting_);
  EXPECT_TRUE(absl::IsDeadlineExceeded(cut)) << cut;
  EXPECT_THAT(cut.message(), HasSubstr("db-1"));
  EXPECT_THAT(fake_.log, ElementsAre("restart db-1"));
}

}  // namespace
}  // namespace devstats::patroni
