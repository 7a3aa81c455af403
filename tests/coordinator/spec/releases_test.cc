#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::ElementsAre;

constexpr char kRelease[] = R"(cluster: c
nodes: [{name: a, address: 10.0.0.1, role: control-plane}]
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
charts: {mirror: "oci://mirror.example.com/charts"}
releases:
  - name: store
    namespace: shop
    chart: /srv/charts/store
    values: {replicas: 2, "on": yes, nothing: null, list: [{a: "1"}]}
    valuesFiles: [/b.yaml, /a.yaml]
    timeout: 1h30m
    wait: false
    needs: [verification]
  - name: empty
    namespace: shop
    chart: /srv/charts/store
)";

TEST(Releases, AreReadAsWritten) {
  const auto spec = ParseClusterSpec(kRelease, "c.yaml");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->chart_mirror, "oci://mirror.example.com/charts");
  ASSERT_EQ(spec->releases.size(), 2u);
  const ReleaseSpec& store = spec->releases[0];
  EXPECT_EQ(store.namespace_, "shop");
  EXPECT_TRUE(store.chart.IsPath());
  EXPECT_THAT(store.values_files, ElementsAre("/b.yaml", "/a.yaml"));
  EXPECT_EQ(store.timeout, "1h30m");
  EXPECT_FALSE(store.wait);
  EXPECT_THAT(store.needs, ElementsAre("verification"));
  ASSERT_EQ(store.chart.values.entries.size(), 4u);
  EXPECT_EQ(store.chart.values.entries[1].value.value,
            "yes");  // text or not is for who reads it as Helm does
  EXPECT_TRUE(store.chart.values.Find("nothing")->IsNull());
}

TEST(Releases, HaveHelmsDefaultsButWait) {
  const auto spec = ParseClusterSpec(kRelease, "c.yaml");
  ASSERT_TRUE(spec.ok()) << spec.status();
  const ReleaseSpec& empty = spec->releases[1];
  EXPECT_TRUE(empty.wait && empty.create_namespace);
  EXPECT_FALSE(empty.wait_for_jobs || empty.atomic || empty.skip_crds);
  EXPECT_EQ(empty.timeout, "5m");
  EXPECT_TRUE(empty.chart.values.IsNull());
}

TEST(Releases, ExplainKnowsAnyKeyOfValues) {
  EXPECT_EQ(*Explain("releases[].values.controller.image"), *Explain("releases[].values"));
}

}  // namespace
}  // namespace devstats::spec
