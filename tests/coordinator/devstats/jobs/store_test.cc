// Jobs as kept: what may follow what, limits, and that a new process finds all of it.
#include "coordinator/devstats/jobs/store.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/devstats/jobs/job_database.h"

namespace devstats::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : db_(OpenJobs(folder_ / "db")), store_(db_.get(), &clock_) {}
  Job Add(const std::string& project, Json options = Json::object()) {
    auto job = store_.Add({.environment = "test",
                           .project = project,
                           .kind = "vars",
                           .options = std::move(options),
                           .actor = "ann"});
    EXPECT_TRUE(job.ok()) << job.status();
    return *job;
  }
  std::vector<std::string> Projects(const Filter& filter) {
    std::vector<std::string> out;
    const auto list = store_.List(filter);
    for (const Job& job : *list) out.push_back(job.project);
    return out;
  }

  TempDir folder_;
  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  Store store_;
};

TEST_F(StoreTest, WhoeverCarriesJobsOutIsTold) {
  int woken = 0;
  store_.SetWaker([&] { ++woken; });
  const Job job = Add("p");
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(store_.Add({.environment = "test", .project = "p", .kind = "vars", .actor = "ann"}).ok());
  EXPECT_EQ(woken, 1) << "the same is queued already";
  ASSERT_TRUE(store_.Cancel(job.id, "ann").ok());
  ASSERT_TRUE(store_.Retry(job.id, "ann").ok());
  EXPECT_EQ(woken, 3);
  store_.SetWaker(nullptr);
  Add("q");
  EXPECT_EQ(woken, 3);
}

TEST_F(StoreTest, KeepsAllOfAJobAcrossARestart) {
  const Job added = *store_.Add({.environment = "prod",
                                 .project = "all",
                                 .kind = "reinit",
                                 .options = {{"cpus", 8}},
                                 .actor = "ann",
                                 .weight = 40});
  EXPECT_THAT(added.id, StartsWith("job-1-"));
  ASSERT_TRUE(store_.Intend(added.id, "devstats-prod", "2026-11-18 09:00").ok());
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(store_.Doubt(added.id).ok());
  ASSERT_TRUE(store_.Created(added.id, "uid-7").ok());
  ASSERT_TRUE(store_.Cancel(added.id, "bob").ok());
  db_.reset();
  db_ = OpenJobs(folder_ / "db");
  const Job job = *Store(db_.get(), &clock_).Get(added.id);
  EXPECT_EQ(job.environment + job.project + job.kind + job.actor, "prodallreinitann");
  EXPECT_EQ(job.options, Json({{"cpus", 8}}));
  EXPECT_EQ(job.weight, 40);
  EXPECT_EQ(job.state, JobState::kRunning);
  EXPECT_EQ(job.namespace_, "devstats-prod");
  EXPECT_EQ(job.before, "2026-11-18 09:00");
  EXPECT_EQ(job.pod_uid, "uid-7");
  EXPECT_TRUE(job.pod);
  EXPECT_EQ(job.doubted, clock_.Now());
  EXPECT_EQ(job.started, clock_.Now() - absl::Seconds(1));
  EXPECT_EQ(job.cancelled_by, "bob");
  EXPECT_EQ(job.ended, absl::InfinitePast());
}

TEST_F(StoreTest, AStepIsTakenOnlyFromTheStateBefore) {
  const std::string id = Add("p").id;
  const auto refused = [](const absl::Status& status) { return absl::IsFailedPrecondition(status); };
  EXPECT_TRUE(refused(store_.Created(id, "u")));
  EXPECT_TRUE(refused(store_.Doubt(id)));
  EXPECT_TRUE(refused(store_.Cleaned(id)));
  ASSERT_TRUE(store_.Intend(id, "n").ok());
  EXPECT_EQ(store_.Intend(id, "n").message(), absl::StrCat("job ", id, ": start: it is running"));
  EXPECT_EQ(store_.End(id, JobState::kRunning, "", "").code(), absl::StatusCode::kInternal);
  ASSERT_TRUE(store_.End(id, JobState::kFailed, "no row", "last words\n").ok());
  EXPECT_TRUE(refused(store_.End(id, JobState::kSucceeded, "", "")));
  EXPECT_TRUE(refused(store_.Note(id, "x")));
  EXPECT_TRUE(refused(store_.Cancel(id, "ann").status()));
  EXPECT_EQ(*store_.Log(id), "last words\n");
  EXPECT_EQ(store_.Open()->size(), 1u) << "its pod may be there";
  ASSERT_TRUE(store_.Cleaned(id).ok());
  EXPECT_TRUE(store_.Open()->empty());
  EXPECT_TRUE(absl::IsNotFound(store_.Note("job-9-x", "x")));
}

