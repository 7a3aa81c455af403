// devstatsctl env, patroni and project: what is asked for, and how it is shown.
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

using Change = v1::ChangePatroniRequest;

class EnvironmentCommandTest : public ::testing::Test {
 protected:
  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.begin(), {"--socket", fake_.socket()});
    return Invoke(std::move(args), how);
  }
  void AnswerChanges() {
    fake_.on_change_patroni = [&](const Change& request) -> absl::StatusOr<v1::PatroniProgress> {
      changes_.push_back(request);
      v1::PatroniProgress progress;
      progress.set_text(request.dry_run() ? "hands over from db-0 to db-1" : "switching over");
      return progress;
    };
  }
  FakeCoordinator fake_;
  std::vector<Change> changes_;
};

v1::EnvironmentStatus StatusWith(int problems) {
  v1::EnvironmentStatus status;
  status.set_environment("test");
  status.set_namespace_("devstats-test");
  status.set_time_ms(1'795'000'000'000);
  v1::EnvironmentFinding* nodes = status.add_findings();
  nodes->set_what("nodes");
  nodes->set_state("ok");
  nodes->set_text("3 of v1.20.2");
  v1::EnvironmentFinding* databases = status.add_findings();
  databases->set_what("databases");
  databases->set_state(problems == 0 ? "ok" : "problem");
  databases->set_text("all");
  for (int i = 0; i < problems; ++i) databases->add_details(absl::StrCat("db", i, " is\x1b missing"));
  status.set_problems(static_cast<uint32_t>(problems));
  return status;
}

