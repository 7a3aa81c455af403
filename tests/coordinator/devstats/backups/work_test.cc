#include "coordinator/devstats/backups/work.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_database.h"

namespace devstats::backups {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(JudgeTest, ABackupIsWhatItHasLeft) {
  const auto judge = [](const std::string& lines, const std::string& phase = "Succeeded") {
    return std::string(
        Judge(kBackupKind, {{"database", "keda"}}, phase, "devstats-backup-1 begin 100\n" + lines).message());
  };
  const std::string end = "devstats-backup-1 end 1 0\n", began = "devstats-backup-1 began 100\n";
  const auto file = [](const char* rest) {
    return absl::StrCat("devstats-backup-1 file keda.dump ", rest, "\n");
  };
  EXPECT_EQ(judge(began + file("9 100 good -") + end), "");
  EXPECT_EQ(judge(began + file("9 100 good -") + end, "Failed"), "its pod has Failed");
  EXPECT_EQ(judge(began + file("9 99 good -") + end), "keda.dump is an old one");
  EXPECT_EQ(judge(began + file("0 100 good -") + end), "keda.dump is empty");
  EXPECT_EQ(judge(began + file("9 100 bad - no end") + "pg_dump: \x1b[2J broken\n" + end),
            "keda.dump cannot be read to its end: no end; it said: pg_dump: \\x1b[2J broken");
  EXPECT_EQ(judge(began + file("9 100 - -") + end), "keda.dump cannot be read to its end: no reason given");
  EXPECT_EQ(judge("devstats-backup-1 file flux.dump 9 100 good -\n" + end), "there is no keda.dump");
  EXPECT_THAT(judge(began + file("9 100 good -")), HasSubstr("its report is not whole"));
}

TEST(JudgeTest, OthersAreGoodWhenTheyTellOfAllFiles) {
  EXPECT_TRUE(
      Judge(kListKind, {}, "Succeeded", "devstats-backup-1 begin 1\ndevstats-backup-1 end 0 0\n").ok());
  EXPECT_THAT(Judge(kListKind, {}, "Failed", "sh: stat: not found\n").message(),
              HasSubstr("it said: sh: stat: not found"));
}

class BackupWorkTest : public ::testing::Test {
 protected:
  BackupWorkTest() : db_(jobs::OpenJobs()), store_(db_.get(), &clock_) {}