TEST_F(StoreTest, CancelsAQueuedJobAtOnce) {
  const std::string id = Add("p").id;
  const Job job = *store_.Cancel(id, "bob");
  EXPECT_EQ(job.state, JobState::kCancelled);
  EXPECT_EQ(job.message, "cancelled by bob before it started");
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Intend(id, "n")));
  EXPECT_TRUE(absl::IsNotFound(store_.Cancel("job-9-x", "bob").status()));
}

TEST_F(StoreTest, ARetryNamesTheOldOneAndIsMadeOnce) {
  const Job old = Add("p", {{"cpus", 8}});
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Retry(old.id, "bob").status()));
  ASSERT_TRUE(store_.Cancel(old.id, "ann").ok());
  const Job job = *store_.Retry(old.id, "bob");
  EXPECT_EQ(job.retry_of, old.id);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_EQ(job.actor, "bob");
  EXPECT_EQ(job.options, old.options);
  EXPECT_NE(job.id, old.id);
  EXPECT_EQ(store_.Retry(old.id, "bob").status().message(),
            absl::StrCat("job ", old.id, " is retried by ", job.id, ", which is queued"));
  ASSERT_TRUE(store_.Cancel(job.id, "ann").ok());
  EXPECT_EQ(store_.Retry(job.id, "bob")->attempt, 3);
}

TEST_F(StoreTest, KeepsWhatAJobComesAfter) {
  const std::string first = Add("p").id;
  const Job job = *store_.Add({.environment = "test", .project = "p", .kind = "restore", .after = first});
  EXPECT_EQ(store_.Get(job.id)->after, first);
  const auto after = [&](const std::string& id, const std::string& environment) {
    return store_.Add({.environment = environment, .project = "q", .kind = "restore", .after = id}).status();
  };
  EXPECT_TRUE(absl::IsNotFound(after("job-9-x", "test")));
  EXPECT_TRUE(absl::IsInvalidArgument(after(first, "prod")));
  ASSERT_TRUE(store_.Cancel(first, "ann").ok());
  EXPECT_EQ(after(first, "test").message(),
            absl::StrCat("job ", first, ", which must have succeeded before, was cancelled"));
  EXPECT_EQ(HintOf(after(first, "test")), "devstatsctl job retry " + first);
}

TEST_F(StoreTest, ARetryComesAfterTheRetryOfWhatItCameAfter) {
  const std::string first = Add("p").id;
  const std::string second =
      store_.Add({.environment = "test", .project = "p", .kind = "restore", .after = first})->id;
  ASSERT_TRUE(store_.Cancel(first, "ann").ok());
  ASSERT_TRUE(store_.Cancel(second, "ann").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Retry(second, "ann").status())) << "its backup failed";
  const std::string again = store_.Retry(first, "ann")->id;
  EXPECT_EQ(store_.Retry(second, "ann")->after, again);
}

TEST_F(StoreTest, ADatabaseOfBeforeIsBroughtUpToDate) {
  auto old = *Database::Open(folder_ / "old", {Store::Schema()});
  ASSERT_TRUE(old->Run("INSERT INTO jobs (id, environment, project, kind, options, actor, weight, state, "
                       "attempt, retry_of, queued) VALUES ('j', 'e', 'p', 'vars', '{}', 'a', 0, 'queued', 1, "
                       "'', 1)")
                  .ok());
  old.reset();
  old = OpenJobs(folder_ / "old");
  EXPECT_EQ(Store(old.get(), &clock_).Get("j")->after, "");
}

