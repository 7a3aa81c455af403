#include "agent/resources/kubernetes.h"

#include "agent/resources/registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

std::vector<std::string> IdsOf(const v1::PhaseSpec& spec, Host* host) {
  std::vector<std::string> ids;
  auto graph = MakePhase(spec, host);
  EXPECT_TRUE(graph.ok()) << graph.status();
  if (graph.ok())
    for (const GraphNode& node : graph->nodes()) ids.push_back(node.unit->id());
  return ids;
}

TEST(Kubernetes, ResourcesStandInTheirOrderWhicheverThereAre) {
  Box box;
  v1::PhaseSpec spec;
  spec.mutable_kubeconfig();
  EXPECT_THAT(IdsOf(spec, box.host.get()), ::testing::ElementsAre("kubeconfig"));
  spec.mutable_shell();
  spec.mutable_bridge_cni();
  spec.mutable_routes();
  spec.mutable_join();
  spec.mutable_kubelet();
  EXPECT_THAT(IdsOf(spec, box.host.get()),
              ::testing::ElementsAre("kubelet", "join", "kubeconfig", "routes", "bridge_cni", "shell"));
}

TEST(Kubernetes, AFailureStopsWhatNeedsItAndNothingElse) {
  Box box;
  v1::PhaseSpec spec;
  spec.mutable_kubelet();
  spec.mutable_init();
  spec.mutable_kubeconfig();
  auto graph = MakePhase(spec, box.host.get());
  ASSERT_TRUE(graph.ok());
  EXPECT_THAT(graph->Find("init")->needs, ::testing::ElementsAre("kubelet"));
  EXPECT_THAT(graph->Find("kubeconfig")->needs, ::testing::ElementsAre("init"));
}

}  // namespace
}  // namespace devstats::agent
