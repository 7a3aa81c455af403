// devstatsctl backup: what is asked for, in which order, and how it is shown.
#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Start = v1::StartBackupsRequest;

constexpr int64_t kNowMs = 1'795'000'000'000, kHourMs = 3'600'000;

v1::BackupFile BackupOf(const std::string& name, const std::string& project, uint64_t bytes, int64_t hours,
                        const std::string& state = "") {
  v1::BackupFile file;
  file.set_name(name);
  file.set_project(project);
  file.set_bytes(bytes);
  file.set_modified_ms(kNowMs - hours * kHourMs);
  file.set_state(state);
  return file;
}

v1::BackupList Listed() {
  v1::BackupList list;
  list.set_environment("test");
  list.set_job("job-7-aa");
  list.set_time_ms(kNowMs);
  v1::BackupRow* gha = list.add_rows();
  gha->set_project("kubernetes");
  gha->set_project_state("active");
  gha->set_database("gha");
  *gha->add_dumps() = BackupOf("gha.dump", "kubernetes", 210'000'000'000, 30, "good");
  *gha->add_dumps() = BackupOf("gha.20261001T000000Z.dump", "kubernetes", 4096, 1000, "bad");
  gha->mutable_dumps(1)->set_reason("too\x1b short");
  *gha->mutable_events() = BackupOf("gha.tar.xz", "kubernetes", 77, 2, "good");
  list.add_rows()->set_project("keda");
  list.add_missing("keda");
  v1::BackupRow* gone = list.add_rows();
  gone->set_database("gone");
  *gone->add_dumps() = BackupOf("gone.dump", "", 9, 900, "good");
  list.set_bad(1);
  list.set_strange(2);
  return list;
}

class BackupCommandTest : public ::testing::Test {
 protected:
  BackupCommandTest() {
    fake_.on_start_backups = [this](const Start& request) -> absl::StatusOr<v1::JobList> {
      started_.push_back(request);
      v1::JobList list;
      list.add_jobs()->set_id(absl::StrCat("job-", started_.size(), "-aa"));
      return list;
    };
    fake_.on_get_job = [this](const v1::JobRequest& request) -> absl::StatusOr<v1::Job> {
      v1::Job job;
      job.set_id(request.id());
      job.set_kind("backup-list");
      job.set_project("keda");
      job.set_state(state_);
      job.set_message("no space left");
      return job;
    };
    fake_.on_list_backups = [this](const v1::ListBackupsRequest& request) -> absl::StatusOr<v1::BackupList> {
      asked_ = request;
      return list_;
    };
    fake_.on_plan_prune = [this](const v1::PlanPruneRequest& request) -> absl::StatusOr<v1::PrunePlan> {
      planned_ = request;
      return plan_;
    };
    fake_.job_log = {"dumping", "devstats-backup-1 begin 1"};
  }
  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.begin(), {"--socket", fake_.socket(), "backup"});
    return Invoke(std::move(args), how);
  }
  FakeCoordinator fake_;
  std::vector<Start> started_;
  v1::ListBackupsRequest asked_;
  v1::PlanPruneRequest planned_;
  v1::BackupList list_ = Listed();
  v1::PrunePlan plan_;
  std::string state_ = "succeeded";
};