TEST_F(StoreTest, RefusesTheSameTwiceAndWhatIsTooLarge) {
  const std::string id = Add("p", {{"a", 1}}).id;
  const absl::Status same =
      store_.Add({.environment = "test", .project = "p", .kind = "vars", .options = {{"a", 1}}}).status();
  EXPECT_TRUE(absl::IsAlreadyExists(same));
  EXPECT_THAT(same.message(), HasSubstr(id));
  EXPECT_EQ(HintOf(same), "devstatsctl job show " + id);
  ASSERT_TRUE(store_.Intend(id, "n").ok());
  Add("p", {{"a", 1}});  // while the first runs
  EXPECT_TRUE(absl::IsInvalidArgument(
      store_.Add({.environment = "test", .kind = "vars", .options = {{"a", std::string(kMaxOptions, 'x')}}})
          .status()));
  ASSERT_TRUE(
      db_->Run("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 10000) INSERT INTO jobs "
               "(id, environment, project, kind, options, actor, weight, state, attempt, retry_of, queued) "
               "SELECT 'j' || i, 'e', 'p' || i, 'k', '{}', 'a', 0, 'queued', 1, '', 1 FROM c")
          .ok());
  EXPECT_TRUE(absl::IsResourceExhausted(store_.Add({.environment = "test", .kind = "vars"}).status()));
}

TEST_F(StoreTest, ForgetsTheOldestOfThoseThatEndedAndNoOther) {
  const std::string running = Add("runs").id, left = Add("left").id;
  Add("waits");
  ASSERT_TRUE(store_.Intend(running, "n").ok());
  ASSERT_TRUE(store_.Intend(left, "n").ok());
  ASSERT_TRUE(store_.End(left, JobState::kFailed, "", "").ok());  // its pod is not cleaned up yet
  ASSERT_TRUE(
      db_->Run("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 1500) INSERT INTO jobs "
               "(id, environment, project, kind, options, actor, weight, state, attempt, retry_of, queued, "
               "ended) "
               "SELECT 'j' || i, 'e', 'p', 'k', '{}', 'a', 0, 'failed', 1, '', 1, i FROM c")
          .ok());
  ASSERT_TRUE(db_->Run("UPDATE jobs SET after_job = 'j1' WHERE project = 'waits'").ok());
  Add("new");
  EXPECT_TRUE(store_.Get(running).ok());
  EXPECT_TRUE(store_.Get("j1").ok()) << "one that is queued comes after it";
  EXPECT_TRUE(store_.Get(left).ok());
  EXPECT_TRUE(absl::IsNotFound(store_.Get("j2").status()));
  EXPECT_TRUE(absl::IsNotFound(store_.Get("j501").status()));
  EXPECT_TRUE(store_.Get("j502").ok()) << "999 of them, and the one with a pod";
  EXPECT_TRUE(store_.Get("j1500").ok());
}

TEST_F(StoreTest, ListsByWhatIsAskedFor) {
  const std::string a = Add("a").id;
  Add("b");
  ASSERT_TRUE(store_.Add({.environment = "prod", .project = "c", .kind = "tags"}).ok());
  ASSERT_TRUE(store_.Intend(a, "n").ok());
  EXPECT_THAT(Projects({}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(Projects({.limit = 1}), ElementsAre("c"));
  EXPECT_THAT(Projects({.environment = "test"}), ElementsAre("b", "a"));
  EXPECT_THAT(Projects({.project = "b"}), ElementsAre("b"));
  EXPECT_THAT(Projects({.kind = "tags"}), ElementsAre("c"));
  EXPECT_THAT(Projects({.states = {JobState::kRunning}}), ElementsAre("a"));
  EXPECT_THAT(Projects({.environment = "test", .states = {JobState::kQueued, JobState::kFailed}}),
              ElementsAre("b"));
  EXPECT_THAT(Projects({.project = "' OR 1=1 --"}), ElementsAre());
}

TEST_F(StoreTest, KeepsTheEndOfALongLog) {
  const std::string id = Add("p").id;
  ASSERT_TRUE(store_.Intend(id, "n").ok());
  ASSERT_TRUE(store_.End(id, JobState::kFailed, "", std::string(kMaxReportLog, 'a') + "end").ok());
  const std::string log = *store_.Log(id);
  EXPECT_EQ(log.size(), kMaxReportLog);
  EXPECT_THAT(log, ::testing::EndsWith("aend"));
  EXPECT_TRUE(absl::IsNotFound(store_.Log("job-9-x").status()));
}

TEST(JobStateTest, ReadsItsOwnNames) {
  for (const JobState state :
       {JobState::kQueued, JobState::kRunning, JobState::kSucceeded, JobState::kFailed, JobState::kCancelled})
    EXPECT_EQ(*JobStateOf(NameOf(state)), state);
  EXPECT_EQ(HintOf(JobStateOf("qeued").status()), "did you mean \"queued\"?");
}

}  // namespace
}  // namespace devstats::jobs
