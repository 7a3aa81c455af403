// Backups by call, without gRPC: which jobs are queued, what is told of their reports, and what may be
// removed.
#include "coordinator/service/backups.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_database.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Start = v1::StartBackupsRequest;

constexpr char kRead[] = R"(devstats-backup-1 begin 1795000000
devstats-backup-1 file gha.20260901T000000Z.dump 300 1788220800 good 2026-09-01T00:00:00
devstats-backup-1 file gha.dump 400 1794990000 good 2026-11-18T00:00:00
devstats-backup-1 file gha.tar.xz 5 1794990000 good -
devstats-backup-1 file gone.dump 7 1788220800 bad - input file is too short
devstats-backup-1 end 4 1
)";

class BackupsTest : public ::testing::Test {
 protected:
  BackupsTest() : db_(jobs::OpenJobs()), store_(db_.get(), &clock_) {
    live_.environment.name = "test";
    const std::pair<const char*, const char*> known[] = {
        {"kubernetes", "gha"}, {"keda", "keda"}, {"rkt", "rkt"}};
    for (const auto& [name, database] : known) {
      spec::ProjectSpec project;
      project.name = name;
      project.database = database;
      live_.projects.push_back(project);
    }
    live_.projects[2].state = spec::ProjectSpec::State::kArchived;
  }

  static Start Wanted(Start::Action action, const std::vector<std::string>& names = {}) {
    Start request;
    request.set_environment("test");
    request.set_action(action);
    for (const std::string& name : names) request.add_names(name);
    return request;
  }
  std::vector<std::string> Queued(const Start& request) {
    const auto list = backups_.DoStartBackups(request, "ann");
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<std::string> out;
    for (const v1::Job& job : list->jobs())
      out.push_back(absl::StrCat(job.kind(), " ", job.project(), " ", store_.Get(job.id())->options.dump()));
    return out;
  }
  // The one job that it queues, with this report.
  std::string Done(const Start& request, const std::string& log) {
    const std::string id = backups_.DoStartBackups(request, "ann")->jobs(0).id();
    EXPECT_TRUE(store_.Intend(id, "n").ok());
    EXPECT_TRUE(store_.End(id, jobs::JobState::kSucceeded, "", log).ok());
    EXPECT_TRUE(store_.Cleaned(id).ok());
    return id;
  }
  v1::PlanPruneRequest Keep(const std::string& job, uint32_t days) {
    v1::PlanPruneRequest keep;
    keep.set_environment("test");
    keep.set_job(job);
    keep.set_keep_days(days);
    return keep;
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'100)};
  std::unique_ptr<Database> db_;
  jobs::Store store_;
  domain::LiveEnvironment live_;
  Backups backups_{
      {.environment = [this](const std::string& name) -> absl::StatusOr<domain::LiveEnvironment> {
         if (name != "test") return absl::NotFoundError("there is no environment " + name);
         return live_;
       },
       .store = &store_,
       .clock = &clock_}};
};

TEST_F(BackupsTest, ARunIsAJobForEachActiveProject) {
  EXPECT_THAT(Queued(Wanted(Start::RUN)),
              ElementsAre(R"(backup kubernetes {"database":"gha"})", R"(backup keda {"database":"keda"})"));
  Start some = Wanted(Start::RUN, {"r*"});
  some.set_keep_previous(true);
  some.set_skip_events(true);
  EXPECT_THAT(Queued(some),
              ElementsAre(R"(backup rkt {"database":"rkt","keep-previous":true,"skip-events":true})"));
  EXPECT_TRUE(absl::IsNotFound(backups_.DoStartBackups(Wanted(Start::RUN, {"ked"}), "ann").status()));
  EXPECT_EQ(store_.Open()->size(), 3u);
  // Asked for again before they have begun, they are the same ones.
  EXPECT_EQ(Queued(Wanted(Start::RUN)).size(), 2u);
  EXPECT_EQ(store_.Open()->size(), 3u);
}

TEST_F(BackupsTest, ListAndVerifyAreOneJobOfTheEnvironment) {
  EXPECT_THAT(Queued(Wanted(Start::LIST)), ElementsAre("backup-list  {}"));
  EXPECT_THAT(Queued(Wanted(Start::VERIFY)), ElementsAre("backup-verify  {}"));
  Start some = Wanted(Start::VERIFY, {"k*"});
  some.set_whole(true);
  EXPECT_THAT(Queued(some), ElementsAre(R"(backup-verify  {"databases":"gha,keda","whole":true})"));
  EXPECT_TRUE(absl::IsInvalidArgument(backups_.DoStartBackups(Wanted(Start::UNKNOWN), "ann").status()));
  Start elsewhere = Wanted(Start::LIST);
  elsewhere.set_environment("prod");
  EXPECT_TRUE(absl::IsNotFound(backups_.DoStartBackups(elsewhere, "ann").status()));
  elsewhere.set_environment("../x");
  EXPECT_EQ(Backups::Target(elsewhere), "(not a name)");
  EXPECT_EQ(Backups::Target(some), "VERIFY test");
}

TEST_F(BackupsTest, TellsTheNewestListByProject) {
  v1::ListBackupsRequest request;
  request.set_environment("test");
  const absl::Status never = backups_.DoListBackups(request).status();
  EXPECT_EQ(HintOf(never), "devstatsctl backup list -e test");
  const std::string job = Done(Wanted(Start::VERIFY), kRead);
  auto list = backups_.DoListBackups(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->job(), job);
  EXPECT_EQ(list->kind(), "backup-verify");
  EXPECT_EQ(list->time_ms(), 1'795'000'000'000);
  ASSERT_EQ(list->rows_size(), 4);
  EXPECT_EQ(list->rows(0).project(), "kubernetes");
  ASSERT_EQ(list->rows(0).dumps_size(), 2);
  EXPECT_EQ(list->rows(0).dumps(0).name(), "gha.dump");
  EXPECT_EQ(list->rows(0).events().bytes(), 5u);
  EXPECT_EQ(list->rows(2).project_state(), "archived");
  EXPECT_EQ(list->rows(3).database(), "gone");
  EXPECT_EQ(list->rows(3).dumps(0).reason(), "input file is too short");
  EXPECT_THAT(list->missing(), ElementsAre("keda"));
  EXPECT_EQ(list->bad(), 1u);
  EXPECT_EQ(list->strange(), 1u);
  request.set_job(Done(Wanted(Start::VERIFY, {"kubernetes"}), kRead));
  list = backups_.DoListBackups(request);
  EXPECT_EQ(list->rows_size(), 2) << "of what it has read";
  EXPECT_EQ(list->missing_size(), 0);
  request.set_job("job; rm");
  EXPECT_TRUE(absl::IsInvalidArgument(backups_.DoListBackups(request).status()));
}

TEST_F(BackupsTest, PruneRemovesWhatWasShownAndConfirmed) {
  Start prune = Wanted(Start::PRUNE);
  *prune.mutable_prune() = Keep(Done(Wanted(Start::VERIFY), kRead), 30);
  const auto plan = backups_.DoPlanPrune(prune.prune());
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->files_size(), 2);
  EXPECT_EQ(plan->files(0).name(), "gha.20260901T000000Z.dump");
  EXPECT_EQ(plan->files(0).project(), "kubernetes");
  EXPECT_EQ(plan->files(1).name(), "gone.dump");
  EXPECT_EQ(plan->bytes(), 307u);
  EXPECT_EQ(plan->kept(), 2u);

