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
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
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
    used.insert(once.begin(), once.end());
  }
  EXPECT_EQ(used, names) << "each option is of some kind";
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

}  // namespace
}  // namespace devstats::jobs
