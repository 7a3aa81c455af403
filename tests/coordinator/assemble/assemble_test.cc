#include "coordinator/assemble/assemble.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr char kNodes[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: w, address: 10.0.0.2}
)";
constexpr char kKubernetes[] =
    "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n"
    "contexts: {prod: {namespace: devstats-prod}, shared: {namespace: default}}\n";

class SameAgent : public AgentPool {
 public:
  AgentClient* Get(const std::string&, const std::string& address) override {
    addresses.insert(address);
    return &agent;
  }
  FakeAgent agent;
  std::set<std::string> addresses;
};

class AssembleTest : public ::testing::Test {
 protected:
  static spec::ClusterSpec Spec(const std::string& more = kKubernetes) {
    auto spec = spec::ParseClusterSpec(absl::StrCat(kNodes, more), "c.yaml");
    EXPECT_TRUE(spec.ok()) << spec.status();
    return *std::move(spec);
  }
  Graph Of(const spec::ClusterSpec& spec, const Scope& scope = {}) {
    auto graph = Assemble(spec, world_, scope);
    EXPECT_TRUE(graph.ok()) << graph.status();
    return *std::move(graph);
  }
  static std::vector<std::string> Ids(const Graph& graph) {
    std::vector<std::string> ids;
    for (const GraphNode& node : graph.nodes()) ids.push_back(node.unit->id());
    return ids;
  }
  static size_t PlaceOf(const Graph& graph, const std::string& id) {
    const std::vector<std::string> ids = Ids(graph);
    return static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  }

  TempDir dir_;
  SameAgent agents_;
  KubernetesAccess kubernetes_{dir_ / "kubernetes", &SystemClock()};
  const chartsource::SystemEnvironment charts_;
  const World world_{.agents = &agents_,
                     .clock = &SystemClock(),
                     .kubernetes = &kubernetes_,
                     .charts = &charts_,
                     .cluster_id = "c1"};
};

TEST_F(AssembleTest, WithoutKubernetesThereAreOnlyTheBoxes) {
  EXPECT_THAT(Ids(Of(Spec("os: {swapOff: true}\n"))),
              ::testing::UnorderedElementsAre("preflight@m", "host@m", "preflight@w", "host@w"));
  EXPECT_EQ(agents_.addresses, (std::set<std::string>{"10.0.0.1:7442", "10.0.0.2:7442"}));
}

TEST_F(AssembleTest, PhasesAreInTheirOrder) {
  const Graph graph = Of(Spec());
  for (const auto& [before, after] :
       std::vector<std::pair<std::string, std::string>>{{"preflight@w", "host@w"},
                                                        {"host@w", "runtime@w"},
                                                        {"runtime@w", "kubernetes@w"},
                                                        {"kubernetes@m", "control-plane@m"},
                                                        {"control-plane@m", "kubernetes-access"},
                                                        {"kubernetes-access", "join@w"},
                                                        {"join@w", "network@m"},
                                                        {"join@w", "labels"},
                                                        {"join@w", "taints"},
                                                        {"kubernetes-access", "namespaces"},
                                                        {"network@w", "kubeconfig@w"},
                                                        {"kubeconfig@w", "verification"},
                                                        {"labels", "verification"}})
    EXPECT_LT(PlaceOf(graph, before), PlaceOf(graph, after)) << before << " before " << after;
}

TEST_F(AssembleTest, TheControlPlaneDoesNotJoinAndWhatIsObservedThroughItWaits) {
  const Graph graph = Of(Spec());
  EXPECT_THAT(Ids(graph), AllOf(Not(Contains("join@m")), Not(Contains("control-plane@w"))));
  EXPECT_THAT(graph.Find("join@w")->world, Contains("kubernetes-access"));
  EXPECT_THAT(graph.Find("host@w")->world, IsEmpty());
}

TEST_F(AssembleTest, ABoxNeedsNoOtherBoxBeforeItJoins) {
  const Graph graph = Of(Spec());
  for (const char* phase : {"host@w", "runtime@w", "kubernetes@w"})
    for (const std::string& need : graph.Find(phase)->needs) EXPECT_THAT(need, HasSubstr("@w")) << phase;
}

TEST_F(AssembleTest, WithHostGatewayAllNodesAreNeighbours) {
  EXPECT_EQ(Of(Spec()).Find("preflight@w")->unit->Inputs()["neighbours"], (Json{{"m", "10.0.0.1"}}));
  EXPECT_TRUE(Of(Spec("os: {swapOff: true}\n")).Find("preflight@w")->unit->Inputs()["neighbours"].empty());
}

TEST_F(AssembleTest, AScopeHasItsPhaseOrNodeAndNoNeedsOutside) {
  const Graph joins = Of(Spec(), {.only = "join"});
  EXPECT_THAT(Ids(joins), ElementsAre("join@w"));
  EXPECT_THAT(joins.nodes()[0].needs, IsEmpty());
  for (const std::string& id : Ids(Of(Spec(), {.node = "m"}))) EXPECT_THAT(id, HasSubstr("@m"));
  auto unknown = Assemble(Spec(), world_, {.only = "joins"});
  EXPECT_TRUE(absl::IsNotFound(unknown.status()));
  EXPECT_THAT(HintOf(unknown.status()), HasSubstr("join"));
  EXPECT_THAT(HintOf(Assemble(Spec(), world_, {.node = "x"}).status()), HasSubstr("there are m, w"));
}

TEST_F(AssembleTest, PrerequisitesAreAllThatComesBefore) {
  auto before = Prerequisites(Spec(), world_, {.only = "join"});
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_THAT(Ids(*before),
              IsSupersetOf({"preflight@m", "control-plane@m", "kubernetes-access", "kubernetes@w"}));
  EXPECT_THAT(Ids(*before), AllOf(Not(Contains("join@w")), Not(Contains("verification"))));
  EXPECT_THAT(Ids(*Prerequisites(Spec(), world_, {.only = "preflight"})), IsEmpty());
}

