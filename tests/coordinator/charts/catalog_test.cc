// A whole catalog, on old and new clusters, and what one more project changes.
#include "absl/strings/match.h"
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr int kProjects = 283;

Json CatalogOf(const std::string& environment) {
  Json values = ManyProjects(kProjects);
  values["environment"] = environment;
  return values;
}

std::map<std::string, int> CountOf(const Made& made) {
  std::map<std::string, int> count;
  for (const Json& object : made.objects)
    ++count[absl::StrCat(TextOf(object["apiVersion"]), " ", TextOf(object["kind"]))];
  return count;
}

class ChartCatalog : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(ChartCatalog, IsRenderedWhole) {
  const auto& [environment, version] = GetParam();
  const Made made = Make(CatalogOf(environment), version);
  ASSERT_EQ(made.error, "");
  std::map<std::string, int> count = CountOf(made);
  EXPECT_EQ(count["v1 PersistentVolumeClaim"], kProjects + 1);
  EXPECT_EQ(count["v1 Pod"], kProjects + 1);
  EXPECT_EQ(count["apps/v1 Deployment"], kProjects + 2 + 1);
  EXPECT_EQ(count["v1 Service"], kProjects + 2 + 1 + 3);
  EXPECT_EQ(count["apps/v1 StatefulSet"], 1);
  // 29 hosts in test, 283 in prod.
  EXPECT_EQ(count["networking.k8s.io/v1 Ingress"], environment == "test" ? 1 + 1 : 1 + 9);
  const bool old = version == "1.20.2";
  EXPECT_EQ(count[old ? "batch/v1beta1 CronJob" : "batch/v1 CronJob"], 2 * kProjects + 1);
  EXPECT_EQ(count[old ? "policy/v1beta1 PodDisruptionBudget" : "policy/v1 PodDisruptionBudget"], 1);
  EXPECT_EQ(count.size(), 13u);
  const auto ids = made.Ids();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size()) << "an object is made twice";
}

INSTANTIATE_TEST_SUITE_P(Of, ChartCatalog,
                         ::testing::Values(std::tuple("test", "1.20.2"), std::tuple("prod", "1.35.0")));

TEST(ChartVersions, BeforeTheOldestAreRefused) {
  EXPECT_THAT(Make(Json::object(), "1.19.16").error, HasSubstr("chart requires kubeVersion: >=1.20.0-0"));
}

TEST(ChartVersions, WithoutAClusterTheVersionDecides) {
  chart::RenderOptions options;
  options.release.name = "r";
  for (const auto& [version, api] : {std::pair("1.20.0", "batch/v1beta1"), std::pair("1.21.0", "batch/v1")}) {
    ASSERT_TRUE(chart::SetKubeVersion(version, options.capabilities).ok());
    const Json values = Only({"skipBackups"});
    const auto rendered = chart::Render(DevstatsChart(), *chart::ReadYamlMap(values.dump(), TestLimits()),
                                        options, chart::FixedEnvironment());
    ASSERT_TRUE(rendered.ok()) << rendered.status();
    EXPECT_EQ(rendered->manifests[0].api_version, api) << version;
  }
}

// What the coordinator gives: hosts where they were, a new one where there is room.
Json WithCertificates(Json values, const std::vector<std::string>& last) {
  Json hosts = {{"1", {"prod.example.org"}}};
  std::vector<std::string> order = last;
  for (const Json& project : values["projects"]) {
    const std::string host = TextOf(project["url"]) + ".prod.example.org";
    if (std::find(order.begin(), order.end(), host) == order.end()) order.push_back(host);
  }
  for (size_t i = 0; i < order.size(); ++i) hosts[absl::StrCat(2 + i / 35)].push_back(order[i]);
  values["tlsHosts"] = hosts;
  return values;
}

std::map<std::string, const Json*> ById(const Made& made) {
  std::map<std::string, const Json*> out;
  for (const Json& object : made.objects) out[Made::IdOf(object)] = &object;
  return out;
}

// Objects that are in one only, or not the same in both.
std::set<std::string> ChangedBetween(const Made& before, const Made& after) {
  const auto old = ById(before), now = ById(after);
  std::set<std::string> changed;
  for (const auto& [id, object] : old) {
    if (!now.contains(id) || *now.at(id) != *object) changed.insert(id);
  }
  for (const auto& [id, object] : now) {
    if (!old.contains(id)) changed.insert(id);
  }
  return changed;
}

TEST(ChartStability, AProjectInTheMiddleChangesOnlyItsOwnObjects) {
  Json values = ManyProjects(100);
  values["environment"] = "prod";
  std::vector<std::string> hosts;
  for (const Json& project : values["projects"])
    hosts.push_back(TextOf(project["url"]) + ".prod.example.org");
  const Made before = Make(WithCertificates(values, hosts));
  ASSERT_EQ(before.error, "");
  Json middle = values["projects"][7];
  middle.update(Json{{"proj", "new"}, {"url", "new"}, {"db", "new"}});
  values["projects"].insert(values["projects"].begin() + 50, middle);
  const Made after = Make(WithCertificates(values, hosts));
  ASSERT_EQ(after.error, "");
  EXPECT_THAT(ChangedBetween(before, after),
              UnorderedElementsAre("CronJob/devstats-new", "CronJob/devstats-affiliations-new",
                                   "Deployment/devstats-grafana-new", "Service/devstats-service-new",
                                   "PersistentVolumeClaim/devstats-pvc-new", "Pod/devstats-provision-new",
                                   "Ingress/devstats-ingress-4"));
}

}  // namespace
}  // namespace devstats::charts
