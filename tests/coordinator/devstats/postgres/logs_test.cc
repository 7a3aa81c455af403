#include "coordinator/devstats/postgres/logs.h"

#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::postgres {
namespace {

using State = SyncVerdict::State;

TEST(LogWords, MeanWhatTheImagesMean) {
  struct Case {
    const char* message;
    Meaning meaning;
    const char* of;
  } const cases[] = {
      {"Syncing #12 kubernetes", Meaning::kStarted, "kubernetes"},
      {"Synced kubernetes, took: 5m3s", Meaning::kSynced, "kubernetes"},
      {"Sync success", Meaning::kSynced, ""},
      {"Error result for kubernetes (took 1s): exit status 1 (took x): ", Meaning::kFailed, "kubernetes"},
      {"Missing provisioned flag on 'gha' database and check provisioned flag is set",
       Meaning::kNotProvisioned, "gha"},
      {"Running flag on 'gha' set, exiting", Meaning::kAlreadyRunning, "gha"},
      {"Running flag on 'gha' set, age 5m, maximum allowed age: 9h0m0s", Meaning::kOther, ""},
      {"Running flag on 'gha' expired, removing (this may be due to some error)", Meaning::kOther, ""},
      {"No 'gha' database, missing provisioning flag", Meaning::kNoDatabase, "gha"},
      {"Program 'calc_metric': timeout terminated after 60 seconds, will exit with 102 code",
       Meaning::kTimedOut, ""},
      {"Program 'calc_metric': timeout handler installed: exit 102 after 60 seconds", Meaning::kOther, ""},
      {"Synced all projects in: 5m3s", Meaning::kOther, ""},
      {"Synced , took: 1s", Meaning::kOther, ""},
      {"Syncing #", Meaning::kOther, ""},
      {"There were sync errors, took: 1s", Meaning::kOther, ""},
      {"", Meaning::kOther, ""},
  };
  for (const Case& c : cases) {
    const Said said = MeaningOf(c.message);
    EXPECT_EQ(said.meaning, c.meaning) << c.message;
    EXPECT_EQ(said.of, c.of) << c.message;
  }
}

SyncVerdict JudgeWords(const std::vector<std::pair<std::string, std::string>>& words) {
  std::vector<LogLine> lines;
  for (const auto& [project, message] : words) {
    lines.push_back({absl::FromUnixSeconds(static_cast<int64_t>(lines.size())), "x", project, message});
  }
  return Judge(lines, "kubernetes", "gha");
}

TEST(SyncVerdicts, AreTheLastThingSaidOfTheProject) {
  const std::string kStart = "Syncing #1 kubernetes",
                    kTimeout = "Program 'gha2db': timeout killed after 9 seconds, will";
  EXPECT_EQ(JudgeWords({}).state, State::kNone);
  EXPECT_EQ(JudgeWords({{"", kStart}}).state, State::kUnfinished);
  EXPECT_EQ(JudgeWords({{"", kStart}, {"", "Synced kubernetes, took: 1s"}}).state, State::kHealthy);
  EXPECT_EQ(JudgeWords({{"kubernetes", "Sync success"}}).state, State::kHealthy);
  EXPECT_EQ(JudgeWords({{"", "Synced kubernetes, took: 1s"}, {"", kStart}}).state, State::kUnfinished);
  EXPECT_EQ(JudgeWords({{"", "Missing provisioned flag on 'gha' database"}}).state, State::kBlocked);
  EXPECT_EQ(JudgeWords({{"", "Running flag on 'gha' set, exiting"}}).state, State::kBlocked);
  EXPECT_EQ(JudgeWords({{"kubernetes", kTimeout}}).state, State::kTimedOut);
  // A step that timed out need not be the end of it.
  EXPECT_EQ(JudgeWords({{"kubernetes", kTimeout}, {"", "Synced kubernetes, took: 1s"}}).state,
            State::kHealthy);
  const SyncVerdict failed =
      JudgeWords({{"kubernetes", kTimeout}, {"", "Error result for kubernetes (took 1s): exit 102"}});
  EXPECT_EQ(failed.state, State::kFailed);
  EXPECT_EQ(failed.at, absl::FromUnixSeconds(1));
  EXPECT_THAT(failed.message, ::testing::HasSubstr("(before: Program 'gha2db': timeout"));
}

TEST(SyncVerdicts, AreNotOfOtherProjectsOfLikeNames) {
  EXPECT_EQ(JudgeWords({{"", "Synced kubernetes-sigs, took: 1s"},
                        {"", "Error result for all (took 1s): kubernetes"},
                        {"other", "Sync success"},
                        {"", "Running flag on 'gha2' set, exiting"},
                        {"", "Missing provisioned flag on 'kubernetes' database"}})
                .state,
            State::kNone);
}

class LogsTest : public ::testing::Test {
 protected:
  LogsTest() : clock_(absl::FromUnixSeconds(1795867200)) {
    fake_.SetTime(clock_.Now() + absl::Hours(2));  // the server's wall is two hours to the east
    AddLogsDatabase(&fake_);
    AddProjectDatabase(&fake_, "gha");
  }
  void Say(absl::Duration ago, const std::string& program, const std::string& project,
           const std::string& message) {
    AddLog(&fake_, clock_.Now() + absl::Hours(2) - ago, program, project, message);
  }
  FixedClock clock_;
  FakePostgres fake_;
};

TEST_F(LogsTest, JudgeASyncSinceATime) {
  Say(absl::Minutes(50), "devstats", "", "Error result for kubernetes (took 1s): exit status 1");
  Say(absl::Minutes(40), "devstats", "", "Synced other, took: 1s");
  Say(absl::Minutes(20), "devstats", "", "Synced kubernetes, took: 1s");
  const auto verdict = [&](absl::Duration ago) {
    return JudgeSync(fake_, "kubernetes", "gha", clock_.Now() - ago, clock_);
  };
  ASSERT_TRUE(verdict(absl::Hours(1)).ok()) << verdict(absl::Hours(1)).status();
  EXPECT_EQ(verdict(absl::Hours(1))->state, State::kHealthy);
  EXPECT_EQ(verdict(absl::Hours(1))->at, clock_.Now() - absl::Minutes(20));
  EXPECT_EQ(verdict(absl::Minutes(10))->state, State::kNone);
  Say(absl::Minutes(5), "devstats", "", "Running flag on 'gha' set, exiting");
  Say(absl::Minutes(4), "gha2db_sync", "other", "Sync success");
  EXPECT_EQ(verdict(absl::Minutes(10))->state, State::kBlocked);
  EXPECT_EQ(JudgeSync(fake_, "kubernetes", "gha", absl::InfinitePast(), clock_)->state, State::kBlocked);
}

TEST_F(LogsTest, AreReadNewestOfAllButInOrder) {
  for (int i = 0; i < 5; ++i)
    Say(absl::Minutes(10 - i), "gha2db", i % 2 ? "a" : "b", absl::StrCat("line ", i));
  const auto messages = [&](const LogFilter& filter) {
    std::vector<std::string> out;
    const auto lines = ReadLog(fake_, filter, clock_);
    if (!lines.ok()) return std::vector<std::string>{lines.status().ToString()};
    for (const LogLine& line : *lines) out.push_back(line.message);
    return out;
  };
  EXPECT_THAT(messages({.most = 2}), ::testing::ElementsAre("line 3", "line 4"));
  EXPECT_THAT(messages({.project = "a"}), ::testing::ElementsAre("line 1", "line 3"));
  EXPECT_THAT(messages({.program = "devstats"}), ::testing::IsEmpty());
  EXPECT_THAT(messages({.since = clock_.Now() - absl::Minutes(7)}),
              ::testing::ElementsAre("line 3", "line 4"));
}

TEST_F(LogsTest, TellHowFreshDataIs) {
  const auto fresh = [&] { return ReadFreshness(fake_, "gha"); };
  ASSERT_TRUE(fresh().ok()) << fresh().status();
  EXPECT_EQ(fresh()->parsed, std::nullopt);
  fake_.Script("gha",
               "INSERT INTO public.gha_parsed VALUES ('2026-11-28 10:00:00'), ('2026-11-28 11:00:00')");
  fake_.Script("gha", "DROP TABLE public.sevents_h");
  EXPECT_EQ(fresh()->parsed, absl::FromUnixSeconds(1795863600));
  EXPECT_EQ(fresh()->events, std::nullopt);
  EXPECT_TRUE(absl::IsNotFound(ReadFreshness(fake_, "absent").status()));
}

}  // namespace
}  // namespace devstats::postgres
