// PostgreSQL under Patroni.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

Json PatroniEnv(const Made& made, const std::string& name) {
  for (const Json& variable :
       PodOf(made.Find("StatefulSet/devstats-postgres"))["spec"]["containers"][0]["env"]) {
    if (variable["name"] == name) return variable["value"];
  }
  return Json();
}

TEST(ChartPatroni, TheLeadersLabelIsThatOfItsVersion) {
  Json values = Only({"skipPostgres"});
  EXPECT_EQ(Make(values).Find("Service/devstats-postgres")["spec"]["selector"]["role"], "primary");
  values["postgresLeaderRole"] = "master";
  EXPECT_EQ(Make(values).Find("Service/devstats-postgres")["spec"]["selector"]["role"], "master");
  EXPECT_EQ(Make(values).Find("Service/devstats-postgres-ro")["spec"]["selector"]["role"], "replica");
}

TEST(ChartPatroni, ItsLabelsAndPortsAreJson) {
  Json values = Only({"skipPostgres"});
  values["postgresPort"] = 5433;
  const Made made = Make(values);
  const Json labels = Json::parse(TextOf(PatroniEnv(made, "PATRONI_KUBERNETES_LABELS")));
  EXPECT_EQ(labels, made.Find("StatefulSet/devstats-postgres")["spec"]["selector"]["matchLabels"]);
  EXPECT_EQ(Json::parse(TextOf(PatroniEnv(made, "PATRONI_KUBERNETES_PORTS"))),
            Json::parse(R"([{"name": "postgresql", "port": 5433}])"));
  EXPECT_EQ(PatroniEnv(made, "PATRONI_POSTGRESQL_LISTEN"), "0.0.0.0:5433");
}

TEST(ChartPatroni, SegmentsOfWalAreKeptAsMegabytes) {
  Json values = Only({"skipPostgres"});
  EXPECT_EQ(PatroniEnv(Make(values), "PATRONI_POSTGRES_WAL_KEEP_SIZE"), "100GB");
  values["postgresWalKeepSegments"] = 10;
  EXPECT_EQ(PatroniEnv(Make(values), "PATRONI_POSTGRES_WAL_KEEP_SIZE"), "160MB");
}

TEST(ChartPatroni, DefaultsAreThoseThatPatroniTakes) {
  const Made made = Make(Only({"skipPostgres"}));
  const auto seconds = [&](const char* name) { return std::stoi(TextOf(PatroniEnv(made, name))); };
  EXPECT_LE(seconds("PATRONI_LOOP_WAIT") + 2 * seconds("PATRONI_RETRY_TIMEOUT"), seconds("PATRONI_TTL"));
}

TEST(ChartPatroni, HasTimeToStart) {
  Json values = Only({"skipPostgres"});
  values["postgresStartupSeconds"] = 61;
  const Made made = Make(values);
  const Json& probe =
      PodOf(made.Find("StatefulSet/devstats-postgres"))["spec"]["containers"][0]["startupProbe"];
  EXPECT_EQ(probe["failureThreshold"], 13);
  EXPECT_EQ(probe["periodSeconds"], 5);
}

TEST(ChartPatroni, SharedMemoryMayBeLimited) {
  Json values = Only({"skipPostgres"});
  const auto shm = [](const Made& made) {
    return PodOf(made.Find("StatefulSet/devstats-postgres"))["spec"]["volumes"][0];
  };
  EXPECT_EQ(shm(Make(values))["emptyDir"], Json({{"medium", "Memory"}}));
  values["postgresShmSizeLimit"] = "8Gi";
  EXPECT_EQ(shm(Make(values))["emptyDir"]["sizeLimit"], "8Gi");
}

TEST(ChartPatroni, ADrainTakesOneMemberAtATime) {
  Json values = Only({"skipPostgres"});
  const Made made = Make(values);
  const Json& budget = made.Find("PodDisruptionBudget/devstats-postgres")["spec"];
  EXPECT_EQ(budget["maxUnavailable"], 1);
  EXPECT_EQ(budget["selector"], made.Find("StatefulSet/devstats-postgres")["spec"]["selector"]);
  values["postgresMaxUnavailable"] = 0;
  EXPECT_TRUE(Make(values).Find("PodDisruptionBudget/devstats-postgres").is_null());
}

TEST(ChartPatroni, MembersOfOlderReleasesMayGoOnStartingOneByOne) {
  Json values = Only({"skipPostgres"});
  values["postgresPodManagementPolicy"] = "OrderedReady";
  EXPECT_EQ(Make(values).Find("StatefulSet/devstats-postgres")["spec"]["podManagementPolicy"],
            "OrderedReady");
}

}  // namespace
}  // namespace devstats::charts
