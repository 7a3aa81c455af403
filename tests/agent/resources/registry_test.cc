#include "agent/resources/registry.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;

class RegistryTest : public ::testing::Test {
 protected:
  std::vector<std::string> Order(const v1::PhaseSpec& spec) {
    auto graph = MakePhase(spec, box_.host.get());
    EXPECT_TRUE(graph.ok()) << graph.status();
    std::vector<std::string> names;
    for (const GraphNode& node : graph->nodes()) names.push_back(node.unit->id());
    return names;
  }
  Box box_;
};

v1::PhaseSpec HostPhase() {
  v1::PhaseSpec spec;
  spec.mutable_sysctl();
  spec.mutable_hostname();
  spec.mutable_hosts();
  spec.mutable_swap();
  spec.mutable_modules();
  spec.mutable_journald();
  spec.mutable_repositories();
  spec.mutable_packages();
  spec.mutable_services();
  return spec;
}

TEST_F(RegistryTest, APhaseHasWhatItsSpecSetsAndNothingElse) {
  EXPECT_THAT(Order({}), ::testing::IsEmpty());
  v1::PhaseSpec sysctl;
  sysctl.mutable_sysctl();
  EXPECT_THAT(Order(sysctl), ElementsAre("sysctl")) << "needs of absent resources are no needs";
}

TEST_F(RegistryTest, TheHostPhaseStandsInAnOrderThatWorks) {
  const std::vector<std::string> order = Order(HostPhase());
  EXPECT_EQ(order.size(), 9u);
  const auto at = [&order](const char* name) { return std::find(order.begin(), order.end(), name); };
  EXPECT_LT(at("modules"), at("sysctl"));
  EXPECT_LT(at("repositories"), at("packages"));
  EXPECT_LT(at("packages"), at("services"));
}

TEST_F(RegistryTest, DiskLinksAndContainerdFollowWhatMakesTheirWorld) {
  v1::PhaseSpec spec;
  spec.mutable_containerd();
  spec.mutable_services();
  spec.mutable_links();
  spec.mutable_disk();
  spec.mutable_packages();
  EXPECT_THAT(Order(spec), ElementsAre("packages", "disk", "links", "containerd", "services"));
}

TEST_F(RegistryTest, ParametersOfAModuleThatIsYetToBeLoadedDoNotFailThePlan) {
  box_.Write("/proc/sys/kernel/osrelease", "6.1\n");
  box_.Write("/lib/modules/6.1/modules.dep", "kernel/net/bridge/br_netfilter.ko:\n");
  v1::PhaseSpec spec;
  (*spec.mutable_sysctl()->mutable_values())["net.bridge.bridge-nf-call-iptables"] = "1";
  spec.mutable_modules()->add_names("br_netfilter");
  auto graph = MakePhase(spec, box_.host.get());
  ASSERT_TRUE(graph.ok()) << graph.status();
  const auto plan = graph->Plan();
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_EQ(plan[1].unit(), "sysctl");
  EXPECT_EQ(plan[1].state(), UnitPlan::DEFERRED);
  EXPECT_EQ(plan[1].deferred_by(), "modules");
}

}  // namespace
}  // namespace devstats::agent
