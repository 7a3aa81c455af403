// devstatsctl project provision, restore, reinit, sync, logs: which jobs are asked for, what is confirmed,
// how it ends.
#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProjectJobTest : public ::testing::Test {
 protected:
  ProjectJobTest() {
    fake_.on_list_projects =
        [this](const v1::ListProjectsRequest& request) -> absl::StatusOr<v1::ProjectList> {
      selection_ = request;
      v1::ProjectList list;
      for (const std::string& name : projects_) {
        v1::Project* project = list.add_projects();
        project->set_name(name);
        project->set_database(name + "db");
      }
      return list;
    };
    fake_.on_create_job = [this](const v1::CreateJobRequest& request) -> absl::StatusOr<v1::Job> {
      if (request.project() == refused_) return absl::AlreadyExistsError("the same is queued already");
      created_.push_back(request);
      v1::Job job;
      job.set_id(absl::StrCat("job-", created_.size(), "-aa"));
      job.set_kind(request.kind());
      job.set_project(request.project());
      job.set_state("queued");
      job.set_after(after_);
      return job;
    };
    fake_.on_get_job = [this](const v1::JobRequest& request) -> absl::StatusOr<v1::Job> {
      v1::Job job;
      job.set_id(request.id());
      job.set_kind("sync");
      job.set_project("keda");
      job.set_state(request.id() == failing_ ? "failed" : "succeeded");
      if (request.id() == failing_) job.set_message("the sync is failed");
      return job;
    };
  }
  Outcome Ctl(std::vector<std::string> args, const std::string& input = "", bool terminal = false) {
    args.insert(args.begin(), {"--socket", fake_.socket(), "project"});
    return Invoke(std::move(args), {.input = input, .terminal = terminal});
  }
  FakeCoordinator fake_;
  std::vector<std::string> projects_ = {"keda"};
  std::string refused_, after_, failing_;
  v1::ListProjectsRequest selection_;
  std::vector<v1::CreateJobRequest> created_;
};

TEST_F(ProjectJobTest, QueuesAJobForEachThatFits) {
  projects_ = {"keda", "kubernetes"};
  const Outcome outcome = Ctl({"provision", "k*", "-e", "test", "--state", "active", "--since", "2026-08-01",
                               "--cpus", "8", "--skip-add-all", "--giant", "wait"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "job-1-aa\njob-2-aa\n");
  EXPECT_THAT(selection_.names(), ElementsAre("k*"));
  EXPECT_THAT(selection_.states(), ElementsAre("active"));
  EXPECT_EQ(selection_.environment() + selection_.since(), "test2026-08-01");
  ASSERT_EQ(created_.size(), 2u);
  EXPECT_EQ(created_[1].environment() + " " + created_[1].project() + " " + created_[1].kind(),
            "test kubernetes provision");
  EXPECT_EQ(created_[1].options().at("cpus"), "8");
  EXPECT_EQ(created_[1].options().at("skip-add-all"), "true");
  EXPECT_EQ(created_[1].options().at("giant"), "wait");
}

TEST_F(ProjectJobTest, NoProjectIsNotAllProjects) {
  const Outcome outcome = Ctl({"reinit", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("no project is named"));
  projects_ = {};
  EXPECT_THAT(Ctl({"reinit", "-e", "test", "--since", "2030-01-01"}).err, HasSubstr("no project fits"));
  EXPECT_TRUE(created_.empty());
}

TEST_F(ProjectJobTest, WhatDestroysAsksForEachNameBeforeAnythingIsQueued) {
  projects_ = {"keda", "kubernetes"};
  Outcome outcome = Ctl({"restore", "k*", "-e", "test", "--confirm", "keda"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(
      outcome.err,
      HasSubstr("This restore of keda in test (database kedadb) replaces its database by a dump, after "
                "a backup of what is there."));
  EXPECT_THAT(outcome.err, HasSubstr("--confirm kubernetes if that is what you mean"));
  EXPECT_TRUE(created_.empty());
  outcome = Ctl({"restore", "k*", "-e", "test", "--confirm", "keda"}, "keda\n", true);
  EXPECT_THAT(outcome.err, HasSubstr("nothing was done"));
  EXPECT_TRUE(created_.empty());
  after_ = "job-9-bb";
  outcome = Ctl({"restore", "k*", "-e", "test", "--confirm", "keda"}, "kubernetes\n", true);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(created_.size(), 2u);
  EXPECT_EQ(created_[1].confirm(), "kubernetes");
  EXPECT_FALSE(created_[1].no_backup());
  EXPECT_THAT(outcome.err, HasSubstr("job-9-bb comes before it: a backup"));
}

TEST_F(ProjectJobTest, ABackupIsLeftOutOnlyWhenToldTo) {
  const Outcome outcome = Ctl({"restore", "keda", "-e", "test", "--no-backup", "--confirm", "keda"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("by a dump, without a backup before."));
  EXPECT_TRUE(created_[0].no_backup());
  EXPECT_EQ(Ctl({"reinit", "keda", "-e", "test"}).code, 0) << "destroys nothing, asks nothing";
  EXPECT_EQ(Ctl({"reinit", "keda", "-e", "test", "--tsdb-drop"}).code, 1);
}

TEST_F(ProjectJobTest, OneThatIsRefusedKeepsNoOtherFromItsPlace) {
  projects_ = {"keda", "kubernetes"};
  refused_ = "keda";
  const Outcome outcome = Ctl({"sync", "k*", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("error: keda: the same is queued already"));
  EXPECT_EQ(outcome.out, "job-1-aa\n");
}

TEST_F(ProjectJobTest, WaitsUntilAllHaveEndedAndSaysHow) {
  projects_ = {"keda", "kubernetes"};
  EXPECT_EQ(Ctl({"sync", "k*", "-e", "test", "--wait"}).code, 0);
  failing_ = "job-4-aa";
  const Outcome outcome = Ctl({"sync", "k*", "-e", "test", "--wait", "-o", "json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("job-4-aa sync keda: failed: the sync is failed\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\"state\": \"failed\""));
}

TEST_F(ProjectJobTest, LogsSayWhereTheyAreFrom) {
  for (const char* text : {"one", "two\033"}) {
    v1::ProjectLogLine line;
    line.set_source("pod devstats-test/devstats-keda-1");
    line.set_line(text);
    fake_.project_log.push_back(line);
  }
  const Outcome outcome = Ctl({"logs", "keda", "-e", "test", "-n", "7", "--sync", "-f"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "one\ntwo\\x1b\n");
  EXPECT_EQ(outcome.err, "of pod devstats-test/devstats-keda-1:\n");
  const v1::ProjectLogsRequest& asked = fake_.project_logs_asked;
  EXPECT_EQ(asked.environment() + asked.project() + asked.what(), "testkedasync");
  EXPECT_EQ(asked.lines(), 7u);
  EXPECT_TRUE(asked.follow());
  EXPECT_EQ(Ctl({"logs", "keda", "-e", "test", "--sync", "--affiliations"}).code, 1);
}

}  // namespace
}  // namespace devstats::ctl
