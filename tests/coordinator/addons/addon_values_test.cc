// What each add-on gives its chart, and the objects beside it: the facts of the old procedure, without its
// mistakes.
#include "tests/coordinator/addons/fixture.h"

namespace devstats::addons {
namespace {

using ::testing::ElementsAre;

Json ReleaseValues(const std::string& addons, const std::string& id) {
  return StepNamed<ReleaseStep>(StepsWith(addons), id).values;
}

TEST(OpenEbs, HasHostPathVolumesAndNothingElse) {
  const auto step = StepNamed<ReleaseStep>(
      StepsWith("addons: {openebs: {chart: /c, basePath: /data/openebs}}\n"), "addons/openebs");
  EXPECT_EQ(step.name, "openebs");
  EXPECT_EQ(step.name_space, "openebs");
  EXPECT_TRUE(step.wait && step.create_namespace);
  EXPECT_EQ(step.timeout, absl::Minutes(10));
  EXPECT_EQ(step.values["localpv-provisioner"]["localpv"]["basePath"], "/data/openebs");
  EXPECT_EQ(step.values["localpv-provisioner"]["hostpathClass"],
            (Json{{"enabled", true}, {"name", "openebs-hostpath"}, {"isDefaultClass", false}}));
  EXPECT_EQ(step.values["engines"]["replicated"]["mayastor"]["enabled"], false);
  EXPECT_EQ(step.values["engines"]["local"]["lvm"]["enabled"], false);
  EXPECT_EQ(step.values["localpv-provisioner"]["openebsNDM"]["enabled"], false);
  EXPECT_EQ(step.values["localpv-provisioner"]["deviceClass"]["enabled"], false);
}

TEST(OpenEbs, TheThirdVersionHadOtherKeys) {
  const Json values = ReleaseValues("addons: {openebs: {chart: /c, version: 3.10.0}}\n", "addons/openebs");
  EXPECT_EQ(values["localprovisioner"]["basePath"], "/var/openebs/local");
  EXPECT_EQ(values["localprovisioner"]["deviceClass"]["enabled"], false);
  EXPECT_EQ(values["ndm"]["enabled"], false);
  EXPECT_EQ(values["ndmOperator"]["enabled"], false);
  EXPECT_FALSE(values.contains("engines"));
}

TEST(Nfs, KeepsItsVolumesOnTheBackingClass) {
  const auto step =
      StepNamed<ReleaseStep>(StepsWith("addons: {nfs: {chart: /c, size: 8Ti}}\n"), "addons/nfs");
  EXPECT_EQ(step.name, "local-storage-nfs");
  EXPECT_EQ(step.name_space, "default");
  EXPECT_EQ(step.values["persistence"],
            (Json{{"enabled", true}, {"storageClass", "openebs-hostpath"}, {"size", "8Ti"}}));
  EXPECT_EQ(step.values["storageClass"]["name"], "nfs-openebs-localstorage");
  EXPECT_EQ(step.values["storageClass"]["defaultClass"], false);
}

constexpr char kPools[] =
    "pools: {test: {addresses: [10.0.0.1]}, prod: {addresses: [10.0.0.16/28, 10.0.1.1-10.0.1.9]}}";

TEST(MetalLb, IsConfiguredByItsOwnKinds) {
  const auto steps = StepsWith(
      absl::StrCat("addons: {metallb: {chart: /c, ", kPools, "}, ingressNginx: {chart: /c, test: {}}}\n"));
  const auto release = StepNamed<ReleaseStep>(steps, "addons/metallb");
  EXPECT_EQ(release.values["speaker"]["secretName"], "memberlist");
  EXPECT_EQ(release.values["speaker"]["ignoreExcludeLB"], true);
  EXPECT_FALSE(release.values.contains("existingConfigMap"));
  const auto pools = StepNamed<ObjectsStep>(steps, "addons/metallb/pools").objects;
  ASSERT_EQ(pools.size(), 3u);
  EXPECT_EQ(pools[0]["kind"], "IPAddressPool");
  EXPECT_EQ(pools[0]["metadata"]["name"], "test");
  EXPECT_EQ(pools[0]["spec"], Json::parse(R"({"addresses": ["10.0.0.1/32"], "autoAssign": false})"));
  EXPECT_EQ(pools[1]["spec"],
            Json::parse(R"({"addresses": ["10.0.0.16/28", "10.0.1.1-10.0.1.9"], "autoAssign": true})"));
  EXPECT_EQ(pools[2]["kind"], "L2Advertisement");
  EXPECT_EQ(pools[2]["spec"], Json::parse(R"({"ipAddressPools": ["test", "prod"]})"));
}

TEST(MetalLb, BeforeItsOwnKindsThereWasAConfigMap) {
  const auto steps =
      StepsWith(absl::StrCat("addons: {metallb: {chart: /c, version: 0.12.1, ", kPools, "}}\n"));
  const Json values = StepNamed<ReleaseStep>(steps, "addons/metallb").values;
  EXPECT_EQ(values,
            Json::parse(R"({"speaker": {"secretName": "memberlist"}, "existingConfigMap": "config"})"));
  const auto pools = StepNamed<ObjectsStep>(steps, "addons/metallb/pools").objects;
  ASSERT_EQ(pools.size(), 1u);
  EXPECT_EQ(pools[0]["kind"], "ConfigMap");
  EXPECT_EQ(pools[0]["metadata"]["name"], "config");
  EXPECT_EQ(pools[0]["data"]["config"],
            "address-pools:\n"
            "- name: test\n  protocol: layer2\n  addresses:\n  - 10.0.0.1/32\n"
            "- name: prod\n  protocol: layer2\n  addresses:\n  - 10.0.0.16/28\n  - 10.0.1.1-10.0.1.9\n");
}

TEST(MetalLb, ItsKeyIsMadeBesideItsRelease) {
  const auto steps = StepsWith(absl::StrCat("addons: {metallb: {chart: /c, ", kPools, "}}\n"));
  const auto secret = StepNamed<RandomSecretStep>(steps, "addons/metallb/memberlist");
  EXPECT_EQ(secret.name_space, "metallb-system");
  EXPECT_EQ(secret.name, "memberlist");
  EXPECT_EQ(secret.key, "secretkey");
}

TEST(IngressNginx, EachEnvironmentHasAClassOfItsOwnAndServesItsNamespaceAlone) {
  const auto step = StepNamed<ReleaseStep>(StepsWith("addons: {ingressNginx: {chart: /c, test: {}}}\n"),
                                           "addons/ingressNginx/test");
  EXPECT_EQ(step.name, "nginx-ingress-test");
  EXPECT_EQ(step.name_space, "devstats-test");
  const Json& controller = step.values["controller"];
  EXPECT_EQ(controller["ingressClass"], "nginx-test");
  EXPECT_EQ(controller["ingressClassByName"], true);
  EXPECT_EQ(controller["ingressClassResource"]["name"], "nginx-test");
  EXPECT_EQ(controller["ingressClassResource"]["controllerValue"], "k8s.io/ingress-nginx-test");
  EXPECT_EQ(controller["electionID"], "ingress-nginx-test-leader");
  EXPECT_EQ(controller["scope"], (Json{{"enabled", true}, {"namespace", "devstats-test"}}));
  EXPECT_EQ(
      controller["admissionWebhooks"]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"],
      "devstats-test");
  EXPECT_EQ(controller["config"]["worker-rlimit-nofile"], "65535");
  EXPECT_EQ(controller["service"], (Json{{"type", "LoadBalancer"}}));
  const Json probe = Json::parse(R"({"initialDelaySeconds": 15, "periodSeconds": 20, "timeoutSeconds": 5,
                                     "successThreshold": 1, "failureThreshold": 5})");
  EXPECT_EQ(controller["livenessProbe"], probe);
  EXPECT_EQ(controller["readinessProbe"], probe);
  EXPECT_EQ(step.values["defaultBackend"]["enabled"], false);
}

TEST(IngressNginx, TakesItsAddressFromItsPool) {
  const auto steps = StepsWith(
      "addons: {ingressNginx: {chart: /c, prod: {}}, "
      "metallb: {chart: /c, pools: {prod: {addresses: [10.0.0.16/28], address: 10.0.0.17}}}}\n");
  const Json service =
      StepNamed<ReleaseStep>(steps, "addons/ingressNginx/prod").values["controller"]["service"];
  EXPECT_EQ(service["loadBalancerIP"], "10.0.0.17");
  EXPECT_EQ(service["annotations"]["metallb.universe.tf/address-pool"], "prod");
  const auto answers = StepNamed<AnswersStep>(steps, "addons/ingressNginx/prod/answers");
  EXPECT_EQ(answers.address, "10.0.0.17");
  EXPECT_EQ(answers.release, "nginx-ingress-prod");
  EXPECT_THAT(answers.ports, ElementsAre(80, 443));
  EXPECT_TRUE(answers.nodes.empty());
}

TEST(IngressNginx, OnNodesItAnswersAtTheirPorts) {
  const auto steps =
      StepsWith("addons: {ingressNginx: {chart: /c, prod: {mode: DaemonSet, openFiles: 100000}}}\n");
  const Json controller = StepNamed<ReleaseStep>(steps, "addons/ingressNginx/prod").values["controller"];
  EXPECT_EQ(controller["kind"], "DaemonSet");
  EXPECT_EQ(controller["nodeSelector"]["ingress"], "prod");
  EXPECT_EQ(controller["service"], Json::parse(R"({"type": "NodePort", "externalTrafficPolicy": "Local",
                                                   "nodePorts": {"http": 30080, "https": 30443}})"));
  EXPECT_EQ(controller["config"], (Json{{"worker-rlimit-nofile", "100000"}, {"disable-ipv6", "true"}}));
  EXPECT_EQ(controller["startupProbe"]["failureThreshold"], 18);
  EXPECT_EQ(controller["livenessProbe"]["initialDelaySeconds"], 30);
  EXPECT_EQ(controller["readinessProbe"]["initialDelaySeconds"], 15);
  const auto answers = StepNamed<AnswersStep>(steps, "addons/ingressNginx/prod/answers");
  ASSERT_EQ(answers.nodes.size(), 1u);
  EXPECT_EQ(answers.nodes[0].address, "10.0.0.2");
  EXPECT_THAT(answers.ports, ElementsAre(30080, 30443));
}

std::string CertManagerWith(const std::string& version) {
  return absl::StrCat("addons: {certManager: {chart: /c, version: ", version,
                      ", issuers: {prod: {server: production, email: ops@example.com}}}}\n");
}

TEST(CertManager, BringsItsKindsAsItsVersionWants) {
  EXPECT_EQ(ReleaseValues(CertManagerWith("v1.21.1"), "addons/certManager"),
            Json::parse(R"({"crds": {"enabled": true}})"));
  EXPECT_EQ(ReleaseValues(CertManagerWith("v1.14.7"), "addons/certManager"),
            Json::parse(R"({"installCRDs": true})"));
}

TEST(CertManager, AnIssuerIsInItsEnvironmentsNamespace) {
  const auto step =
      StepNamed<ObjectsStep>(StepsWith(CertManagerWith("v1.21.1")), "addons/certManager/issuer-prod");
  EXPECT_EQ(step.ready_kind, "Issuer");
  ASSERT_EQ(step.objects.size(), 2u);
  EXPECT_EQ(step.objects[0]["kind"], "Namespace");
  const Json& issuer = step.objects[1];
  EXPECT_EQ(issuer["metadata"]["name"], "letsencrypt-prod");
  EXPECT_EQ(issuer["metadata"]["namespace"], "devstats-prod");
  EXPECT_EQ(issuer["spec"]["acme"], Json::parse(R"({
      "server": "https://acme-v02.api.letsencrypt.org/directory", "email": "ops@example.com",
      "privateKeySecretRef": {"name": "letsencrypt-prod-account-key"},
      "solvers": [{"http01": {"ingress": {"ingressClassName": "nginx-prod"}}}]})"));
  const auto old =
      StepNamed<ObjectsStep>(StepsWith(CertManagerWith("v1.11.0")), "addons/certManager/issuer-prod");
  EXPECT_EQ(old.objects[1]["spec"]["acme"]["solvers"][0]["http01"]["ingress"],
            (Json{{"class", "nginx-prod"}}));
}

}  // namespace
}  // namespace devstats::addons
