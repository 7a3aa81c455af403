// Kinds and their options: what is taken, what is refused and with which words, and which values the chart
// gets.
#include "coordinator/devstats/jobs/kinds.h"

#include <set>

#include "common/status.h"
#include "coordinator/devstats/jobs/chart_work.h"
#include "gmock/gmock.h"

namespace devstats::jobs {
namespace {

using ::testing::HasSubstr;
using Texts = std::map<std::string, std::string>;

TEST(KindsTest, TheTableIsConsistent) {
  std::set<std::string> names, keys, used;
  for (const OptionSpec& option : AllOptions()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_TRUE(option.key.empty() || keys.insert(option.key).second) << option.key;
    EXPECT_FALSE(option.meaning.empty()) << option.name;
    EXPECT_EQ(option.type == OptionType::kNumber, option.most > 0) << option.name;
    EXPECT_EQ(option.type == OptionType::kChoice, !option.choices.empty()) << option.name;
    EXPECT_TRUE(!option.destroys || option.type == OptionType::kFlag) << "Destroys() reads flags";
  }
  std::set<std::string> kinds;
  for (const KindSpec& kind : AllKinds()) {
    EXPECT_TRUE(kinds.insert(kind.name).second) << kind.name;
    const std::set<std::string> once(kind.options.begin(), kind.options.end());
    EXPECT_EQ(once.size(), kind.options.size()) << kind.name;
    for (const std::string& name : kind.options)
      EXPECT_TRUE(FindOption(kind, name).ok()) << kind.name << " " << name;
    for (const std::string& name : kind.needs) EXPECT_TRUE(once.count(name)) << kind.name << " " << name;
    EXPECT_EQ(kind.sleeps, once.count(kLifeOption) == 1) << kind.name;
    EXPECT_TRUE(kind.proof == Proof::kPod || !kind.sleeps) << kind.name;
    used.insert(once.begin(), once.end());
  }
  EXPECT_EQ(used, names) << "each option is of some kind";
}

TEST(KindsTest, ASyncHasTheValuesOfItsCron) {
  EXPECT_EQ(*ValuesOf("sync", {{"cpus", 4}, {"giant", "wait"}, {"limit-memory", "8Gi"}}),
            Json({{"syncCommand", "devstats"},
                  {"nSyncCPUs", "4"},
                  {"giantSync", "wait"},
                  {"limitsCronsMemory", "8Gi"}}));
}

TEST(KindsTest, ARestoreIsOfADumpThatWasCheckedBefore) {
  EXPECT_EQ(*ValuesOf("restore", {{"max-age", 10}, {"own-host", true}}),
            Json({{"provisionCommand", "./devstats-helm/restore.sh"},
                  {"restoreChecked", "1"},
                  {"restoreMaxAge", "10"}}));
}

TEST(KindsTest, OptionsBecomeTypedAndThenValues) {
  const KindSpec* kind = *FindKind("provision");
  const Json options = *ParseOptions(*kind, {{"cpus", "8"},
                                             {"tsdb-drop", "true"},
                                             {"skip-add-all", "false"},
                                             {"limit-memory", "256Gi"},
                                             {"giant", "none"},
                                             {"max-run", "calc_metric:48h:102,gha2db:2h"},
                                             {"api-from", "2026-02-28"},
                                             {"recent-range", "2 weeks"}});
  EXPECT_EQ(options["cpus"], 8);
  EXPECT_EQ(options["tsdb-drop"], true);
  EXPECT_EQ(*ValuesOf("provision", options), Json({{"provisionCommand", "./devstats-helm/deploy_all.sh"},
                                                   {"nCPUs", "8"},
                                                   {"tsdbDrop", "1"},
                                                   {"skipAddAll", ""},
                                                   {"limitsProvisionsMemory", "256Gi"},
                                                   {"giantProv", ""},
                                                   {"maxRunDuration", "calc_metric:48h:102,gha2db:2h"},
                                                   {"ghapiDtFrom", "2026-02-28"},
                                                   {"ghapiRecentRange", "2 weeks"}}));
  EXPECT_EQ(*ValuesOf("bootstrap", {{"limit-memory", "1Gi"}}),
            Json({{"bootstrapCommand", "./devstats-helm/deploy_all.sh"}, {"limitsBootstrapMemory", "1Gi"}}));
}

TEST(KindsTest, PodsToWorkInSleepUntilTheirTimeIsOver) {
  EXPECT_EQ(*ValuesOf("debug", {{"ttl", "4h"}, {"limit-memory", "1Gi"}}),
            Json({{"provisionCommand", "sleep"},
                  {"provisionCommandArgs", {"14400"}},
                  {"limitsProvisionsMemory", "1Gi"}}));
  EXPECT_EQ(*ValuesOf("debug-bootstrap", {{"ttl", "90m"}, {"backups", true}}),
            Json({{"bootstrapCommand", "sleep"},
                  {"bootstrapCommandArgs", {"5400"}},
                  {"bootstrapMountBackups", "1"}}));
  EXPECT_EQ(*ValuesOf("report-pod", {{"ttl", "1m"}}),
            Json({{"reportsCommand", "/bin/sleep"}, {"reportsCommandArgs", {"60"}}}));
  EXPECT_EQ(*ValuesOf("report", {{"limit-memory", "1Gi"}}),
            Json({{"reportsCommand", "./affs/all_tasks.sh"}, {"limitsReportsMemory", "1Gi"}}));
  EXPECT_EQ(*ValuesOf("vacuum", Json::object()), Json({{"vacuumCommand", "./devel/vacuum_all.sh"}}));
  EXPECT_EQ(*ValuesOf("tests", Json::object()), Json::object());
  for (const char* ttl : {"0h", "59s", "73h", "4", "4d", "-1h", "1h30m", "99999999h"})
    EXPECT_TRUE(absl::IsInvalidArgument(ParseOptions(**FindKind("debug"), {{"ttl", ttl}}).status())) << ttl;
}

TEST(KindsTest, WhatWorksOnBackupsRunsItsScriptInTheirPod) {
  const Json options = {{"database", "gha"}, {"keep-previous", true}, {"limit-memory", "2Gi"}};
  const Json values = *ValuesOf("backup", options);
  EXPECT_EQ(values["backupsCommand"], "/bin/sh");
  ASSERT_EQ(values["backupsCommandArgs"].size(), 2u);
  EXPECT_EQ(values["backupsCommandArgs"][0], "-c");
  EXPECT_THAT(values["backupsCommandArgs"][1].get<std::string>(), HasSubstr("./devstats-helm/backups.sh"));
  EXPECT_THAT(values["backupsCommandArgs"][1].get<std::string>(), testing::Not(HasSubstr("$$")));
  EXPECT_EQ(values["limitsBackupsMemory"], "2Gi");
  EXPECT_EQ(values.size(), 3u) << "what is asked of the script is in its environment";
  EXPECT_EQ(EnvironmentOf(**FindKind("backup"), options),
            (Texts{{"BACKUP_DATABASE", "gha"}, {"BACKUP_KEEP", "1"}}));
  EXPECT_FALSE(ValuesOf("backup", Json::object()).ok())
      << "without a database the images take a list of their own";
  for (const char* wrong : {"", "a.dump", "a.dump:1", "../a:1:2", "a.dump:1:2;", "a.dump:1:2,", "$(a):1:2"})
    EXPECT_FALSE(Check(**FindKind("backup-prune"), {{"files", wrong}}).ok()) << wrong;
  EXPECT_EQ(Destroys(**FindKind("backup-prune"), {{"files", "a.dump:1:2"}}), "removes files of backups");
}

struct RefusalCase {
  std::string name, kind;
  Texts options;
  std::string why, hint;
};

const RefusalCase kRefusalCases[] = {
    {"unknown", "vars", {{"cpu", "8"}}, "vars takes no option \"cpu\"", "did you mean \"cpus\"?"},
    {"of_another_kind", "grants", {{"tsdb-drop", "true"}}, "grants takes no option \"tsdb-drop\"", ""},
    {"number", "vars", {{"cpus", "many"}}, "option cpus: \"many\" is not a number from 1 to 1024", ""},
    {"range", "vars", {{"cpus", "0"}}, "option cpus: \"0\" is not a number from 1 to 1024", ""},
    {"flag", "reinit", {{"tsdb-drop", "maybe"}}, "option tsdb-drop: \"maybe\" is not true or false", ""},
    {"choice", "vars", {{"giant", "take"}}, "option giant: \"take\" is not one of none, wait, lock", ""},
    {"quantity", "vars", {{"limit-memory", "2GB"}}, "is not a quantity like 500m or 2Gi", ""},
    {"day", "github", {{"api-from", "2026-02-30"}}, "is not a date like 2026-01-31", ""},
    {"month", "github", {{"api-from", "2026-02"}}, "is not a date like 2026-01-31", ""},
    {"durations", "vars", {{"max-run", "48h"}}, "is not PROGRAM:TIME:EXIT", ""},
    {"periods", "periods", {{"periods", "d7"}}, "is not periods like d7:t,m:f", ""},
    {"shell", "add-metric", {{"only-metrics", "a;rm -rf /"}}, "is not names with commas between", ""},
    {"above", "vars", {{"metrics-yaml", "a/../../etc/passwd"}}, "is not a path like", ""},
    {"root", "vars", {{"metrics-yaml", "/etc/passwd"}}, "is not a path like", ""},
    {"password", "restore", {{"from", "https://u:p@example.org/"}}, "without user, password or query", ""},
    {"scheme", "restore", {{"from", "file:///backups"}}, "is not a URL", ""},
    {"missing", "periods", {}, "periods needs option periods", ""},
    {"without_end", "debug", {}, "debug needs option ttl", ""},
    {"life", "debug", {{"ttl", "10d"}}, "is not a time from 1m to 72h", ""},
    {"control", "vars", {{"only-metrics", "\x1b[31m"}}, "\"\\x1b[31m\" is not", ""},
};

class Refusal : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(Refusal, SaysWhatAndWhy) {
  const absl::Status status = ParseOptions(**FindKind(GetParam().kind), GetParam().options).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr(GetParam().why));
  EXPECT_THAT(HintOf(status), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(All, Refusal, ::testing::ValuesIn(kRefusalCases),
                         [](const auto& c) { return c.param.name; });

TEST(KindsTest, TypedOptionsOfTheWrongTypeAreRefused) {
  const KindSpec& kind = **FindKind("reinit");
  for (const Json& options :
       {Json{{"cpus", "8"}}, Json{{"cpus", 8.5}}, Json{{"tsdb-drop", 1}}, Json{{"periods", true}},
        Json{{"cpus", nullptr}}, Json{{"only-metrics", std::string(5000, 'a')}}, Json::array()})
    EXPECT_TRUE(absl::IsInvalidArgument(Check(kind, options))) << options;
  EXPECT_FALSE(ValuesOf("reinit", {{"cpus", "8"}}).ok());
  EXPECT_EQ(HintOf(FindKind("renit").status()), "did you mean \"reinit\"?");
}

TEST(KindsTest, SaysWhatIsDestroyed) {
  EXPECT_EQ(Destroys(**FindKind("restore"), Json::object()), "replaces its database by a dump");
  EXPECT_EQ(Destroys(**FindKind("reinit"), Json::object()), "");
  EXPECT_EQ(Destroys(**FindKind("reinit"), {{"tsdb-drop", false}}), "");
  EXPECT_EQ(Destroys(**FindKind("reinit"), {{"tsdb-drop", true}, {"drop-database", true}}),
            "drops its series before they are computed anew, drops its whole database before");
}

class ChartWorkTest : public ::testing::Test {
 protected:
  static Json ProjectPod(const std::string& proj) {
    return {{"kind", "Pod"},
            {"metadata", {{"name", "devstats-provision-" + proj}, {"labels", {{"proj", proj}}}}}};
  }
  absl::StatusOr<Json> PodOf(const Job& job) {
    ChartWork work(
        {.values = [](const Job&) -> absl::StatusOr<Json> {
           return Json{{"nCPUs", "4"}, {"namespace", "n"}};
         },
         .render = [this](const Job&, const Json& values) -> absl::StatusOr<std::vector<Json>> {
           values_ = values;
           return objects_;
         },
         .locks = [](const Job&) -> absl::StatusOr<std::string> { return "locked"; },
         .judge = [](const Job&, const std::string& phase) { return absl::NotFoundError(phase); }});
    EXPECT_EQ(*work.Blocker(job), "locked");
    EXPECT_EQ(work.Judge(job, "Failed").message(), "Failed");
    return work.PodOf(job);
  }
  std::vector<Json> objects_ = {ProjectPod("p")};
  Json values_;
};

TEST_F(ChartWorkTest, TakesTheOnePodThatTheChartMakes) {
  EXPECT_EQ(*PodOf({.project = "p", .kind = "vars", .options = {{"cpus", 2}}}), ProjectPod("p"));
  EXPECT_EQ(values_,
            Json({{"nCPUs", "2"}, {"namespace", "n"}, {"provisionCommand", "./devstats-helm/vars.sh"}}));
  objects_ = {ProjectPod("bootstrap")};
  EXPECT_TRUE(PodOf({.kind = "bootstrap"}).ok());
  EXPECT_EQ(values_["bootstrapCommand"], "./devstats-helm/deploy_all.sh");
}

TEST_F(ChartWorkTest, APodToWorkInHasADeadline) {
  const Json pod = *PodOf({.project = "p", .kind = "debug", .options = {{"ttl", "4h"}}});
  EXPECT_EQ(pod["spec"]["activeDeadlineSeconds"], 4 * 3600 + 15 * 60);
  EXPECT_EQ(pod["spec"]["terminationGracePeriodSeconds"], 5);
  EXPECT_FALSE(PodOf({.project = "p", .kind = "vars"})->contains("spec"));
}

TEST_F(ChartWorkTest, TheVacuumIsThePodOfItsCronJob) {
  const Json spec = {{"containers", {{{"name", "devstats-vacuum"}}}}};
  objects_ = {
      {{"kind", "CronJob"},
       {"metadata", {{"namespace", "devstats-test"}, {"name", "devstats-vacuum"}}},
       {"spec",
        {{"jobTemplate",
          {{"spec",
            {{"template",
              {{"metadata", {{"name", "x"}, {"labels", {{"type", "vacuum-sync"}}}}}, {"spec", spec}}}}}}}}}}};
  EXPECT_EQ(*PodOf({.kind = "vacuum"}),
            Json({{"apiVersion", "v1"},
                  {"kind", "Pod"},
                  {"metadata", {{"namespace", "devstats-test"}, {"labels", {{"type", "vacuum-sync"}}}}},
                  {"spec", spec}}));
  EXPECT_FALSE(PodOf({.kind = "tests"}).ok()) << "a cron job is none of those";
}

TEST_F(ChartWorkTest, TakesThePodThatTheCronWouldMake) {
  objects_ = {{{"kind", "CronJob"},
               {"metadata", {{"name", "devstats-p"}, {"namespace", "n"}}},
               {"spec",
                {{"jobTemplate",
                  {{"spec",
                    {{"template",
                      {{"metadata", {{"name", "devstats-p"}, {"labels", {{"type", "sync"}, {"proj", "p"}}}}},
                       {"spec", {{"restartPolicy", "Never"}}}}}}}}}}}}};
  EXPECT_EQ(*PodOf({.project = "p", .kind = "sync"}),
            Json({{"apiVersion", "v1"},
                  {"kind", "Pod"},
                  {"metadata", {{"namespace", "n"}, {"labels", {{"type", "sync"}, {"proj", "p"}}}}},
                  {"spec", {{"restartPolicy", "Never"}}}}));
  EXPECT_THAT(PodOf({.project = "p", .kind = "vars"}).status().message(), HasSubstr("CronJob devstats-p"));
}

TEST_F(ChartWorkTest, RefusesAnythingElseThatTheChartMakes) {
  const Job job{.project = "p", .kind = "vars"};
  objects_ = {};
  EXPECT_THAT(PodOf(job).status().message(), HasSubstr("makes 0 objects"));
  objects_ = {ProjectPod("q")};
  EXPECT_THAT(PodOf(job).status().message(), HasSubstr("makes 1 object: Pod devstats-provision-q"));
  objects_ = {ProjectPod("p"), {{"kind", "Secret"}, {"metadata", {{"name", "s"}}}}};
  EXPECT_THAT(PodOf(job).status().message(), HasSubstr("Pod devstats-provision-p, Secret s"));
  EXPECT_TRUE(
      absl::IsInvalidArgument(PodOf({.project = "p", .kind = "vars", .options = {{"x", 1}}}).status()));
}

TEST_F(ChartWorkTest, TakesThePodOfTheCronOfBackups) {
  const Json labels = {{"name", "devstats"}, {"type", "backups-sync"}};
  const Json container = {
      {"name", "b"}, {"env", Json::array({{{"name", "NOBACKUP"}, {"value", "x"}}, {{"name", "PG_PORT"}}})}};
  const Json made = {{"metadata", {{"name", "b"}, {"labels", labels}}},
                     {"spec", {{"containers", Json::array({container})}}}};
  objects_ = {{{"kind", "CronJob"},
               {"metadata", {{"namespace", "n"}}},
               {"spec", {{"jobTemplate", {{"spec", {{"template", made}}}}}}}}};
  const Job job{.project = "p", .kind = "backup", .options = {{"database", "gha"}, {"skip-events", true}}};
  const auto pod = PodOf(job);
  ASSERT_TRUE(pod.ok()) << pod.status();
  EXPECT_EQ((*pod)["kind"], "Pod");
  EXPECT_EQ((*pod)["metadata"]["namespace"], "n");
  EXPECT_EQ((*pod)["metadata"]["labels"], labels);
  EXPECT_EQ((*pod)["spec"]["containers"][0]["env"],
            Json::parse(R"([{"name": "PG_PORT"}, {"name": "BACKUP_DATABASE", "value": "gha"},
                            {"name": "NOBACKUP", "value": "1"}])"));
  objects_ = {ProjectPod("p")};
  EXPECT_THAT(PodOf(job).status().message(), HasSubstr("makes 1 object"));
}

}  // namespace
}  // namespace devstats::jobs
