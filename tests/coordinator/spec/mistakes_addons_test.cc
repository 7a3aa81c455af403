// Add-ons: their charts, and what they want of the cluster.
#include "absl/strings/str_cat.h"
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

class AddonMistakes : public Mistakes {};

// "addons:" stands in line 5, after a cluster with Kubernetes; "PIN" for a digest.
TEST_P(AddonMistakes, AreTold) {
  const std::string pin = "digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'";
  const std::string text = absl::StrReplaceAll(
      absl::StrCat("HEAD\nkubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n", GetParam().text),
      {{"PIN", pin}});
  EXPECT_EQ(std::string(ParseClusterSpec(Expand(text), "c.yaml").status().message()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Spec, AddonMistakes,
    ::testing::ValuesIn(std::vector<Wrong>{
        {"UnknownAddon", "addons: {openEBS: {}}\n",
         "c.yaml:5:10: unknown key \"openEBS\" in addons; did you mean \"openebs\"?"},
        {"NoDigest", "addons: {openebs: {}}\n",
         "c.yaml:5:19: addons.openebs.digest is missing: a chart from elsewhere is installed only as you "
         "have read it; `devstatsctl chart pull openebs --repo https://openebs.github.io/openebs --version "
         "4.2.0` gets it, `sha256sum` of the .tgz prints the digest"},
        {"NoDigestFromAMirror", "charts: {mirror: /srv/charts}\naddons: {openebs: {version: 4.3.0}}\n",
         "c.yaml:6:19: addons.openebs.digest is missing: a chart from elsewhere is installed only as you "
         "have read it; `devstatsctl chart pull openebs --repo https://openebs.github.io/openebs --version "
         "4.3.0` gets it, `sha256sum` of the .tgz prints the digest"},
        {"OldRepository", "addons: {openebs: {PIN, repository: 'https://openebs.github.io/charts'}}\n",
         "c.yaml:5:115: addons.openebs.repository \"https://openebs.github.io/charts\" is no longer kept; "
         "its successor is chart: openebs, repository: \"https://openebs.github.io/openebs\""},
        {"ArchivedDashboard",
         "addons: {dashboard: {PIN, chart: kubernetes-dashboard, repository: "
         "'https://kubernetes.github.io/dashboard'}}\n",
         "c.yaml:5:146: addons.dashboard.repository \"https://kubernetes.github.io/dashboard\" is no longer "
         "kept; its successor is chart: headlamp, repository: "
         "\"https://kubernetes-sigs.github.io/headlamp\""},
        {"ImageWithoutDigest",
         "addons: {openebs: {PIN, images: {provisioner: 'openebs/provisioner-localpv:4.2.0'}}}\n",
         "c.yaml:5:125: addons.openebs.images.provisioner \"openebs/provisioner-localpv:4.2.0\" is not an "
         "image with tag and digest such as registry.k8s.io/pause:3.10@sha256:...; add its digest: "
         "@sha256:..."},
        {"UnknownImage", "addons: {openebs: {PIN, images: {provisoner: 'a.example.com/x:1'}}}\n",
         "c.yaml:5:112: key of addons.openebs.images \"provisoner\" is not one of the images: provisioner, "
         "helper"},
        {"NfsWithoutSize", "addons: {nfs: {PIN}}\n",
         "c.yaml:5:15: addons.nfs.size is missing; for example size: 8Ti"},
        {"NfsSizeWithoutUnit", "addons: {nfs: {PIN, size: 8}}\n",
         "c.yaml:5:105: addons.nfs.size \"8\" is not a size such as 500Gi or 8Ti"},
        {"MetalLbWithoutPools", "addons: {metallb: {PIN}}\n",
         "c.yaml:5:19: addons.metallb.pools is missing: it has no address to give; for example pools: {test: "
         "{addresses: [10.0.0.11]}}"},
        {"PoolWithoutAddresses", "addons: {metallb: {PIN, pools: {test: {}}}}\n",
         "c.yaml:5:117: addons.metallb.pools.test.addresses is missing; for example addresses: [10.0.0.11, "
         "10.0.0.16/28]"},
        {"RangeBackwards", "addons: {metallb: {PIN, pools: {test: {addresses: [10.0.0.9-10.0.0.1]}}}}\n",
         "c.yaml:5:130: addons.metallb.pools.test.addresses[0] \"10.0.0.9-10.0.0.1\" is not an IPv4 address, "
         "a subnet such as 10.0.0.16/28, or a range such as 10.0.0.1-10.0.0.9"},
        {"PoolInPodSubnet", "addons: {metallb: {PIN, pools: {test: {addresses: [10.244.3.0/24]}}}}\n",
         "c.yaml:5:130: addons.metallb.pools.test.addresses[0] \"10.244.3.0/24\" lies in "
         "kubernetes.podSubnet 10.244.0.0/16; name addresses of the network that the boxes are in"},
        {"PoolsOverlap",
         "addons: {metallb: {PIN, pools: {test: {addresses: [10.0.0.16/28]}, prod: {addresses: "
         "[10.0.0.20]}}}}\n",
         "c.yaml:5:165: addons.metallb.pools.prod.addresses[0] \"10.0.0.20\" overlaps with "
         "addons.metallb.pools.test.addresses[0] \"10.0.0.16/28\"; an address has one pool"},
        {"AddressOutsideItsPool",
         "addons: {metallb: {PIN, pools: {test: {addresses: [10.0.0.16/28], address: 10.0.0.32}}}}\n",
         "c.yaml:5:154: addons.metallb.pools.test.address \"10.0.0.32\" is not among its addresses; add it "
         "there"},
        {"ExcludeLabel",
         "addons: {metallb: {PIN, pools: {test: {addresses: [10.0.0.5]}}, excludeFromExternalLoadBalancers: "
         "false}}\n",
         "c.yaml:5:177: addons.metallb.excludeFromExternalLoadBalancers must be text, not false; write "
         "\"false\" in quotes if the word is meant"},
        {"IngressWithoutEnvironment", "addons: {ingressNginx: {PIN}}\n",
         "c.yaml:5:24: addons.ingressNginx has neither test nor prod; write test: {} for the first"},
        {"IngressOfUnknownEnvironment", "addons: {ingressNginx: {PIN, stage: {}, test: {}}}\n",
         "c.yaml:5:108: unknown key \"stage\" in addons.ingressNginx; expected one of chart, repository, "
         "version, digest, values, images, timeout, test, prod"},
        {"IngressMode", "addons: {ingressNginx: {PIN, test: {mode: Deployment}}}\n",
         "c.yaml:5:121: addons.ingressNginx.test.mode \"Deployment\" is not one of LoadBalancer, DaemonSet"},
        {"IngressWithoutPool",
         "addons: {ingressNginx: {PIN, prod: {}}, metallb: {PIN, pools: {test: {addresses: [10.0.0.5]}}}}\n",
         "c.yaml:5:114: addons.ingressNginx.prod has mode LoadBalancer, but addons.metallb.pools has no "
         "prod; give it addresses there, or write mode: DaemonSet"},
        {"IngressOnNoNode", "addons: {ingressNginx: {PIN, test: {mode: DaemonSet}}}\n",
         "c.yaml:5:121: addons.ingressNginx.test.mode is DaemonSet, but no node has the label ingress=test; "
         "write labels: {ingress: test} at those it runs on"},
        {"IngressesShareAClass",
         "addons: {ingressNginx: {PIN, test: {class: nginx}, prod: {class: nginx}}}\n",
         "c.yaml:5:144: addons.ingressNginx.prod.class \"nginx\" is addons.ingressNginx.test.class already; "
         "each needs its own"},
        {"IngressesShareAPort",
         "labels: {ingress: test}\naddons: {ingressNginx: {PIN, test: {mode: DaemonSet, httpsPort: "
         "31080}}}\n",
         "c.yaml:6:143: addons.ingressNginx.test.httpsPort \"31080\" is addons.ingressNginx.test.httpPort "
         "already; each needs its own"},
        {"IngressesShareANamespace",
         "addons: {ingressNginx: {PIN, test: {namespace: web}, prod: {namespace: web}}}\n",
         "c.yaml:5:150: addons.ingressNginx.prod.namespace \"web\" is addons.ingressNginx.test.namespace "
         "already; each needs its own"},
        {"IssuerWithoutServer", "addons: {certManager: {PIN, issuers: {test: {email: ops@example.com}}}}\n",
         "c.yaml:5:123: addons.certManager.issuers.test.server is missing; for example server: staging"},
        {"IssuerServer",
         "addons: {certManager: {PIN, issuers: {test: {email: ops@example.com, server: stagging}}}}\n",
         "c.yaml:5:156: addons.certManager.issuers.test.server \"stagging\" is not staging, production (both "
         "of Let's Encrypt) or the https URL of an ACME directory"},
        {"IssuerEmail", "addons: {certManager: {PIN, issuers: {test: {email: ops, server: staging}}}}\n",
         "c.yaml:5:131: addons.certManager.issuers.test.email \"ops\" is not an e-mail address"},
        {"ReleaseOfTheSameName",
         "addons: {certManager: {PIN}}\nreleases: [{name: cert-manager, namespace: a, chart: /c}]\n",
         "c.yaml:6:19: releases[0].name \"cert-manager\" is a release of addons.certManager; call it "
         "otherwise, or leave the add-on out"},
        {"NeedsAnAddonThatIsOff", "releases: [{name: a, namespace: a, chart: /c, needs: [openebs]}]\n",
         "c.yaml:5:55: releases[0].needs[0] \"openebs\" is not among the add-ons of this file; name it below "
         "addons"},
    }),
    NameOfWrong);

TEST(AddonMistakes, AddonsWantACluster) {
  const std::string text = "HEAD\naddons: {certManager: {chart: /c}}\n";
  EXPECT_EQ(std::string(ParseClusterSpec(Expand(text), "c.yaml").status().message()),
            "c.yaml:4:9: addons are given, but there is no cluster for them; describe it below kubernetes");
}

}  // namespace
}  // namespace devstats::spec