TEST_F(EnvironmentCommandTest, AnEnvironmentThatIsWellExitsWithZero) {
  fake_.on_get_environment =
      [](const v1::EnvironmentRequest& request) -> absl::StatusOr<v1::EnvironmentStatus> {
    EXPECT_EQ(request.environment(), "test");
    return StatusWith(0);
  };
  const Outcome outcome = Ctl({"env", "status", "test"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "environment test in devstats-test, 2026-11-18 11:06:40\n"
            "nodes      ok       3 of v1.20.2\n"
            "databases  ok       all\n"
            "0 problems\n");
}

TEST_F(EnvironmentCommandTest, ProblemsAreShownAndTheExitStatusSaysSo) {
  fake_.on_get_environment = [](const v1::EnvironmentRequest&) { return StatusWith(12); };
  const Outcome outcome = Ctl({"env", "status", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("- db9 is\\x1b missing\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("db10")));
  EXPECT_THAT(outcome.out, HasSubstr("and 2 more: -o wide shows them\n12 problems\n"));
  EXPECT_THAT(Ctl({"env", "status", "test", "-o", "wide"}).out, HasSubstr("db11"));
  EXPECT_THAT(Ctl({"env", "status", "test", "-o", "json"}).out, HasSubstr("\"problems\": 12"));
}

TEST_F(EnvironmentCommandTest, SuspendsOnlyWithLeave) {
  std::vector<v1::SuspendRequest> asked;
  fake_.on_suspend = [&](const v1::SuspendRequest& request) -> absl::StatusOr<v1::CronList> {
    asked.push_back(request);
    v1::CronList list;
    v1::Cron* cron = list.add_crons();
    cron->set_name("devstats-keda");
    cron->set_kind("sync");
    cron->set_suspended(!request.resume());
    return list;
  };
  EXPECT_EQ(Ctl({"env", "suspend", "test"}).code, 1);
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(Ctl({"env", "suspend", "test"}, {.input = "no\n", .terminal = true}).code, 1);
  EXPECT_THAT(asked, IsEmpty());
  const Outcome outcome = Ctl({"env", "suspend", "--kind", "sync", "--kind", "backups", "test", "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_THAT(asked[0].kinds(), ElementsAre("sync", "backups"));
  EXPECT_FALSE(asked[0].resume());
  EXPECT_THAT(outcome.out, HasSubstr("devstats-keda  sync"));
  EXPECT_THAT(outcome.out, HasSubstr("1 cron suspended\n"));
  EXPECT_EQ(Ctl({"env", "resume", "test"}).code, 0);
  EXPECT_TRUE(asked[1].resume());
  EXPECT_NE(Ctl({"env", "suspend", "test", "--kind", "syncs", "--yes"}).code, 0);
}

TEST_F(EnvironmentCommandTest, ShowsPatroni) {
  fake_.on_get_patroni = [](const v1::EnvironmentRequest& request) -> absl::StatusOr<v1::PatroniStatus> {
    v1::PatroniStatus status;
    status.set_environment(request.environment());
    v1::PatroniMember* leader = status.add_members();
    leader->set_name("db-0");
    leader->set_role("leader");
    leader->set_state("running");
    leader->set_timeline(3);
    v1::PatroniMember* replica = status.add_members();
    replica->set_name("db-1");
    replica->set_role("replica");
    replica->set_state("streaming");
    replica->set_lag(0);
    replica->set_timeline(3);
    status.add_problems("2 of 3 members are there");
    return status;
  };
  const Outcome outcome = Ctl({"patroni", "status", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("db-0    leader   running    -    3         -\n"));
  EXPECT_THAT(outcome.out, HasSubstr("- 2 of 3 members are there\n1 problem\n"));
}

TEST_F(EnvironmentCommandTest, ShowsWhatIsNotAsWanted) {
  fake_.on_get_parameters = [](const v1::EnvironmentRequest&) -> absl::StatusOr<v1::PatroniParameters> {
    v1::PatroniParameters all;
    for (const bool settled : {true, false}) {
      v1::PatroniParameter* row = all.add_parameters();
      row->set_name(settled ? "work_mem" : "shared_buffers");
      row->set_wanted("8GB");
      row->set_dcs(settled ? "8GB" : "4GB");
      row->set_dcs_as_wanted(settled);
      row->set_in_effect(settled);
      row->set_restart(!settled);
      v1::PatroniParameter::OfMember* of = row->add_members();
      of->set_member("db-0");
      of->set_show(settled ? "8GB" : "2GB");
      of->set_as_wanted(settled);
      if (!settled) of->set_local("2GB");
      if (!settled) of->set_local_source("patroni.yml");
    }
    return all;
  };
  const Outcome outcome = Ctl({"patroni", "plan", "-e", "test"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out,
              HasSubstr("shared_buffers  8GB     4GB  db-0    2GB (patroni.yml)  2GB   restart\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("work_mem")));
  EXPECT_THAT(outcome.out, HasSubstr("1 value not as wanted\n"));
  EXPECT_THAT(Ctl({"patroni", "plan", "-e", "test", "-o", "wide"}).out, HasSubstr("work_mem"));
}

TEST_F(EnvironmentCommandTest, AsksBeforeItChangesPatroni) {
  AnswerChanges();
  Outcome outcome = Ctl({"patroni", "switchover", "-e", "test"}, {.input = "no\n", .terminal = true});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("This hands over from db-0 to db-1."));
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_TRUE(changes_[0].dry_run());
  outcome =
      Ctl({"patroni", "switchover", "-e", "test", "--to", "db-1"}, {.input = "yes\n", .terminal = true});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(changes_.size(), 3u);
  EXPECT_EQ(changes_[2].member(), "db-1");
  EXPECT_FALSE(changes_[2].dry_run());
  EXPECT_THAT(outcome.err, HasSubstr("switching over\ndone\n"));
}

TEST_F(EnvironmentCommandTest, ShowsThePlanOfATuningAndDoesThatOne) {
  bool settled = false;
  fake_.on_change_patroni = [&](const Change& request) -> absl::StatusOr<v1::PatroniProgress> {
    changes_.push_back(request);
    v1::PatroniProgress progress;
    progress.set_text(request.dry_run() ? "makes 2 changes, in this order" : "restarting db-1");
    if (!request.dry_run()) return progress;
    progress.set_plan("digest-1");
    if (settled) return progress;
    progress.add_changes("parameters.work_mem: 4MB -> 8MB");
    progress.add_changes("restart db-1: replica -> restarted");
    return progress;
  };
  const Outcome outcome = Ctl({"patroni", "apply", "-e", "test", "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "parameters.work_mem: 4MB -> 8MB\nrestart db-1: replica -> restarted\n");
  EXPECT_THAT(outcome.err, HasSubstr("This makes 2 changes, in this order.\n"));
  EXPECT_THAT(outcome.err, HasSubstr("restarting db-1\ndone\n"));
  ASSERT_EQ(changes_.size(), 2u);
  EXPECT_EQ(changes_[1].action(), Change::APPLY);
  EXPECT_EQ(changes_[1].plan(), "digest-1");
  settled = true;
  EXPECT_EQ(Ctl({"patroni", "apply", "-e", "test"}).out, "all as wanted\n");  // and does not ask
  EXPECT_EQ(changes_.size(), 3u);
}

TEST_F(EnvironmentCommandTest, VerifiesMembersAndParameters) {
  fake_.on_get_patroni = [](const v1::EnvironmentRequest&) -> absl::StatusOr<v1::PatroniStatus> {
    v1::PatroniStatus status;
    status.set_environment("test");
    return status;
  };
  bool settled = true;
  fake_.on_get_parameters = [&](const v1::EnvironmentRequest&) -> absl::StatusOr<v1::PatroniParameters> {
    v1::PatroniParameters all;
    v1::PatroniParameter* row = all.add_parameters();
    row->set_name("work_mem");
    row->set_wanted("8GB");
    row->set_dcs("8GB");
    row->set_dcs_as_wanted(true);
    v1::PatroniParameter::OfMember* of = row->add_members();
    of->set_member("db-1");
    of->set_show(settled ? "8GB" : "4GB");
    of->set_as_wanted(settled);
    if (settled) return all;
    v1::PatroniSetting* ttl = all.add_settings();
    ttl->set_name("ttl");
    ttl->set_dcs("30");
    ttl->set_wanted("60");
    return all;
  };
  EXPECT_EQ(Ctl({"patroni", "verify", "-e", "test"}).code, 0);
  settled = false;
  const Outcome outcome = Ctl({"patroni", "verify", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("- ttl is 30, not 60\n"));
  EXPECT_THAT(outcome.out, HasSubstr("- SHOW work_mem says 4GB on db-1, not 8GB\n2 problems\n"));
}

TEST_F(EnvironmentCommandTest, ARefusedChangeIsNotAskedAbout) {
  fake_.on_change_patroni = [&](const Change& request) -> absl::StatusOr<v1::PatroniProgress> {
    changes_.push_back(request);
    return Hint(absl::FailedPreconditionError("db-0 leads"), "switch over first");
  };
  const Outcome outcome = Ctl({"patroni", "reinit", "-e", "test", "db-0", "--yes"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("error: db-0 leads\nhint: switch over first\n"));
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_EQ(changes_[0].action(), Change::REINIT);
  EXPECT_NE(Ctl({"patroni", "reinit", "-e", "test"}).code, 0);
  EXPECT_NE(Ctl({"patroni", "restart", "db-0"}).code, 0);
  EXPECT_EQ(changes_.size(), 1u);
}

TEST_F(EnvironmentCommandTest, ListsProjectsAndTheirFlags) {
  std::vector<v1::ListProjectsRequest> asked;
  fake_.on_list_projects = [&](const v1::ListProjectsRequest& request) -> absl::StatusOr<v1::ProjectList> {
    asked.push_back(request);
    v1::ProjectList list;
    v1::Project* project = list.add_projects();
    project->set_name("keda");
    project->set_title("KEDA");
    project->set_database("keda");
    project->set_state("active");
    project->set_sync("8 * * * *");
    return list;
  };
  fake_.on_list_flags = [&](const v1::ListProjectsRequest&) -> absl::StatusOr<v1::FlagList> {
    v1::FlagList list;
    v1::Flag* flag = list.add_flags();
    flag->set_database("keda");
    flag->set_project("keda");
    flag->set_name("devstats_running");
    flag->set_age_seconds(36000);
    flag->set_stale(true);
    list.add_flags()->set_name("provisioned");
    list.add_errors("flux: connection refused");
    return list;
  };
  Outcome outcome = Ctl({"project", "list", "-e", "test", "--state", "active", "--state", "archived", "ke*",
                         "flux", "--since", "2026-08-01"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_THAT(asked[0].names(), ElementsAre("ke*", "flux"));
  EXPECT_THAT(asked[0].states(), ElementsAre("active", "archived"));
  EXPECT_EQ(asked[0].since(), "2026-08-01");
  EXPECT_THAT(outcome.out, HasSubstr("keda  KEDA   keda      active  -      8 * * * *\n"));
  EXPECT_THAT(Ctl({"project", "show", "-e", "test", "keda"}).out, HasSubstr("database"));
  EXPECT_NE(Ctl({"project", "show", "-e", "test"}).code, 0);
  outcome = Ctl({"project", "flags", "-e", "test"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("keda      keda     devstats_running  10h00m  -      left behind\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("provisioned")));
  EXPECT_THAT(Ctl({"project", "flags", "-e", "test", "keda"}).out, HasSubstr("provisioned"));
  EXPECT_THAT(outcome.err, HasSubstr("error: flux: connection refused"));
}

}  // namespace
}  // namespace devstats::ctl
