// Logs of a project: which pod they are of, what is shown when it goes on, and what when none is left.
#include "coordinator/service/environment_logs.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProjectLogsTest : public ::testing::Test {
 protected:
  ProjectLogsTest() {
    live_.environment.name = "test";
    live_.environment.namespace_ = "default";
    spec::ProjectSpec project;
    project.name = "keda";
    live_.projects = {project};
    request_.set_environment("test");
    request_.set_project("keda");
    kube_.logs = [this](const kube::LogQuery& query) -> absl::StatusOr<std::string> {
      asked_ = query;
      return log_;
    };
    postgres::AddLogsDatabase(postgres_.get());
    postgres_->SetTime(clock_.Now());
  }
  void Pod(const std::string& name, const std::string& type, const std::string& made,
           const std::string& phase = "Succeeded", const std::string& project = "keda") {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", name},
                  {"namespace", "default"},
                  {"creationTimestamp", made},
                  {"labels", {{"name", "devstats"}, {"type", type}, {"proj", project}}}}},
                {"status", {{"phase", phase}}}});
  }
  absl::Status Ask() {
    lines_.clear();
    source_.clear();
    return logs_.DoProjectLogs(
        request_, [] { return false; },
        [this](const v1::ProjectLogLine& line) {
          source_ = line.source();
          lines_.push_back(line.line());
          return true;
        });
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  kube::FakeKube kube_;
  std::shared_ptr<postgres::FakePostgres> postgres_ = std::make_shared<postgres::FakePostgres>();
  domain::LiveEnvironment live_;
  v1::ProjectLogsRequest request_;
  std::string log_ = "one\ntwo\nthree\n", source_;
  kube::LogQuery asked_;
  std::vector<std::string> lines_;
  std::function<void()> second_passes_ = [] {};
  ProjectLogs logs_{
      {.environment = [this](const std::string&) -> absl::StatusOr<domain::LiveEnvironment> { return live_; },
       .reach =
           [this](const spec::EnvironmentSpec&) {
             return EnvironmentReach{
                 .leader = [this]() -> absl::StatusOr<std::shared_ptr<postgres::Postgres>> {
                   return postgres_;
                 }};
           },
       .kube = &kube_,
       .clock = &clock_,
       .sleep = [this](absl::Duration) { second_passes_(); }}};
};

TEST_F(ProjectLogsTest, AreOfItsNewestPodOfTheKindAskedFor) {
  Pod("devstats-keda-1", "sync", "2026-11-18T09:00:00Z");
  Pod("devstats-keda-2", "sync", "2026-11-18T10:00:00Z");
  Pod("devstats-affiliations-keda", "affiliations", "2026-11-18T08:00:00Z");
  Pod("job-3-aa", "provision", "2026-11-18T11:00:00Z");
  Pod("devstats-grafana-keda", "grafana", "2026-11-18T12:00:00Z");
  Pod("devstats-other", "sync", "2026-11-18T12:00:00Z", "Running", "other");
  request_.set_lines(2);
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(source_, "pod default/job-3-aa");
  EXPECT_THAT(lines_, ElementsAre("two", "three"));
  EXPECT_EQ(asked_.tail_lines, 2);
  request_.set_what("sync");
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(source_, "pod default/devstats-keda-2");
  request_.set_what("affiliations");
  ASSERT_TRUE(Ask().ok());
  EXPECT_EQ(source_, "pod default/devstats-affiliations-keda");
  request_.set_what("grafana");
  EXPECT_TRUE(absl::IsInvalidArgument(Ask()));
}

TEST_F(ProjectLogsTest, AreFollowedUntilThePodHasEnded) {
  Pod("devstats-keda-1", "sync", "2026-11-18T09:00:00Z", "Running");
  request_.set_follow(true);
  int seconds = 0;
  second_passes_ = [&] {
    if (++seconds == 1) log_ = "one\ntwo\nthree\nfour\n";
    if (seconds == 2) {
      log_ = "two\nthree\nfour\nfive\n";
      Pod("devstats-keda-1", "sync", "2026-11-18T09:00:00Z", "Failed");
    }
  };
  ASSERT_TRUE(Ask().ok());
  EXPECT_THAT(lines_, ElementsAre("one", "two", "three", "four", "five"));
  EXPECT_EQ(seconds, 2);
}

TEST_F(ProjectLogsTest, BeginWithWhatComesBeforeItsContainer) {
  const Json running = {{"running", Json::object()}}, ended = {{"terminated", {{"exitCode", 0}}}};
  const auto restore = [&](const char* phase, const Json& check, const Json& main) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", "job-3-aa"},
                  {"namespace", "default"},
                  {"labels", {{"name", "devstats"}, {"type", "provision"}, {"proj", "keda"}}}}},
                {"spec", {{"containers", Json::array({{{"name", "main"}}})}}},
                {"status",
                 {{"phase", phase},
                  {"initContainerStatuses", Json::array({{{"name", "check"}, {"state", check}}})},
                  {"containerStatuses", Json::array({{{"name", "main"}, {"state", main}}})}}}});
  };
  std::map<std::string, std::string> said = {{"check", "fetching\n"}};
  kube_.logs = [&](const kube::LogQuery& query) -> absl::StatusOr<std::string> {
    const auto of = said.find(query.container);
    return of != said.end() ? of->second
                            : absl::StatusOr<std::string>(absl::InvalidArgumentError("waiting to start"));
  };
  restore("Pending", running, {{"waiting", Json::object()}});
  request_.set_follow(true);
  int seconds = 0;
  second_passes_ = [&] {
    if (++seconds == 1) said["check"] += "is whole\n";
    if (seconds == 2) restore("Running", ended, running);
    if (seconds == 3) said["main"] = "restoring\n";
    if (seconds == 4) restore("Succeeded", ended, ended);
  };
  ASSERT_TRUE(Ask().ok());
  EXPECT_THAT(lines_, ElementsAre("fetching", "is whole", "restoring"));
  request_.set_follow(false);
  request_.set_lines(2);
  ASSERT_TRUE(Ask().ok());
  EXPECT_THAT(lines_, ElementsAre("is whole", "restoring"));
}

TEST_F(ProjectLogsTest, AreRowsOfTheDatabaseWhenNoPodIsLeft) {
  postgres::AddLog(postgres_.get(), absl::FromUnixSeconds(1'794'999'940), "gha2db_sync", "keda",
                   "Sync success");
  postgres::AddLog(postgres_.get(), absl::FromUnixSeconds(1'794'999'950), "gha2db_sync", "other",
                   "Sync success");
  ASSERT_TRUE(Ask().ok());
  EXPECT_THAT(source_, HasSubstr("gha_logs"));
  EXPECT_THAT(lines_, ElementsAre("2026-11-18 11:05:40 gha2db_sync: Sync success"));
}

TEST_F(ProjectLogsTest, AProjectThatIsNotThereIsNamed) {
  request_.set_project("ked");
  EXPECT_TRUE(absl::IsNotFound(Ask()));
  EXPECT_EQ(HintOf(Ask()), "did you mean \"keda\"?");
}

}  // namespace
}  // namespace devstats::coordinator