TEST_F(BackupCommandTest, ListMakesAListAndShowsItByProject) {
  Outcome outcome = Ctl({"list", "-e", "test"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(started_.size(), 1u);
  EXPECT_EQ(started_[0].action(), Start::LIST);
  EXPECT_EQ(asked_.job(), "job-1-aa");
  EXPECT_THAT(outcome.out, HasSubstr("PROJECT     DATABASE  DUMP"));
  EXPECT_THAT(outcome.out, HasSubstr("1d6h"));
  EXPECT_THAT(outcome.out, HasSubstr("(none)      gone"));
  EXPECT_THAT(outcome.out, HasSubstr("1 active project without a dump: keda\n"));
  EXPECT_THAT(outcome.out, HasSubstr("besides, 2 files whose name no backup has\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("20261001")));
  EXPECT_THAT(outcome.err, HasSubstr("dumping\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("devstats-backup-1")));
  EXPECT_THAT(outcome.err, HasSubstr(", by job-7-aa\n"));
  EXPECT_THAT(Ctl({"list", "-e", "test", "-o", "wide"}).out, HasSubstr("gha.20261001T000000Z.dump"));
}

TEST_F(BackupCommandTest, ACachedListStartsNothing) {
  const Outcome outcome = Ctl({"list", "-e", "test", "--cached", "-o", "json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(started_, IsEmpty());
  EXPECT_EQ(asked_.job(), "");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ((*ParseJson(outcome.out))["rows"].size(), 3u);
}

TEST_F(BackupCommandTest, WhoMayNotMakeAListIsToldOfTheCachedOne) {
  fake_.on_start_backups = [](const Start&) -> absl::StatusOr<v1::JobList> {
    return absl::PermissionDeniedError("this needs an operator");
  };
  EXPECT_THAT(Ctl({"list", "-e", "test"}).err, HasSubstr("hint: --cached"));
}

TEST_F(BackupCommandTest, AListThatFailsSaysWhere) {
  state_ = "failed";
  const Outcome outcome = Ctl({"list", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(
      outcome.err,
      HasSubstr("job job-1-aa (backup-list) failed: no space left\nhint: devstatsctl job logs job-1-aa\n"));
}

TEST_F(BackupCommandTest, ARestartOfTheCoordinatorIsBorne) {
  fake_.job_logs_cut = 1;
  fake_.on_get_job = [looks = 0, ended = fake_.on_get_job](const v1::JobRequest& request) mutable {
    absl::StatusOr<v1::Job> job = ended(request);
    if (looks++ == 0) job->set_state("running");
    return job;
  };
  const Outcome outcome = Ctl({"run", "-e", "test", "--wait"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("succeeded"));
  EXPECT_EQ(fake_.job_logs_cut, -1) << "it was asked again";
}

TEST_F(BackupCommandTest, RunQueuesAndMayWait) {
  Outcome outcome = Ctl({"run", "-e", "test", "keda", "k*", "--keep-previous", "--skip-events"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(started_[0].names(), ElementsAre("keda", "k*"));
  EXPECT_TRUE(started_[0].keep_previous() && started_[0].skip_events());
  EXPECT_THAT(outcome.out, HasSubstr("job-1-aa"));
  EXPECT_EQ(Ctl({"run", "-e", "test", "--wait"}).code, 0);
  state_ = "failed";
  outcome = Ctl({"run", "-e", "test", "--wait"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("dumping\njob-3-aa backup-list keda: failed: no space left\n"));
}

TEST_F(BackupCommandTest, VerifyFailsWhenOneIsBroken) {
  Outcome outcome = Ctl({"verify", "-e", "test", "--whole"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(started_[0].whole());
  EXPECT_THAT(outcome.out, HasSubstr("too\\x1b short"));
  EXPECT_THAT(outcome.out, HasSubstr("4 files, 1 bad\n"));
  list_.set_bad(0);
  EXPECT_EQ(Ctl({"verify", "-e", "test"}).code, 0);
}

TEST_F(BackupCommandTest, PruneShowsFirstAndAsksForTheName) {
  *plan_.add_files() = BackupOf("gone.dump", "", 9, 900, "good");
  plan_.set_bytes(9);
  plan_.set_kept(3);
  plan_.set_digest("d1");
  list_.clear_rows();
  *list_.add_outcomes() = BackupOf("gone.dump", "", 9, 0);
  list_.mutable_outcomes(0)->set_removed(true);
  EXPECT_THAT(Ctl({"prune", "-e", "test"}).err, HasSubstr("--keep-days or --keep-last"));
  EXPECT_THAT(started_, IsEmpty());

  Outcome outcome = Ctl({"prune", "-e", "test", "--keep-days", "30", "--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 file, 9 B to remove; 3 stay\n"));
  EXPECT_EQ(started_.size(), 1u);
  EXPECT_EQ(started_[0].action(), Start::VERIFY);
  EXPECT_EQ(planned_.keep_days(), 30u);
  EXPECT_EQ(planned_.job(), "job-1-aa");

  outcome = Ctl({"prune", "-e", "test", "--keep-last", "2"});
  EXPECT_THAT(outcome.err, HasSubstr("gone.dump"));
  EXPECT_THAT(outcome.err, HasSubstr("hint: --confirm test"));
  outcome = Ctl({"prune", "-e", "test", "--keep-last", "2"}, {.input = "yes\n", .terminal = true});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("nothing was removed"));
  for (const Start& request : started_) EXPECT_EQ(request.action(), Start::VERIFY);

  outcome = Ctl({"prune", "-e", "test", "--keep-last", "2"}, {.input = "test\n", .terminal = true});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(started_.back().action(), Start::PRUNE);
  EXPECT_EQ(started_.back().confirm(), "test");
  EXPECT_EQ(started_.back().digest(), "d1");
  EXPECT_EQ(started_.back().prune().keep_last(), 2u);
  EXPECT_THAT(outcome.out, HasSubstr("removed"));

  list_.mutable_outcomes(0)->set_removed(false);
  list_.mutable_outcomes(0)->set_reason("it has changed");
  outcome = Ctl({"prune", "-e", "test", "--keep-last", "2", "--orphans", "--confirm", "test"});
  EXPECT_EQ(outcome.code, 1) << "something was left";
  EXPECT_TRUE(planned_.orphans());
  EXPECT_THAT(outcome.out, HasSubstr("it has changed"));
}

TEST_F(BackupCommandTest, PruneWithNothingToRemoveAsksNothing) {
  plan_.set_kept(4);
  const Outcome outcome = Ctl({"prune", "-e", "test", "--keep-days", "30"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "nothing to remove; 4 files stay\n");
  EXPECT_EQ(started_.size(), 1u);
}

}  // namespace
}  // namespace devstats::ctl
