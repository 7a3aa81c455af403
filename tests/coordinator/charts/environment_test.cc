// Every container has the variables of upstream's, each from the same source, and no others: but for what
// differences.tsv lists. Each value and each field of a project is given its own name, so that it is seen
// where it arrives.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::ContainerEq;

// "value:debug", "project:db", "secret:pgSecret/PG_HOST.secret", "field:status.podIP", "fixed:1", "A or B".
using Sources = std::map<std::string, std::string>;  // by variable
using SourcesOfSets = std::map<std::string, Sources>;

SourcesOfSets ReadSources() {
  SourcesOfSets out;
  for (const Row& row : ReadTable("environment.tsv")) out[row[0]][row[1]] = row[2];
  return out;
}

void NameSource(absl::string_view source, Json* values, Json* project) {
  const std::pair<std::string, std::string> split = absl::StrSplit(source, absl::MaxSplits(':', 1));
  const auto& [from, what] = split;
  if (from == "value") (*values)[what] = "v-" + what;
  if (from == "project" && what != "proj") (*project)[what] = "p-" + what;
  if (from == "secret") {
    const std::string key = what.substr(0, what.find('/'));
    (*values)[key] = "v-" + key;
  }
}

Json NamedValues(const SourcesOfSets& sets, bool test) {
  Json values = AllOpen(OneProject()), project = values["projects"][0];
  for (const auto& [set, sources] : sets) {
    for (const auto& [variable, source] : sources) {
      for (const absl::string_view one : absl::StrSplit(source, " or ")) NameSource(one, &values, &project);
    }
  }
  values[test ? "prodServer" : "testServer"] = "";
  values[test ? "backupsProdServer" : "backupsTestServer"] = "";
  // The second has nothing of its own where the values of all may be taken.
  Json plain = project;
  plain["proj"] = "plain";
  for (const char* field : {"maxRunDuration", "skipImpAffs", "skipUpdAffs"}) plain.erase(field);
  values["projects"] = Json::array({project, plain});
  return values;
}

std::string SourceOf(const Json& variable) {
  if (!variable.contains("valueFrom")) {
    const std::string value = TextOf(variable["value"]);
    if (value == "alpha" || value == "plain") return "project:proj";
    if (value.rfind("v-", 0) == 0) return "value:" + value.substr(2);
    if (value.rfind("p-", 0) == 0) return "project:" + value.substr(2);
    return "fixed:" + value;
  }
  const Json& from = variable["valueFrom"];
  if (from.contains("fieldRef")) return "field:" + TextOf(from["fieldRef"]["fieldPath"]);
  return absl::StrCat("secret:", TextOf(from["secretKeyRef"]["name"]).substr(2), "/",
                      TextOf(from["secretKeyRef"]["key"]));
}

SourcesOfSets RenderSources(const Json& values) {
  const Made made = Make(values, "1.35.0", /*skip_schema=*/true);
  EXPECT_EQ(made.error, "");
  SourcesOfSets out;
  for (const Json& object : made.objects) {
    const std::string set = SetOf(object);
    if (set == "-") continue;
    std::set<std::string> seen;
    for (const Json& variable : PodOf(object)["spec"]["containers"][0]["env"]) {
      const std::string name = TextOf(variable["name"]), source = SourceOf(variable);
      EXPECT_TRUE(seen.insert(name).second) << set << " has " << name << " twice";
      std::string& known = out[set][name];
      if (known.empty() || known == source) {
        known = source;
      } else {
        absl::StrAppend(&known, " or ", source);
      }
    }
  }
  return out;
}

// Of what an environment leaves empty: that of the other one.
void ForgetOtherServer(bool test, SourcesOfSets* sets) {
  const std::string server = test ? "PROD_SERVER" : "TEST_SERVER";
  for (auto& [set, sources] : *sets) {
    if (sources.contains(server)) sources[server] = "fixed:";
  }
}

class ChartEnvironment : public ::testing::TestWithParam<bool> {};

