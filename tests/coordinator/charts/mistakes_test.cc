// What is refused, and in which words.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::HasSubstr;

struct Mistake {
  const char* values;  // over one project with every gate closed
  const char* error;
};

class ChartMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(ChartMistakes, AreToldWithWhatToDo) {
  Json values = Only({}, OneProject());
  values.merge_patch(Json::parse(GetParam().values));
  EXPECT_THAT(Make(values).error, HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    OfKeys, ChartMistakes,
    ::testing::Values(
        Mistake{R"({"skipPV": 1})", "the value skipPV is not known: did you mean skipPVs?"},
        Mistake{R"({"allowMetricsFail": 1})", "did you mean allowMetricFail?"},
        Mistake{R"({"skipProvisons": 1})", "did you mean skipProvisions?"},
        Mistake{R"({"indexCronFrom": 1})", "did you mean indexCronsFrom?"},
        Mistake{R"({"xyzzy": 1})", "the value xyzzy is not known"},
        Mistake{
            R"({"projects": [{"proj": "a", "url": "a", "db": "a", "disk": "1Gi", "domains": [1], "maxHists": 8}]})",
            "project a: the field maxHists is not known: did you mean maxHist?"},
        Mistake{R"({"domains": [{"name": "a.org", "shortname": "a", "image": "i", "imagee": "x"}]})",
                "domain a.org: the field imagee is not known: did you mean image?"}));

INSTANTIATE_TEST_SUITE_P(
    OfEnvironments, ChartMistakes,
    ::testing::Values(
        Mistake{R"({"testServer": 1, "prodServer": 1})", "testServer and prodServer are both set"},
        Mistake{R"({"backupsTestServer": 1, "backupsProdServer": 1})",
                "backupsTestServer and backupsProdServer are both"},
        Mistake{R"({"namespace": "devstats-prod", "testServer": 1})",
                "namespace is devstats-prod, which is not of the "
                "environment test"},
        Mistake{R"({"namespace": "devstats-test", "prodServer": 1})",
                "namespace is devstats-test, which is not"},
        Mistake{R"({"ingressClass": "nginx-prod"})",
                "ingressClass is nginx-prod, which is not of the environment test"},
        Mistake{R"({"namespace": "devstats-prod", "ingressClass": "nginx-test"})",
                "ingressClass is nginx-test, which"},
        Mistake{R"({"environment": "prod", "namespace": "devstats-test"})",
                "namespace is devstats-test, which is not"},
        Mistake{R"({"environment": "prod", "testServer": 1})",
                "testServer is set, and the environment is prod"},
        Mistake{R"({"backupsProdServer": 1})", "backupsProdServer is set, and the environment is test"},
        Mistake{R"({"namespace": "other"})", "say which environment that is, with environment=test"},
        Mistake{R"({"ingressClass": "other"})", "ingressClass is other, neither nginx-test nor nginx-prod"},
        Mistake{R"({"environment": "staging"})", "at '/environment'"}));

INSTANTIATE_TEST_SUITE_P(
    OfProjects, ChartMistakes,
    ::testing::Values(
        Mistake{R"({"projects": [{"url": "a", "db": "a", "disk": "1Gi", "domains": [1]}]})",
                "missing property 'proj'"},
        Mistake{R"({"projects": [{"proj": "A", "url": "a", "db": "a", "disk": "1Gi", "domains": [1]}]})",
                "at '/projects/0/proj'"},
        Mistake{
            R"({"projects": [{"proj": "a-name-with-one-and-thirty-char", "url": "a", "db": "a", "disk": "1Gi",
                                  "domains": [1]}]})",
            "maxLength: got 31, want 30"},
        Mistake{R"({"projects": [{"proj": "a", "url": "a", "db": "a", "disk": "1Gi", "domains": [1]},
                                 {"proj": "a", "url": "b", "db": "b", "disk": "1Gi", "domains": [1]}]})",
                "project a stands twice in projects"},
        Mistake{
            R"({"skipCrons": "", "projects": [{"proj": "a", "url": "a", "db": "a", "disk": "1Gi", "domains": [1],
                                                   "cronProd": "1 * * * *"}]})",
            "the cron job devstats-a has no schedule"}));

