// Releases and the charts that they install.
#include "absl/strings/str_cat.h"
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

constexpr char kDigestOfNothing[] = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// "DIGEST" stands for a digest, and a cluster with Kubernetes before the text: line 5 is its first.
std::string MessageOf(const Wrong& wrong) {
  const std::string text = absl::StrReplaceAll(
      absl::StrCat("HEAD\nkubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n", wrong.text),
      {{"DIGEST", kDigestOfNothing}});
  return std::string(ParseClusterSpec(Expand(text), "c.yaml").status().message());
}

class ReleaseMistakes : public Mistakes {};

TEST_P(ReleaseMistakes, AreTold) { EXPECT_EQ(MessageOf(GetParam()), GetParam().message); }

INSTANTIATE_TEST_SUITE_P(
    Spec, ReleaseMistakes,
    ::testing::ValuesIn(std::vector<Wrong>{
        {"UnknownKey", "releases:\n  - {name: a, namespace: s, chart: /c, valuesFile: [/v.yaml]}\n",
         "c.yaml:6:40: unknown key \"valuesFile\" in releases[0]; did you mean \"valuesFiles\"?"},
        {"NoName", "releases:\n  - {namespace: s, chart: /c}\n",
         "c.yaml:6:5: releases[0].name is missing; for example name: store"},
        {"LongName",
         "releases:\n  - {name: a23456789012345678901234567890123456789012345678901234, namespace: s, chart: "
         "/c}\n",
         "c.yaml:6:12: releases[0].name \"a23456789012345678901234567890123456789012345678901234\" is not "
         "the name of a release: 1 to 53 of a-z, 0-9 and '-', beginning and ending with a letter or digit; "
         "Helm keeps 10 characters of a name's 63 for itself"},
        {"RelativePath", "releases:\n  - {name: a, namespace: s, chart: ./c}\n",
         "c.yaml:6:36: releases[0].chart \"./c\" is not a chart: an absolute path, NAME, REPOSITORY/NAME, "
         "the URL of a .tgz, or oci://HOST/PATH; write the path from the root on"},
        {"OciWithTag", "releases:\n  - {name: a, namespace: s, chart: 'oci://r.example.com/c:1.0.0'}\n",
         "c.yaml:6:36: releases[0].chart \"oci://r.example.com/c:1.0.0\" is not a chart: an absolute path, "
         "NAME, REPOSITORY/NAME, the URL of a .tgz, or oci://HOST/PATH; write its tag below version, its "
         "digest below digest"},
        {"VersionRange", "releases:\n  - {name: a, namespace: s, chart: /c, version: ^4.0.0}\n",
         "c.yaml:6:49: releases[0].version \"^4.0.0\" is not an exact version such as 4.15.1; a range would "
         "change with the repository; `devstatsctl chart show chart` prints what it means today"},
        {"VersionOfTwoParts", "releases:\n  - {name: a, namespace: s, chart: /c, version: 4.15}\n",
         "c.yaml:6:49: releases[0].version \"4.15\" is not an exact version such as 4.15.1; name the patch "
         "version too, as in \"4.15.0\""},
        {"ValuesAsText", "releases:\n  - {name: a, namespace: s, chart: /c, values: a=b}\n",
         "c.yaml:6:48: releases[0].values must be a mapping, not text \"a=b\"; for example values: "
         "{replicas: 2, image: {tag: \"1.20\"}}"},
        {"TagInValues", "releases:\n  - {name: a, namespace: s, chart: /c, values: {a: [{b: !!str 1}]}}\n",
         "c.yaml:6:57: releases[0].values.a[0].b has the tag \"tag:yaml.org,2002:str\"; tags are not used "
         "here"},
        {"DuplicateKeyInValues", "releases:\n  - {name: a, namespace: s, chart: /c, values: {a: 1, a: 2}}\n",
         "c.yaml:6:55: duplicate key \"a\": it already stands at 6:49"},
        {"RelativeValuesFile", "releases:\n  - {name: a, namespace: s, chart: /c, valuesFiles: [v.yaml]}\n",
         "c.yaml:6:54: releases[0].valuesFiles[0] \"v.yaml\" is not an absolute path without \"..\", double "
         "or trailing slashes; did you mean \"/v.yaml\"?"},
        {"TimeoutWithoutUnit", "releases:\n  - {name: a, namespace: s, chart: /c, timeout: 300}\n",
         "c.yaml:6:49: releases[0].timeout \"300\" is not a time from 1s to 24h such as 5m or 1h30m; write "
         "\"300s\" if seconds are meant"},
        {"WaitIsAFlag", "releases:\n  - {name: a, namespace: s, chart: /c, wait: yes}\n",
         "c.yaml:6:46: releases[0].wait must be true or false, not \"yes\"; write true"},
        {"NameTwice",
         "releases:\n  - {name: a, namespace: s, chart: /c}\n  - {name: a, namespace: m, chart: /c}\n",
         "c.yaml:7:12: releases[1].name \"a\" is releases[0].name already; remove one of them"},
        {"UnknownNeed",
         "releases:\n  - {name: store, namespace: s, chart: /c}\n  - {name: b, namespace: s, chart: /c, "
         "needs: [stor]}\n",
         "c.yaml:7:48: releases[1].needs[0] \"stor\" is no release, add-on or unit of this file; did you "
         "mean \"store\"?"},
        {"NeedsItself", "releases:\n  - {name: a, namespace: s, chart: /c, needs: [a]}\n",
         "c.yaml:6:48: releases[0].needs[0] closes a circle: a needs a; remove one of them"},
        {"CircleOfThree",
         "releases:\n"
         "  - {name: a, namespace: s, chart: /c, needs: [b]}\n"
         "  - {name: b, namespace: s, chart: /c, needs: [c]}\n"
         "  - {name: c, namespace: s, chart: /c, needs: [a]}\n",
         "c.yaml:8:48: releases[2].needs[0] closes a circle: a needs b needs c needs a; remove one of them"},
        {"NoRepository",
         "releases:\n  - {name: a, namespace: s, chart: web, version: 1.0.0, digest: DIGEST}\n",
         "c.yaml:6:5: releases[0].repository is missing: where is chart \"web\" kept?"},
        {"RepositoryTwice",
         "releases:\n  - {name: a, namespace: s, chart: /c, repository: 'https://r.example.com'}\n",
         "c.yaml:6:52: releases[0].repository is given, but chart \"/c\" says where it is; remove one of "
         "them"},
        {"UnknownRepository",
         "charts: {repositories: [{name: shop, url: 'https://r.example.com'}]}\n"
         "releases:\n  - {name: a, namespace: s, chart: shp/web, version: 1.0.0, digest: DIGEST}\n",
         "c.yaml:7:36: releases[0].chart \"shp\" is none of charts.repositories; did you mean \"shop\"?"},
        {"NoRepositoriesAtAll",
         "releases:\n  - {name: a, namespace: s, chart: shop/web, version: 1.0.0, digest: DIGEST}\n",
         "c.yaml:6:36: releases[0].chart \"shop\" is none of charts.repositories; name it there, or write "
         "repository: URL and the chart's name alone"},
        {"NoVersion",
         "releases:\n  - {name: a, namespace: s, chart: web, repository: 'https://r.example.com'}\n",
         "c.yaml:6:5: releases[0].version is missing: name the chart's version exactly; `devstatsctl repo "
         "update` and `devstatsctl search repo --versions` list what there is"},
        {"NoDigest",
         "releases:\n  - {name: a, namespace: s, chart: web, repository: 'https://r.example.com', version: "
         "1.0.0}\n",
         "c.yaml:6:5: releases[0].digest is missing: a chart from elsewhere is installed only as you have "
         "read it; `devstatsctl chart pull web --repo https://r.example.com --version 1.0.0` gets it, "
         "`sha256sum` of the .tgz prints the digest"},
        {"NoDigestOfAUrl",
         "releases:\n  - {name: a, namespace: s, chart: 'https://r.example.com/web-1.0.0.tgz'}\n",
         "c.yaml:6:5: releases[0].digest is missing: a chart from elsewhere is installed only as you have "
         "read it; `devstatsctl chart pull https://r.example.com/web-1.0.0.tgz` gets it, `sha256sum` of the "
         ".tgz prints the digest"},
        {"NoDigestOfARegistry",
         "releases:\n  - {name: a, namespace: s, chart: 'oci://r.example.com/web', version: 1.0.0}\n",
         "c.yaml:6:5: releases[0].digest is missing: a chart from elsewhere is installed only as you have "
         "read it; `devstatsctl chart pull oci://r.example.com/web --version 1.0.0` gets it, `sha256sum` of "
         "the .tgz prints the digest"},
        {"Retired",
         "releases:\n  - {name: a, namespace: s, chart: kubernetes-dashboard, version: 7.14.0, digest: "
         "DIGEST, "
         "repository: 'https://kubernetes.github.io/dashboard/'}\n",
         "c.yaml:6:168: releases[0].repository \"https://kubernetes.github.io/dashboard/\" is no longer "
         "kept; its successor is chart: headlamp, repository: "
         "\"https://kubernetes-sigs.github.io/headlamp\""},
        {"RetiredByName",
         "charts: {repositories: [{name: stable, url: 'https://charts.helm.sh/stable'}]}\n"
         "releases:\n  - {name: a, namespace: s, chart: stable/nfs-server-provisioner, version: 1.1.3, "
         "digest: DIGEST}\n",
         "c.yaml:7:36: releases[0].chart \"https://charts.helm.sh/stable\" is no longer kept; its successor "
         "is chart: nfs-server-provisioner, repository: "
         "\"https://kubernetes-sigs.github.io/nfs-ganesha-server-and-external-provisioner\""},
        {"MirrorIsNoPath", "charts: {mirror: charts}\n",
         "c.yaml:5:18: charts.mirror \"charts\" is not an absolute path, or an http, https or oci URL "
         "without user and password"},
    }),
    NameOfWrong);

TEST(ReleaseMistakes, ReleasesWantACluster) {
  EXPECT_EQ(
      std::string(ParseClusterSpec(Expand("HEAD\nreleases: [{name: a, namespace: s, chart: /c}]\n"), "c.yaml")
                      .status()
                      .message()),
      "c.yaml:4:11: releases are given, but there is no cluster for them; describe it below kubernetes");
}

TEST(ReleaseMistakes, AMirrorStandsInForARepository) {
  const std::string text = absl::StrCat(
      "HEAD\nkubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\ncharts: {mirror: /srv/charts}\n"
      "releases: [{name: a, namespace: s, chart: web, version: 1.0.0, digest: '",
      kDigestOfNothing, "'}]\n");
  EXPECT_TRUE(ParseClusterSpec(Expand(text), "c.yaml").ok());
}

}  // namespace
}  // namespace devstats::spec
