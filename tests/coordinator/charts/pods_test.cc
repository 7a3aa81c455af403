// What pods have beyond upstream's: probes, security, spreading, pull secrets; and who reaches them.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

std::vector<Json> PodsOf(const Made& made) {
  std::vector<Json> out;
  for (const Json& object : made.objects) {
    if (!PodOf(object).is_null()) out.push_back(PodOf(object)["spec"]);
  }
  EXPECT_EQ(out.size(), 14u);
  return out;
}

std::vector<Json> ContainersOf(const Json& pod) {
  std::vector<Json> out = pod["containers"].get<std::vector<Json>>();
  const Json init = pod.value("initContainers", Json::array());
  for (const Json& container : init) out.push_back(container);
  return out;
}

TEST(ChartPods, MayGainNothingThatTheyWereNotGiven) {
  for (const Json& pod : PodsOf(Make(AllOpen(OneProject())))) {
    EXPECT_EQ(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    EXPECT_EQ(pod.value("automountServiceAccountToken", true), pod.contains("serviceAccountName"));
    for (const Json& container : ContainersOf(pod)) {
      const Json& context = container["securityContext"];
      EXPECT_EQ(context["allowPrivilegeEscalation"], false) << container["name"];
      EXPECT_EQ(context["capabilities"]["drop"], Json({"ALL"})) << container["name"];
      const auto kept = context["capabilities"]["add"].get<std::vector<std::string>>();
      EXPECT_THAT((std::vector<std::string>{"CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE",
                                            "SETGID", "SETUID"}),
                  IsSupersetOf(kept));
    }
  }
}

TEST(ChartPods, OfPostgresKeepWhatTheImageNeeds) {
  const Made made = Make(Only({"skipPostgres"}));
  const Json& pod = PodOf(made.Find("StatefulSet/devstats-postgres"))["spec"];
  EXPECT_EQ(pod["securityContext"]["fsGroup"], 999);
  EXPECT_EQ(pod["initContainers"][0]["securityContext"]["runAsUser"], 0);
  EXPECT_FALSE(pod["containers"][0]["securityContext"].contains("runAsUser"));
}

TEST(ChartPods, SecurityContextsMayBeReplaced) {
  Json values = Only({"skipStatic", "skipCrons"}, OneProject());
  values["containerSecurityContext"] = nullptr;
  values["podSecurityContext"] = nullptr;
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  const Json& sync = PodOf(made.Find("CronJob/devstats-alpha"))["spec"];
  EXPECT_FALSE(sync.contains("securityContext"));
  EXPECT_FALSE(sync["containers"][0].contains("securityContext"));
  const Json& page = PodOf(made.Find("Deployment/devstats-static-test"))["spec"];
  EXPECT_TRUE(page["containers"][0]["securityContext"].contains("capabilities"));
}

TEST(ChartPods, ThatStayHaveProbes) {
  const Made made = Make(AllOpen(OneProject()));
  for (const char* id :
       {"StatefulSet/devstats-postgres", "Deployment/devstats-grafana-alpha", "Deployment/devstats-api",
        "Deployment/devstats-static-test", "Deployment/devstats-static-default"}) {
    const Json& container = PodOf(made.Find(id))["spec"]["containers"][0];
    for (const char* probe : {"livenessProbe", "readinessProbe"}) {
      ASSERT_TRUE(container.contains(probe)) << id;
      EXPECT_GE(container[probe]["timeoutSeconds"], 5) << "an exec probe has one second by default: " << id;
    }
  }
  EXPECT_TRUE(PodOf(made.Find("Pod/devstats-reports"))["spec"]["containers"][0].contains("readinessProbe"));
}

TEST(ChartPods, OfDeploymentsSpreadOverNodes) {
  const Made made = Make(AllOpen(OneProject()));
  int deployments = 0;
  for (const Json& object : made.objects) {
    if (object["kind"] != "Deployment") continue;
    ++deployments;
    const Json& spread = PodOf(object)["spec"]["topologySpreadConstraints"][0];
    EXPECT_EQ(spread["topologyKey"], "kubernetes.io/hostname");
    EXPECT_EQ(spread["labelSelector"]["matchLabels"], object["spec"]["selector"]["matchLabels"]);
  }
  EXPECT_EQ(deployments, 4);
}

TEST(ChartPods, PullOnlyOnceWhatHasADigest) {
  const std::string digest = "@sha256:" + std::string(64, 'a');
  Json values = Only({"skipCrons", "skipAPI"}, OneProject());
  values["syncImage"] = "registry.example.org/sync" + digest;
  const auto policy = [](const Made& made, const char* id) {
    return Field(PodOf(made.Find(id))["spec"]["containers"][0], "imagePullPolicy");
  };
  EXPECT_EQ(policy(Make(values), "CronJob/devstats-alpha"), "IfNotPresent");
  EXPECT_EQ(policy(Make(values), "Deployment/devstats-api"), "Always");
  values["imagePullPolicy"] = "Never";
  EXPECT_EQ(policy(Make(values), "CronJob/devstats-alpha"), "Never");
}

TEST(ChartPods, HavePullSecrets) {
  Json values = AllOpen(OneProject());
  values["imagePullSecrets"] = Json::array({"first", {{"name", "second"}}});
  for (const Json& pod : PodsOf(Make(values)))
    EXPECT_EQ(pod["imagePullSecrets"], Json::parse(R"([{"name": "first"}, {"name": "second"}])"));
}

TEST(ChartPods, ImagesFollowTheEnvironment) {
  Json values = AllOpen(OneProject());
  values["prodServer"] = "1";
  const Made made = Make(values);
  const auto image = [&](const char* id) {
    return Field(PodOf(made.Find(id))["spec"]["containers"][0], "image");
  };
  EXPECT_EQ(image("CronJob/devstats-alpha"), "lukaszgryglicki/devstats-minimal-prod");
  EXPECT_EQ(image("CronJob/devstats-affiliations-alpha"), "lukaszgryglicki/devstats-prod");
  EXPECT_EQ(image("Pod/devstats-provision-bootstrap"), "lukaszgryglicki/devstats-prod");
  EXPECT_EQ(image("Deployment/devstats-api"), "lukaszgryglicki/devstats-api-prod");
}

TEST(ChartPods, HaveTheCommandsThatAreGiven) {
  Json values = Only({"skipBootstrap", "skipPostgres"});
  values.update(Json{{"bootstrapPodName", "debug"},
                     {"bootstrapCommand", "sleep"},
                     {"bootstrapCommandArgs", {"36000s"}},
                     {"bootstrapMountBackups", 1},
                     {"overwritePostgresCommand", 1},
                     {"postgresCommand", "sleep"},
                     {"postgresCommandArgs", {1000}},
                     {"useBootstrapResourcesLimits", ""}});
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  const Json& debug = made.Find("Pod/debug")["spec"]["containers"][0];
  EXPECT_EQ(debug["command"], Json({"sleep"}));
  EXPECT_EQ(debug["args"], Json({"36000s"}));
  EXPECT_FALSE(debug.contains("resources"));
  EXPECT_EQ(MountsOf(made.Find("Pod/debug")["spec"], debug), "devstats-backups:/root");
  EXPECT_EQ(PodOf(made.Find("StatefulSet/devstats-postgres"))["spec"]["containers"][0]["args"],
            Json({"1000"}));
}

TEST(ChartPods, AmountsLeftEmptyAreLeftOut) {
  Json values = Only({"skipAPI"});
  values.update(Json{{"limitsAPICPU", ""}, {"limitsAPIMemory", ""}, {"requestsAPICPU", 2}});
  const Made made = Make(values);
  const Json& resources = PodOf(made.Find("Deployment/devstats-api"))["spec"]["containers"][0]["resources"];
  EXPECT_EQ(resources, Json::parse(R"({"requests": {"cpu": "2", "memory": "512Mi"}})"));
}

// Ports of a rule of a policy with who may reach them: "5432,8008 from anywhere".
std::vector<std::string> RulesOf(const Made& made, const std::string& policy) {
  std::vector<std::string> out;
  for (const Json& rule : made.Find("NetworkPolicy/" + policy)["spec"]["ingress"]) {
    std::vector<std::string> ports, from;
    for (const Json& port : rule["ports"]) ports.push_back(Field(port, "port"));
    const Json peers = rule.value("from", Json::array());
    for (const Json& peer : peers) {
      if (peer.contains("ipBlock")) from.push_back(Field(peer["ipBlock"], "cidr"));
      if (peer.contains("podSelector"))
        from.push_back((peer.contains("namespaceSelector") ? "all " : "") +
                       Pairs(peer["podSelector"]["matchLabels"]));
    }
    out.push_back(absl::StrCat(absl::StrJoin(ports, ","), " from ",
                               from.empty() ? "anywhere" : absl::StrJoin(from, "; ")));
  }
  return out;
}

TEST(ChartPolicies, LetNodesReachPatroniAndPostgres) {
  Json values = Only({"skipPostgres", "skipIngress"}, OneProject());
  const std::string members = "8008 from cluster-name=devstats-postgres name=devstats type=postgres";
  EXPECT_THAT(RulesOf(Make(values), "devstats-postgres"),
              ElementsAre("5432 from name=devstats", members, "5432,8008 from anywhere"));
  EXPECT_THAT(RulesOf(Make(values), "devstats-web"), ElementsAre("80,3000,8080 from anywhere"));
  values["coordinatorCIDRs"] = {"10.0.0.0/24", "fd00::/64"};
  EXPECT_THAT(RulesOf(Make(values), "devstats-postgres"),
              ElementsAre("5432 from name=devstats", members, "5432,8008 from 10.0.0.0/24; fd00::/64"));
  EXPECT_THAT(RulesOf(Make(values), "devstats-web"),
              ElementsAre("80,3000,8080 from 10.0.0.0/24; fd00::/64; name=devstats; all "
                          "app.kubernetes.io/name=ingress-nginx"));
  EXPECT_THAT(RulesOf(Make(values), "devstats-jobs"), ElementsAre());
}

// A pod that no policy selects would be open to all, and one that two select to what either lets in.
TEST(ChartPolicies, SelectEveryPodOnce) {
  const Made made = Make(AllOpen(OneProject()));
  std::set<std::string> served{"postgres"}, others;
  for (const Json& type :
       made.Find("NetworkPolicy/devstats-web")["spec"]["podSelector"]["matchExpressions"][0]["values"])
    served.insert(TextOf(type));
  const Json& jobs = made.Find("NetworkPolicy/devstats-jobs")["spec"]["podSelector"]["matchExpressions"][0];
  EXPECT_EQ(jobs["operator"], "NotIn");
  for (const Json& type : jobs["values"]) others.insert(TextOf(type));
  EXPECT_THAT(others, ::testing::ContainerEq(served));
  for (const char* id : {"Deployment/devstats-api", "Deployment/devstats-grafana-alpha",
                         "Deployment/devstats-static-default", "StatefulSet/devstats-postgres"})
    EXPECT_TRUE(served.contains(TextOf(PodOf(made.Find(id))["metadata"]["labels"]["type"]))) << id;
}

TEST(ChartPolicies, MayBeLeftOut) {
  Json values = AllOpen(OneProject());
  values["networkPolicies"] = false;
  for (const Json& object : Make(values).objects) EXPECT_NE(object["kind"], "NetworkPolicy");
}

}  // namespace
}  // namespace devstats::charts