INSTANTIATE_TEST_SUITE_P(
    OfSecrets, ChartMistakes,
    ::testing::Values(
        Mistake{R"({"skipSecrets": "", "pgPassTeam": ""})",
                "PG_PASS_TEAM.secret is missing: set pgPassTeam, write it to secrets/PG_PASS_TEAM.secret"},
        Mistake{R"({"skipSecrets": "", "githubOAuth": ""})", "GHA2DB_GITHUB_OAUTH.secret is missing"},
        Mistake{R"({"skipSecrets": "", "grafanaUser": null})", "GF_SECURITY_ADMIN_USER.secret is missing"},
        Mistake{R"({"skipSecrets": "", "pgPass": "secret\n"})", "PG_PASS.secret ends with a new line"}));

INSTANTIATE_TEST_SUITE_P(
    OfTypes, ChartMistakes,
    ::testing::Values(Mistake{R"({"postgresPort": "psql"})", "at '/postgresPort'"},
                      Mistake{R"({"postgresLeaderRole": "leader"})", "at '/postgresLeaderRole'"},
                      Mistake{R"({"tlsMaxHostsPerCert": 101})", "at '/tlsMaxHostsPerCert'"},
                      Mistake{R"({"indexPVsTo": "x"})", "at '/indexPVsTo'"},
                      Mistake{R"({"coordinatorCIDRs": ["10.0.0.1"]})", "at '/coordinatorCIDRs/0'"},
                      Mistake{R"({"limitsAPIMemory": "6 GB"})", "at '/limitsAPIMemory'"},
                      Mistake{R"({"syncRestartPolicy": "Nevr"})", "at '/syncRestartPolicy'"}));

TEST(ChartOtherNames, ArePossibleWithTheEnvironmentSaid) {
  Json values = AllOpen(OneProject());
  values.update(
      Json{{"environment", "prod"}, {"namespace", "stats"}, {"ingressClass", "haproxy"}, {"prodServer", 1}});
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  EXPECT_EQ(Field(made.Find("Ingress/devstats-ingress-1")["spec"], "ingressClassName"), "haproxy");
  EXPECT_EQ(Field(made.Find("Pod/devstats-reports")["metadata"], "namespace"), "stats");
}

TEST(ChartSecrets, MayEachBeLeftOut) {
  Json values = Only({"skipSecrets"}, OneProject());
  values.update(Json{{"skipPGSecret", 1}, {"pgPass", ""}, {"skipGrafanaSecret", 1}, {"githubOAuth", "a,b"}});
  const Made made = Make(values);
  EXPECT_THAT(made.Ids(), ::testing::ElementsAre("Secret/github-oauth"));
  EXPECT_EQ(Field(made.Find("Secret/github-oauth")["data"], "GHA2DB_GITHUB_OAUTH.secret"), "YSxi");
}

TEST(ChartSecrets, MayStandInFilesOfTheChart) {
  Json values = Only({"skipSecrets"}, OneProject());
  values["pgPass"] = "";
  const Made made =
      MakeFrom(LoadDevstats({{"secrets/PG_PASS.secret", "from a file"}, {"secrets/PG_PORT.secret", "1"}}),
               values, "1.35.0");
  ASSERT_EQ(made.error, "");
  const Json& data = made.Find("Secret/pg-db")["data"];
  EXPECT_EQ(Field(data, "PG_PASS.secret"), "ZnJvbSBhIGZpbGU=");
  EXPECT_EQ(Field(data, "PG_PORT.secret"), "NTQzMg==") << "a value goes before a file";
  const Made ended = MakeFrom(LoadDevstats({{"secrets/PG_PASS.secret", "typed in vim\n"}}), values, "1.35.0");
  EXPECT_THAT(ended.error, HasSubstr("PG_PASS.secret ends with a new line"));
}

}  // namespace
}  // namespace devstats::charts