  const auto refused = [&] { return std::string(backups_.DoStartBackups(prune, "ann").status().message()); };
  EXPECT_THAT(refused(), HasSubstr("no longer what was shown"));
  prune.set_digest(plan->digest());
  EXPECT_EQ(refused(), "this removes 2 files; it was not confirmed");
  prune.set_confirm("prod");
  EXPECT_EQ(refused(), "this removes 2 files; it was not confirmed");
  prune.set_confirm("test");
  prune.mutable_prune()->set_keep_days(31);
  EXPECT_TRUE(backups_.DoStartBackups(prune, "ann").ok()) << "the same files: the same plan";
  EXPECT_EQ(store_.List({.kind = "backup-prune"})->front().options,
            Json({{"files", "gha.20260901T000000Z.dump:300:1788220800,gone.dump:7:1788220800"}}));
  live_.projects.clear();
  prune.mutable_prune()->set_orphans(true);
  prune.mutable_prune()->set_keep_days(1);
  EXPECT_TRUE(backups_.DoPlanPrune(prune.prune()).ok());
}

TEST_F(BackupsTest, PruneGoesByAReportOfAllFilesThatWereRead) {
  const auto refused = [&](const std::string& job) {
    return std::string(backups_.DoPlanPrune(Keep(job, 30)).status().message());
  };
  EXPECT_THAT(refused(Done(Wanted(Start::LIST), kRead)), HasSubstr("which are good is not known"));
  EXPECT_THAT(refused(Done(Wanted(Start::VERIFY, {"keda"}), kRead)),
              HasSubstr("which are good is not known"));
  const std::string all = Done(Wanted(Start::VERIFY), kRead);
  EXPECT_TRUE(absl::IsInvalidArgument(backups_.DoPlanPrune(Keep(all, 0)).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(backups_.DoPlanPrune(Keep(all, 4'000'000'000)).status()));
  EXPECT_TRUE(absl::IsNotFound(backups_.DoPlanPrune(Keep("job-99-aa", 1)).status()));
  Start nothing = Wanted(Start::PRUNE);
  *nothing.mutable_prune() = Keep(all, 3000);
  EXPECT_EQ(backups_.DoStartBackups(nothing, "ann").status().message(), "nothing is to be removed");
}

}  // namespace
}  // namespace devstats::coordinator
