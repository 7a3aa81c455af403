#include "coordinator/chart/render/order.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

using ::testing::ElementsAre;

std::vector<Manifest> OfKinds(const std::vector<std::string>& kinds) {
  std::vector<Manifest> out;
  for (const std::string& kind : kinds) {
    Manifest manifest;
    manifest.kind = kind;
    manifest.name = std::to_string(out.size());
    out.push_back(manifest);
  }
  return out;
}

std::vector<std::string> Sorted(const std::vector<std::string>& kinds, KindOrder order) {
  std::vector<Manifest> manifests = OfKinds(kinds);
  SortByKind(manifests, order);
  std::vector<std::string> out;
  for (const Manifest& manifest : manifests) out.push_back(manifest.kind + manifest.name);
  return out;
}

TEST(Order, KnownKindsThenOthersByName) {
  EXPECT_THAT(
      Sorted({"Zebra", "", "Ingress", "Service", "Apple", "Namespace", "Zebra", "Service"},
             KindOrder::kInstall),
      ElementsAre("Namespace5", "Service3", "Service7", "Ingress2", "1", "Apple4", "Zebra0", "Zebra6"));
  EXPECT_THAT(Sorted({"Zebra", "Namespace", "Service", "Deployment", "apiservice", "APIService"},
                     KindOrder::kUninstall),
              ElementsAre("APIService5", "Service2", "Deployment3", "Namespace1", "Zebra0", "apiservice4"));
}

TEST(Order, ServicesGoBeforeWorkloadsBothWays) {
  EXPECT_TRUE(KindLess("Service", "Deployment", KindOrder::kInstall));
  EXPECT_TRUE(KindLess("Service", "Deployment", KindOrder::kUninstall));
  EXPECT_FALSE(KindLess("Pod", "Pod", KindOrder::kInstall));
}

TEST(Order, HooksRunByWeightThenName) {
  std::vector<Hook> hooks(4);
  hooks[0].weight = 5;
  hooks[1].weight = -1;
  hooks[1].manifest.name = "b";
  hooks[2].weight = -1;
  hooks[2].manifest.name = "a";
  SortByWeight(hooks);
  EXPECT_EQ(hooks[0].manifest.name, "a");
  EXPECT_EQ(hooks[1].manifest.name, "b");
  EXPECT_EQ(hooks[2].weight, 0);
  EXPECT_EQ(hooks[3].weight, 5);
}

}  // namespace
}  // namespace devstats::chart
