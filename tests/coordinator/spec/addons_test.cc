#include "absl/strings/str_cat.h"
#include "coordinator/spec/addon_defaults.h"
#include "coordinator/spec/schema.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kAddonCluster[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: w, address: 10.0.0.2, labels: {ingress: prod}}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
charts: {mirror: /srv/charts}
)";

AddonsSpec AddonsOf(const std::string& text) {
  const auto spec = ParseClusterSpec(absl::StrCat(kAddonCluster, text), "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? spec->addons : AddonsSpec();
}

TEST(Addons, AreOffUnlessNamed) {
  EXPECT_TRUE(NamedAddons(AddonsOf("")).empty());
  EXPECT_TRUE(NamedAddons(AddonsOf("addons: {}\n")).empty());
}

TEST(Addons, NamedOneHasOurDefaults) {
  const AddonsSpec addons =
      AddonsOf("addons: {openebs: {chart: /srv/openebs}, nfs: {chart: /srv/nfs, size: 8Ti}}\n");
  EXPECT_EQ(addons.openebs->namespace_, "openebs");
  EXPECT_EQ(addons.openebs->chart.version, kOpenEbsDefaults.version);
  EXPECT_EQ(addons.openebs->chart.repository, "");  // a path is nowhere else
  EXPECT_TRUE(addons.openebs->default_storage_class);
  EXPECT_EQ(addons.nfs->storage_class, "nfs-openebs-localstorage");
  EXPECT_EQ(addons.nfs->backing_class, "openebs-hostpath");
  EXPECT_EQ(addons.nfs->namespace_, "default");
  EXPECT_EQ(addons.nfs->timeout, "10m");
}

TEST(Addons, EnvironmentsNameWhatIsTheirs) {
  const AddonsSpec addons = AddonsOf(R"(addons:
  ingressNginx: {chart: /srv/nginx, test: {}, prod: {mode: DaemonSet, openFiles: 100000}}
  certManager:
    chart: /srv/cert-manager
    issuers:
      test: {email: ops@example.com, server: staging}
      prod: {email: ops@example.com, server: production, privateKeySecret: key, ingressClass: other}
)");
  ASSERT_EQ(addons.ingress_nginx->environments.size(), 2u);
  const IngressSpec& test = addons.ingress_nginx->environments[0];
  EXPECT_EQ(test.namespace_, "devstats-test");
  EXPECT_EQ(test.class_, "nginx-test");
  EXPECT_EQ(test.http_port, 31080);
  const IngressSpec& prod = addons.ingress_nginx->environments[1];
  EXPECT_EQ(prod.mode, IngressSpec::Mode::kDaemonSet);
  EXPECT_EQ(prod.https_port, 30443);
  EXPECT_EQ(prod.open_files, 100000);
  ASSERT_EQ(addons.cert_manager->issuers.size(), 2u);
  const auto& issuers = addons.cert_manager->issuers;
  EXPECT_EQ(issuers[0].server, "https://acme-staging-v02.api.letsencrypt.org/directory");
  EXPECT_EQ(issuers[0].private_key_secret, "letsencrypt-test-account-key");
  EXPECT_EQ(issuers[1].server, "https://acme-v02.api.letsencrypt.org/directory");
  EXPECT_EQ(issuers[1].private_key_secret, "key");
  EXPECT_EQ(issuers[1].ingress_class, "other");
  EXPECT_EQ(issuers[1].namespace_, "devstats-prod");
}

TEST(Addons, PoolsMayHoldAddressesOfNodes) {
  const AddonsSpec addons = AddonsOf(
      "addons: {metallb: {chart: /m, pools: {prod: {addresses: [10.0.0.1, 10.0.0.2-10.0.0.5], address: "
      "10.0.0.1}}, "
      "excludeFromExternalLoadBalancers: remove}}\n");
  EXPECT_EQ(addons.metallb->exclude_label, MetalLbSpec::ExcludeLabel::kRemove);
  ASSERT_EQ(addons.metallb->pools.size(), 1u);
  EXPECT_THAT(addons.metallb->pools[0].addresses, ElementsAre("10.0.0.1", "10.0.0.2-10.0.0.5"));
}

TEST(Addons, ExplainTellsDefaultsOfEach) {
  EXPECT_THAT(*Explain("addons.ingressNginx.version"), HasSubstr("4.15.1"));
  EXPECT_THAT(*Explain("addons.metallb.repository"), HasSubstr("https://metallb.github.io/metallb"));
  EXPECT_EQ(*Explain("addons.metallb.pools.prod.address"), *Explain("addons.metallb.pools.*.address"));
  EXPECT_THAT(*Explain("addons.ingressNginx.prod.httpPort"), HasSubstr("30080"));
}

TEST(Addons, ImageNamesAreThoseThatTheGrammarTells) {
  for (const AddonDefaults* addon : {&kOpenEbsDefaults, &kNfsDefaults, &kMetalLbDefaults,
                                     &kIngressNginxDefaults, &kCertManagerDefaults, &kDashboardDefaults})
    for (const char* name : ImageNames(*addon)) {
      EXPECT_TRUE(addon->image_names->fits(name)) << addon->key;
      EXPECT_THAT(addon->image_names->says, HasSubstr(name));
    }
}

}  // namespace
}  // namespace devstats::spec