TEST_P(ChartEnvironment, IsThatOfUpstreamVariableByVariable) {
  const bool test = GetParam();
  SourcesOfSets expected = ReadSources();
  const SourcesOfSets made = RenderSources(NamedValues(expected, test));
  ForgetOtherServer(test, &expected);
  std::set<std::string> others;
  for (const auto& [set, sources] : expected) {
    const auto ours = made.find(set);
    ASSERT_TRUE(ours != made.end()) << set;
    for (const auto& [variable, source] : sources) {
      const auto there = ours->second.find(variable);
      if (there == ours->second.end()) {
        others.insert(absl::StrCat(set, ": -", variable));
      } else {
        EXPECT_EQ(there->second, source) << set << " " << variable;
      }
    }
  }
  for (const auto& [set, sources] : made) {
    for (const auto& [variable, source] : sources) {
      if (!expected.contains(set) || !expected.at(set).contains(variable))
        others.insert(absl::StrCat(set, ": +", variable, "=", source));
    }
  }
  EXPECT_THAT(others, ContainerEq(Differences("environment")));
}

INSTANTIATE_TEST_SUITE_P(Of, ChartEnvironment, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "Test" : "Prod"; });

// What a container of the only project has for a variable.
std::string VariableIn(const Made& made, const std::string& id, const std::string& name) {
  const Json& pod = PodOf(made.Find(id));
  if (pod.is_null()) return "no " + id;
  for (const Json& variable : pod["spec"]["containers"][0]["env"]) {
    if (variable["name"] == name) return TextOf(variable["value"]);
  }
  return "no " + name;
}

TEST(ChartEnvironmentOld, KeysGoBeforeTheirSuccessors) {
  Json values = AllOpen(OneProject());
  values["giant"] = "never";
  values["useFlags"] = "";
  const Made made = Make(values);
  for (const char* id :
       {"CronJob/devstats-alpha", "CronJob/devstats-affiliations-alpha", "CronJob/devstats-backups",
        "Pod/devstats-provision-alpha", "Pod/devstats-provision-bootstrap"})
    EXPECT_EQ(VariableIn(made, id, "GIANT"), "never") << id;
  EXPECT_EQ(VariableIn(made, "CronJob/devstats-affiliations-alpha", "USE_FLAGS"), "");
  EXPECT_EQ(VariableIn(made, "Pod/devstats-provision-alpha", "USE_FLAGS"), "");
}

TEST(ChartEnvironmentNumbers, StayAsTheyAre) {
  Json values = Only({"skipPostgres", "skipBootstrap"});
  values["patroniMaximumLagOnFailover"] = 53687091200;
  values["postgresRandomPageCost"] = 1.25;
  values["nCPUs"] = 0;
  values["queryOut"] = true;
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  const char* postgres = "StatefulSet/devstats-postgres";
  EXPECT_EQ(VariableIn(made, postgres, "PATRONI_MAXIMUM_LAG_ON_FAILOVER"), "53687091200");
  EXPECT_EQ(VariableIn(made, postgres, "PATRONI_POSTGRES_RANDOM_PAGE_COST"), "1.25");
  EXPECT_EQ(VariableIn(made, "Pod/devstats-provision-bootstrap", "GHA2DB_NCPUS"), "0");
  EXPECT_EQ(VariableIn(made, "Pod/devstats-provision-bootstrap", "GHA2DB_QOUT"), "true");
}

TEST(ChartEnvironmentServers, FollowTheNamespace) {
  const Made test = Make(AllOpen(OneProject()));
  Json values = AllOpen(OneProject());
  values["namespace"] = "devstats-prod";
  const Made prod = Make(values);
  const auto of = [](const Made& made, const char* id) {
    return VariableIn(made, id, "TEST_SERVER") + "/" + VariableIn(made, id, "PROD_SERVER");
  };
  for (const char* id : {"CronJob/devstats-alpha", "CronJob/devstats-backups", "Pod/devstats-reports"}) {
    EXPECT_EQ(of(test, id), "1/") << id;
    EXPECT_EQ(of(prod, id), "/1") << id;
  }
  EXPECT_EQ(Field(prod.Find("CronJob/devstats-alpha")["spec"], "schedule"), "9 * * * *");
  EXPECT_EQ(Field(prod.Find("CronJob/devstats-affiliations-alpha")["spec"], "schedule"), "0 2 * * 0");
  EXPECT_EQ(Field(prod.Find("CronJob/devstats-affiliations-import")["spec"], "schedule"), "10 2 * * *");
  EXPECT_EQ(Field(prod.Find("CronJob/devstats-backups")["spec"], "schedule"), "45 3 29 * *");
}

}  // namespace
}  // namespace devstats::charts
