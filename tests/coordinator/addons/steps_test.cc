#include "coordinator/addons/steps.h"

#include "common/status.h"
#include "tests/coordinator/addons/fixture.h"

namespace devstats::addons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAllAddons[] = R"(addons:
  openebs: {chart: /c/openebs}
  nfs: {chart: /c/nfs, size: 8Ti}
  metallb:
    chart: /c/metallb
    pools: {test: {addresses: [10.0.0.1], address: 10.0.0.1}, prod: {addresses: [10.0.0.16/28]}}
    excludeFromExternalLoadBalancers: remove
  ingressNginx: {chart: /c/nginx, test: {}, prod: {mode: DaemonSet}}
  certManager:
    chart: /c/cert-manager
    issuers:
      test: {server: staging, email: ops@example.com}
      prod: {server: production, email: ops@example.com}
  dashboard: {chart: /c/headlamp}
)";

TEST(Steps, ComeInTheOrderInWhichTheyNeedEachOther) {
  EXPECT_THAT(OrderOf(StepsWith(kAllAddons)),
              ElementsAre("addons/openebs <- verification",                         //
                          "addons/openebs/default-class <- addons/openebs",         //
                          "addons/nfs <- addons/openebs/default-class",             //
                          "addons/metallb/exclude-label <- verification",           //
                          "addons/metallb/namespace <- verification",               //
                          "addons/metallb/memberlist <- addons/metallb/namespace",  //
                          "addons/metallb <- addons/metallb/memberlist",            //
                          "addons/metallb/pools <- addons/metallb",                 //
                          "addons/ingressNginx/test <- addons/metallb/exclude-label addons/metallb/namespace "
                          "addons/metallb/memberlist addons/metallb addons/metallb/pools",  //
                          "addons/ingressNginx/test/answers <- addons/ingressNginx/test",   //
                          "addons/ingressNginx/prod <- verification",                       //
                          "addons/ingressNginx/prod/answers <- addons/ingressNginx/prod",   //
                          "addons/certManager <- verification",                             //
                          "addons/certManager/issuer-test <- addons/ingressNginx/test "
                          "addons/ingressNginx/test/answers addons/certManager",  //
                          "addons/certManager/issuer-prod <- addons/ingressNginx/prod "
                          "addons/ingressNginx/prod/answers addons/certManager",  //
                          "addons/dashboard <- verification"));
}

TEST(Steps, AddonsOffMakeNone) {
  EXPECT_THAT(StepsWith(""), IsEmpty());
  EXPECT_THAT(OrderOf(StepsWith("addons: {nfs: {chart: /c, size: 1Ti}}\n")),
              ElementsAre("addons/nfs <- verification"));
  EXPECT_THAT(OrderOf(StepsWith("addons: {openebs: {chart: /c, defaultStorageClass: false}}\n")),
              ElementsAre("addons/openebs <- verification"));
}

TEST(Steps, ReleasesNeedReleasesAddonsAndTheCluster) {
  const auto steps = StepsWith(R"(addons: {openebs: {chart: /c}}
releases:
  - {name: web, namespace: shop, chart: /c, needs: [db, openebs, labels]}
  - {name: db, namespace: shop, chart: /c}
)");
  EXPECT_THAT(OrderOf(steps),
              ElementsAre("addons/openebs <- verification", "addons/openebs/default-class <- addons/openebs",
                          "releases/web <- releases/db addons/openebs addons/openebs/default-class",
                          "releases/db <- verification"));
}

TEST(Steps, AReleaseIsAsItStandsInTheFile) {
  const auto steps = StepsWith(R"(releases:
  - name: web
    namespace: shop
    chart: /c
    values: {replicas: 010, enabled: yes, name: "yes", version: 1.20, date: 2020-01-01, none: ~, list: [1, a]}
    valuesFiles: [/a.yaml]
    timeout: 90s
    atomic: true
    wait: false
)");
  const auto web = StepNamed<ReleaseStep>(steps, "releases/web");
  EXPECT_EQ(web.values, Json::parse(R"({"replicas": 8, "enabled": true, "name": "yes", "version": 1.2,
                                        "date": "2020-01-01", "none": null, "list": [1, "a"]})"));
  EXPECT_THAT(web.values_files, ElementsAre("/a.yaml"));
  EXPECT_EQ(web.timeout, absl::Seconds(90));
  EXPECT_TRUE(web.atomic);
  EXPECT_FALSE(web.wait);
}

TEST(Steps, ValuesThatJsonCannotHoldAreTold) {
  const absl::Status status =
      StepsOf(SpecWith("releases:\n  - {name: a, namespace: s, chart: /c, values: {x: [.nan]}}\n")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "values of release a: line 7: .nan has no place in the values of a chart");
}

TEST(Steps, TheOperatorsValuesAreOverOurs) {
  const auto steps = StepsWith(R"(addons:
  ingressNginx:
    chart: /c
    values: {controller: {replicaCount: 2, scope: {enabled: false}}}
    test: {values: {controller: {replicaCount: 3}}}
    prod: {}
)");
  const auto test = StepNamed<ReleaseStep>(steps, "addons/ingressNginx/test");
  EXPECT_EQ(test.values["controller"]["replicaCount"], 3);
  EXPECT_EQ(test.values["controller"]["scope"], (Json{{"enabled", false}, {"namespace", "devstats-test"}}));
  EXPECT_EQ(StepNamed<ReleaseStep>(steps, "addons/ingressNginx/prod").values["controller"]["replicaCount"],
            2);
}

}  // namespace
}  // namespace devstats::addons
