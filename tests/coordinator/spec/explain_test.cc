#include "absl/strings/str_cat.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Explain, TellsAllOfAKey) {
  EXPECT_EQ(*Explain("kubernetes.maxPods"),
            "kubernetes.maxPods\n"
            "The most pods of a node.\n"
            "\n"
            "type      number\n"
            "default   110\n"
            "allowed   1 to 16384\n"
            "example   maxPods: 1000\n");
  EXPECT_EQ(*Explain("nodes[].role"),
            "nodes[].role\n"
            "What runs there: exactly one node is the control plane. Pods run on all of them.\n"
            "\n"
            "type      text\n"
            "default   worker\n"
            "allowed   control-plane, worker\n"
            "example   role: control-plane\n");
}

TEST(Explain, TellsTheKeysBelowASection) {
  EXPECT_EQ(*Explain("os.journald"),
            "os.journald\n"
            "Limits of the system's journal.\n"
            "\n"
            "type      section\n"
            "\n"
            "keys\n"
            "  maxUse        The disk space that it may take (SystemMaxUse).\n"
            "  maxRetention  How long entries are kept (MaxRetentionSec).\n");
  EXPECT_THAT(*Explain(""), StartsWith("cluster.yaml\n\nkeys\n  cluster "));
  EXPECT_THAT(*Explain("nodes"), HasSubstr("\n  externalAddress  "));
}

TEST(Explain, TellsMapsByKeyAndValue) {
  EXPECT_THAT(*Explain("os.sysctl"), HasSubstr("allowed   each key the name of a kernel parameter such as "
                                               "net.ipv4.ip_forward\n          each value one line"));
}

TEST(Explain, KeepsAnExampleOfSeveralLinesInItsColumn) {
  EXPECT_THAT(
      *Explain("repositories[].key"),
      HasSubstr("example   key: |\n            -----BEGIN PGP PUBLIC KEY BLOCK-----\n            ...\n"));
}

TEST(Explain, TakesAPathAsAnErrorNamesIt) {
  const std::string disks = *Explain("nodes[].disks");
  EXPECT_EQ(*Explain("nodes[3].disks"), disks);
  EXPECT_EQ(*Explain("nodes.disks"), disks);
  EXPECT_EQ(*Explain("nodes[]"), *Explain("nodes"));
  EXPECT_EQ(*Explain("contexts.test.namespace"), *Explain("contexts.*.namespace"));
  EXPECT_EQ(*Explain("contexts.test"), *Explain("contexts"));
  EXPECT_EQ(*Explain("nodes[0].disks[1]"), disks);
  EXPECT_EQ(*Explain("os.sysctl.net.ipv4.ip_forward"), *Explain("os.sysctl"));
}

TEST(Explain, FindsKeysBelowSeveralNames) {
  EXPECT_EQ(*Explain("projects.list.kubernetes.schedules.prod.sync"),
            *Explain("projects.list.*.schedules.*.sync"));
  EXPECT_EQ(*Explain("environments.test.resources.sync.limits.cpu"),
            *Explain("environments.test.resources.*.limits.cpu"));
  EXPECT_EQ(*Explain("environments.test.domains[1].host"), *Explain("environments.test.domains[].host"));
}

TEST(Explain, TellsWhatDefaultsAnEnvironmentHas) {
  EXPECT_THAT(*Explain("environments.prod.namespace"), HasSubstr("default   devstats-prod\n"));
  EXPECT_THAT(*Explain("environments.prod.domains"),
              HasSubstr("default   [{name: prod, host: devstats.cncf.io}, "));
  EXPECT_THAT(*Explain("environments.test.patroni.parameters.work_mem"),
              HasSubstr("\nwork_mem                            8GB            a size from 64kB to "));
}

TEST(Explain, ShowsWhatAPresetCorrects) {
  const std::string preset = *Explain("environments.test.preset");
  EXPECT_THAT(preset, HasSubstr("\npatroni.ttl                                         120\n"));
  EXPECT_THAT(preset, HasSubstr("\npatroni.retryTimeout                                50        120: "));
  EXPECT_THAT(
      preset,
      HasSubstr("patroni.parameters.max_connections                  100       16: Patroni refuses less "
                "than 25\n"));
  EXPECT_EQ(*Explain("environments.prod.values.a.b"), *Explain("environments.prod.values"));
}

TEST(Explain, SuggestsWhatMayBeMeant) {
  const absl::Status status = Explain("os.sysctls").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cluster.yaml has no key \"os.sysctls\"; did you mean \"os.sysctl\"?");
  EXPECT_EQ(Explain("zzzzzzzzzzzzzzz").status().message(),
            "cluster.yaml has no key \"zzzzzzzzzzzzzzz\"; `devstatsctl explain` lists the keys");
  EXPECT_FALSE(Explain("contexts.test.name").ok());
}

TEST(Explain, KnowsEveryPath) {
  const std::vector<std::string> paths = AllPaths();
  EXPECT_GT(paths.size(), 60u);
  EXPECT_EQ(paths.front(), "cluster");
  EXPECT_EQ(paths.back(), "projects.list.*.affiliations.skipUpdatePercent");
  EXPECT_THAT(paths, Contains("nodes[].externalAddress"));
  for (const std::string& path : paths) EXPECT_THAT(*Explain(path), StartsWith(absl::StrCat(path, "\n")));
}

}  // namespace
}  // namespace devstats::spec
