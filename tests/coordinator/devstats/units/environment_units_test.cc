// The units of an environment as they are made from cluster.yaml, with our chart itself.
#include "coordinator/devstats/units/environment_units.h"

#include "coordinator/chartsource/system_environment.h"
#include "coordinator/spec/catalog.h"
#include "coordinator/spec/spec.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::HasSubstr;

constexpr char kOneEnvironment[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane, labels: {node: devstats-app, node2: devstats-db}}
  - {name: w, address: 10.0.0.2, labels: {node: devstats-app, node2: devstats-db}}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
environments:
  test: {preset: demo, projects: [kubernetes, prometheus], patroni: {members: 2}, reports: true}
)";

class EnvironmentUnitsTest : public addons::UnitsTest {
 protected:
  void SeedNode(const std::string& name, const std::string& memory) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Node"},
                {"metadata",
                 {{"name", name},
                  {"labels",
                   {{"node", "devstats-app"}, {"node2", "devstats-db"}, {"kubernetes.io/hostname", name}}}}},
                {"status", {{"allocatable", {{"cpu", "8"}, {"memory", memory}, {"pods", "110"}}}}}});
  }
  Graph MakeGraph() {
    auto spec = spec::ParseClusterSpec(kOneEnvironment, "c.yaml");
    EXPECT_TRUE(spec.ok()) << spec.status();
    const auto no_file = [](const std::string&) -> absl::StatusOr<std::string> {
      return absl::NotFoundError("the shipped catalog is no file");
    };
    const auto projects = spec::ProjectsOf(spec->environments[0], *spec::ProjectsOf(spec->projects, no_file));
    EXPECT_TRUE(projects.ok()) << projects.status();
    const EnvironmentParts parts{
        .steps = {.engine = {.client = &kube_, .clock = &SystemClock(), .environment = &charts_}},
        .sealed = {.get = [](const std::string&) { return Secret("x"); },
                   .mac = [](const std::string&) { return std::string("mac"); }},
        .chart = absl::StrCat(DEVSTATS_CHARTS, "/devstats")};
    auto units = EnvironmentUnits(*spec, spec->environments[0], *projects, {}, parts);
    EXPECT_TRUE(units.ok()) << units.status();
    auto graph = Graph::Make(*std::move(units));
    EXPECT_TRUE(graph.ok()) << graph.status();
    return *std::move(graph);  // the spec is gone by now: units keep what they need of it
  }
  UnitPlan PlanOf(const Graph& graph, const std::string& step) {
    return PlanUnit(*graph.Find(absl::StrCat("environments/test/", step))->unit);
  }
  const chartsource::SystemEnvironment charts_;
};

TEST_F(EnvironmentUnitsTest, TheWholeChartIsRenderedAndComparedWithTheNodes) {
  for (const char* name : {"m", "w"}) SeedNode(name, "4Gi");
  const Graph graph = MakeGraph();
  const UnitPlan plan = PlanOf(graph, "capacity");
  EXPECT_EQ(plan.error(), "");
  EXPECT_EQ(plan.state(), UnitPlan::READY);
}

TEST_F(EnvironmentUnitsTest, AMemberWithoutANodeIsRefusedBeforeAnythingIsApplied) {
  SeedNode("m", "4Gi");
  const Graph graph = MakeGraph();
  EXPECT_THAT(PlanOf(graph, "capacity").error(),
              HasSubstr("devstats-postgres: 2 pods must each keep apart from others; nodes with "
                        "node2=devstats-db: 1"));
  EXPECT_EQ(graph.nodes().front().unit->id(), "environments/test/capacity");
}

TEST_F(EnvironmentUnitsTest, LittleMemoryIsTooLittle) {
  for (const char* name : {"m", "w"}) SeedNode(name, "1Gi");
  EXPECT_THAT(PlanOf(MakeGraph(), "capacity").error(), HasSubstr("of memory; nodes with node=devstats-app"));
}

}  // namespace
}  // namespace devstats::domain