constexpr char kWithReleases[] = R"(kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
addons: {openebs: {chart: /c}, nfs: {chart: /c, size: 1Ti}}
releases: [{name: store, namespace: shop, chart: /c, needs: [nfs]}]
)";

TEST_F(AssembleTest, ReleasesAndAddonsComeAfterTheVerification) {
  const Graph graph = Of(Spec(kWithReleases));
  const std::vector<std::string> ids = Ids(graph);
  EXPECT_THAT(std::vector<std::string>(ids.end() - 5, ids.end()),
              ElementsAre("verification", "addons/openebs", "addons/openebs/default-class", "addons/nfs",
                          "releases/store"));
  EXPECT_THAT(graph.Find("addons/nfs")->world, ElementsAre("addons/openebs/default-class"));
  EXPECT_EQ(graph.Find("releases/store")->unit->Inputs()["namespace"], "shop");
}

TEST_F(AssembleTest, AScopeMayBeAllReleasesOrOne) {
  EXPECT_THAT(Ids(Of(Spec(kWithReleases), {.only = "releases"})), ElementsAre("releases/store"));
  EXPECT_THAT(Ids(Of(Spec(kWithReleases), {.only = "releases/store"})), ElementsAre("releases/store"));
  EXPECT_THAT(Ids(Of(Spec(kWithReleases), {.only = "addons/openebs"})),
              ElementsAre("addons/openebs", "addons/openebs/default-class"));
  EXPECT_THAT(Ids(Of(Spec(kWithReleases), {.only = "addons"})).size(), 3u);
  const auto unknown = Assemble(Spec(kWithReleases), world_, {.only = "release"});
  EXPECT_TRUE(absl::IsNotFound(unknown.status()));
  EXPECT_THAT(HintOf(unknown.status()), HasSubstr("releases/store"));
  const auto before = Prerequisites(Spec(kWithReleases), world_, {.only = "releases"});
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_THAT(Ids(*before), IsSupersetOf({"verification", "addons/nfs", "addons/openebs"}));
}

constexpr char kWithEnvironments[] = R"(labels: {node: devstats-app, node2: devstats-db}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
releases: [{name: store, namespace: shop, chart: /c}]
environments:
  test: {preset: demo, projects: [prometheus], patroni: {members: 2}}
  prod: {preset: demo, projects: [prometheus], patroni: {members: 2}}
)";

TEST_F(AssembleTest, EnvironmentsComeAfterReleasesAndSideBySide) {
  const Graph graph = Of(Spec(kWithEnvironments));
  EXPECT_THAT(Ids(graph), IsSupersetOf({"environments/test/secrets", "environments/test/patroni-ready",
                                        "environments/test/bootstrap", "environments/prod/crons"}));
  EXPECT_THAT(graph.Find("environments/test/capacity")->needs,
              IsSupersetOf({"verification", "labels", "join@w", "releases/store"}));
  for (const GraphNode& node : graph.nodes()) {
    for (const std::string& need : node.needs) {
      if (need.find("environments/test/") == 0) {
        EXPECT_THAT(node.unit->id(), HasSubstr("environments/test/"));
      }
    }
  }
}

TEST_F(AssembleTest, WhatIsNoLongerNamedGoesLast) {
  kube::FakeKube kube;
  World world = world_;
  world.kube = &kube;
  const auto graph = Assemble(Spec(kWithEnvironments), world, {});
  ASSERT_TRUE(graph.ok()) << graph.status();
  const GraphNode& last = graph->nodes().back();
  EXPECT_EQ(last.unit->id(), "leftovers");
  EXPECT_EQ(last.needs.size() + 1, graph->nodes().size());
  EXPECT_THAT(last.world, ElementsAre("verification"));
  const std::string named = last.unit->Inputs().dump();
  for (const char* release :
       {"shop/store", "devstats-test/devstats-test-api", "devstats-prod/devstats-prod-crons"})
    EXPECT_THAT(named, HasSubstr(absl::StrCat("\"", release, "\"")));
}

TEST_F(AssembleTest, WhatAPartOfAnEnvironmentNeedsIsFound) {
  const auto before = Prerequisites(Spec(kWithEnvironments), world_, {.only = "environments/test/crons"});
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_THAT(Ids(*before), AllOf(IsSupersetOf({"host@m", "verification", "environments/test/projects"}),
                                  Not(Contains("environments/prod/secrets"))));
}

TEST_F(AssembleTest, AnotherNodeChangesWhatOthersMustKnowOfItAndNothingElse) {
  const Graph two = Of(Spec());
  auto more = spec::ParseClusterSpec(absl::StrCat(kNodes, "  - {name: w2, address: 10.0.0.3}\n", kKubernetes),
                                     "c.yaml");
  ASSERT_TRUE(more.ok()) << more.status();
  const Graph three = Of(*more);
  std::vector<std::string> changed;
  for (const GraphNode& node : two.nodes())
    if (three.Find(node.unit->id())->unit->Inputs() != node.unit->Inputs())
      changed.push_back(node.unit->id());
  EXPECT_THAT(changed, IsSupersetOf({"host@m", "host@w", "verification"}));
  EXPECT_THAT(changed, AllOf(Not(Contains("runtime@w")), Not(Contains("kubernetes@w")),
                             Not(Contains("control-plane@m")), Not(Contains("join@w")),
                             Not(Contains("kubeconfig@w"))));
}

}  // namespace
}  // namespace devstats::coordinator