  std::string Ended(const std::string& kind, const Json& options, const std::string& log,
                    jobs::JobState state = jobs::JobState::kSucceeded, const std::string& project = "") {
    const auto job =
        store_.Add({.environment = "test", .project = project, .kind = kind, .options = options});
    EXPECT_TRUE(job.ok()) << job.status();
    EXPECT_TRUE(store_.Intend(job->id, "n").ok());
    clock_.Advance(absl::Seconds(10));
    EXPECT_TRUE(store_.End(job->id, state, "m", log).ok());
    return job->id;
  }
  std::string Of(const std::string& file) {
    return absl::StrCat("devstats-backup-1 begin ", absl::ToUnixSeconds(clock_.Now()),
                        "\ndevstats-backup-1 file ", file, "\ndevstats-backup-1 end 1 0\n");
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  jobs::Store store_;
};

TEST_F(BackupWorkTest, TheNewestOfAllFilesCounts) {
  EXPECT_FALSE(NewestReport(&store_, "test")->has_value());
  const std::string list = Ended(kListKind, Json::object(), Of("a.dump 1 1 - -"));
  Ended(kListKind, Json::object(), "sh: killed\n", jobs::JobState::kFailed);
  Ended(kVerifyKind, {{"databases", "b"}}, Of("b.dump 1 1 good -"));
  EXPECT_EQ((*NewestReport(&store_, "test"))->job.id, list);
  const std::string verify = Ended(kVerifyKind, Json::object(), Of("a.dump 1 1 good -"));
  EXPECT_EQ((*NewestReport(&store_, "test"))->job.id, verify);
  EXPECT_FALSE(NewestReport(&store_, "prod")->has_value());
}

TEST_F(BackupWorkTest, OnlyReportsOfBackupsAreRead) {
  const std::string list = Ended(kListKind, Json::object(), Of("a.dump 1 1 - -"));
  EXPECT_TRUE(ReportOf(&store_, "test", list).ok());
  EXPECT_TRUE(absl::IsNotFound(ReportOf(&store_, "prod", list).status()));
  EXPECT_TRUE(absl::IsNotFound(ReportOf(&store_, "test", "job-9-aa").status()));
  EXPECT_TRUE(absl::IsNotFound(
      ReportOf(&store_, "test", Ended("vars", Json::object(), "", jobs::JobState::kSucceeded, "keda"))
          .status()));
  const std::string failed = Ended(kListKind, Json::object(), "", jobs::JobState::kFailed);
  EXPECT_EQ(ReportOf(&store_, "test", failed).status().message(),
            absl::StrCat("job ", failed, " is failed: m"));
}

TEST_F(BackupWorkTest, AgesAreThoseOfTheListAndOfWhatWasDumpedSince) {
  std::vector<spec::ProjectSpec> projects(3);
  projects[0].name = "kubernetes";
  projects[0].database = "gha";
  projects[1].name = projects[1].database = "keda";
  projects[2].name = projects[2].database = "flux";
  EXPECT_FALSE(AgesOf(&store_, "test", projects)->has_value());
  Ended(kBackupKind, {{"database", "flux"}}, "", jobs::JobState::kSucceeded, "flux");  // and removed since
  clock_.Advance(absl::Hours(1));
  const absl::Time listed = clock_.Now();
  Ended(kListKind, Json::object(), Of("gha.dump 1 1794000000 - -"));
  Ended(kBackupKind, {{"database", "keda"}}, "", jobs::JobState::kSucceeded, "keda");
  Ended(kBackupKind, {{"database", "flux"}}, "", jobs::JobState::kFailed, "flux");
  const auto ages = AgesOf(&store_, "test", projects);
  ASSERT_TRUE(ages.ok() && ages->has_value()) << ages.status();
  EXPECT_EQ((*ages)->listed, listed);
  EXPECT_THAT((*ages)->newest, ElementsAre(Pair("keda", clock_.Now() - absl::Seconds(10)),
                                           Pair("kubernetes", absl::FromUnixSeconds(1'794'000'000))));
}

TEST(IntervalTest, IsTheLongestOfFourYears) {
  const auto days = [](const char* schedule) {
    const absl::Duration interval = LongestInterval(schedule);
    return interval == absl::InfiniteDuration() ? -1 : interval / absl::Hours(24);
  };
  EXPECT_EQ(days("45 3 30 * *"), 60);  // from January's to March's in a leap year
  EXPECT_EQ(days("45 3 29 * *"), 59);
  EXPECT_EQ(days("45 2 10,20 * *"), 21);
  EXPECT_EQ(days("45 2 8,15,22,28 * *"), 11);
  EXPECT_EQ(days("45 2 * * 0,2,4,6"), 2);
  EXPECT_EQ(days("45 3 * * 1,3,5"), 3);
  EXPECT_EQ(days("45 3 * * 7"), 7);
  EXPECT_EQ(days("8 */6 * * *"), 1);
  EXPECT_EQ(days("0 0 1 */3 *"), 92);
  EXPECT_EQ(days("0 0 1 * 1"), 7);  // either
  EXPECT_EQ(days("0 0 1-5/2 * *"), 27);
  for (const char* none :
       {"", "@daily", "0 0 32 * *", "0 0 x * *", "0 0 5-1 * *", "0 0 * * MON", "0 0 31 2 *"})
    EXPECT_EQ(days(none), -1) << none;
}

}  // namespace
}  // namespace devstats::backups
