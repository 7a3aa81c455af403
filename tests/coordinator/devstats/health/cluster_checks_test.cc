#include "coordinator/devstats/health/cluster_checks.h"

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/health/health_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClusterChecksTest : public ::testing::Test {
 protected:
  Finding Nodes() { return CheckNodes(world_.kube, world_.environment); }
  Finding Pods() { return CheckPods(world_.kube, world_.environment, world_.now); }
  Finding Certificates() { return CheckCertificates(world_.kube, world_.environment, world_.now); }
  void SeedCertificate(const std::string& name, const std::string& ready, absl::Time end) {
    world_.kube.Seed(
        {{"apiVersion", "cert-manager.io/v1"},
         {"kind", "Certificate"},
         {"metadata", {{"name", name}, {"namespace", HealthyCluster::kSpace}}},
         {"status",
          {{"conditions", Json::array({{{"type", "Ready"}, {"status", ready}, {"message", "no such host"}}})},
           {"notAfter", absl::FormatTime(absl::RFC3339_sec, end, absl::UTCTimeZone())}}}});
  }
  HealthyCluster world_;
};

TEST_F(ClusterChecksTest, FindsNothingWrongWhereNothingIs) {
  EXPECT_EQ(Nodes().text, "3 of v1.20.2; 3 for applications, 3 for databases");
  const Finding all[] = {Nodes(),
                         CheckStorageClasses(world_.kube, world_.environment),
                         CheckVolumes(world_.kube, world_.environment),
                         Pods(),
                         Certificates(),
                         CheckCrons(*ListCrons(world_.kube, HealthyCluster::kSpace), {}, world_.environment,
                                    world_.projects, world_.now)};
  for (const Finding& finding : all) {
    EXPECT_EQ(finding.state, Finding::State::kOk) << finding.what;
    EXPECT_THAT(finding.problems, IsEmpty()) << finding.what;
  }
}

TEST_F(ClusterChecksTest, TellsANodeThatIsNotAsTheOthers) {
  world_.SeedNode("node-3", "False", "v1.20.1");
  EXPECT_THAT(Nodes().problems,
              ElementsAre("node-3 is not ready", "kubelets of several versions: v1.20.1, v1.20.2"));
  ASSERT_TRUE(world_.kube.Delete({"v1", "Node", "", "node-3"}, {}).ok());
  EXPECT_THAT(Nodes().problems,
              ElementsAre("2 of the 3 nodes that Patroni needs have the label node2=devstats-db"));
}

TEST_F(ClusterChecksTest, TellsAMissingClassAndAnUnboundClaim) {
  world_.environment.storage_class = "fast";
  EXPECT_THAT(CheckStorageClasses(world_.kube, world_.environment).problems, ElementsAre("there is no fast"));
  world_.SeedClaim("devstats-backups", "Pending");
  EXPECT_THAT(CheckVolumes(world_.kube, world_.environment).problems,
              ElementsAre("devstats-backups is Pending, not Bound"));
  ASSERT_TRUE(
      world_.kube.Delete({"v1", "PersistentVolumeClaim", HealthyCluster::kSpace, "devstats-backups"}, {})
          .ok());
  EXPECT_THAT(CheckVolumes(world_.kube, world_.environment).problems,
              ElementsAre("there is no devstats-backups for the backups"));
}

TEST_F(ClusterChecksTest, TellsPodsThatFailedOrCannotStart) {
  world_.SeedPod("a", "Failed");
  world_.SeedPod("b", "Pending", "ImagePullBackOff");
  world_.SeedPod("c", "Pending");
  world_.SeedPod("d", "Pending", "", absl::Minutes(1));  // may come yet
  world_.SeedPod("e", "Pending", "ContainerCreating", absl::Minutes(1));
  world_.SeedPod("f", "Succeeded");
  EXPECT_THAT(Pods().problems, ElementsAre("a failed", "b ImagePullBackOff", "c waits for 1h"));
  EXPECT_EQ(Pods().text, "1 running, 1 done");
}

TEST_F(ClusterChecksTest, TellsAPodThatRunsAndIsNotReady) {
  Json pod = *world_.kube.Get({"v1", "Pod", HealthyCluster::kSpace, "devstats-keda-1"});
  pod["status"]["conditions"] = Json::array({{{"type", "Ready"}, {"status", "False"}}});
  world_.kube.Seed(pod);
  EXPECT_THAT(Pods().problems, ElementsAre("devstats-keda-1 runs, and is not ready"));
}

TEST_F(ClusterChecksTest, LooksAtCertificatesOnlyWhereThereCanBeSome) {
  world_.environment.issuer = "letsencrypt-prod";
  EXPECT_EQ(Certificates().state, Finding::State::kUnknown);
  EXPECT_THAT(Certificates().text, HasSubstr("cert-manager is not installed"));
  world_.AddKind("cert-manager.io", "Certificate", "certificates", "Namespaced");
  EXPECT_EQ(Certificates().text, "cert-manager has made none");
  SeedCertificate("devstats-tls-1", "True", world_.now + absl::Hours(24 * 60));
  EXPECT_EQ(Certificates().state, Finding::State::kOk);
  SeedCertificate("devstats-tls-1", "True", world_.now + absl::Hours(24 * 3));
  SeedCertificate("devstats-tls-2", "False", world_.now);
  SeedCertificate("devstats-tls-3", "True", world_.now - absl::Hours(1));
  EXPECT_THAT(Certificates().problems,
              ElementsAre("devstats-tls-1 expires in 3d, and was not renewed",
                          "devstats-tls-2 is not ready: no such host", "devstats-tls-3 has expired 1h ago"));
}

TEST_F(ClusterChecksTest, TellsProjectsWithoutCronAndSuspensionByNobody) {
  std::vector<Cron> crons = *ListCrons(world_.kube, HealthyCluster::kSpace);
  crons.erase(crons.begin() + 2);  // flux
  crons.back().suspended = true;
  const auto check = [&] {
    return CheckCrons(crons, {}, world_.environment, world_.projects, world_.now).problems;
  };
  EXPECT_THAT(check(), ElementsAre("devstats-keda is suspended, neither by cluster.yaml nor by env suspend",
                                   "flux has none for its syncs"));
  world_.projects[0].schedules["test"].suspend = true;
  world_.projects[1].state = spec::ProjectSpec::State::kArchived;
  EXPECT_THAT(check(), IsEmpty());
  world_.projects[0].schedules.clear();
  world_.projects[0].state = spec::ProjectSpec::State::kArchived;
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(ClusterChecksTest, TellsTheAgeOfTheLastBackup) {
  std::vector<Cron> crons = *ListCrons(world_.kube, HealthyCluster::kSpace);
  const auto check = [&](const absl::StatusOr<std::optional<backups::Ages>>& ages) {
    return CheckBackups(crons, world_.projects, ages, world_.now);
  };
  Finding finding = check(std::nullopt);
  EXPECT_EQ(finding.state, Finding::State::kUnknown);
  EXPECT_EQ(finding.text,
            "none has begun yet; as 8 0,6,12,18 * * * has it; never listed: devstatsctl backup "
            "list tells their ages");
  crons[1].last_schedule = world_.now - absl::Hours(30);
  crons[1].suspended = true;
  EXPECT_THAT(check(std::nullopt).text,
              testing::StartsWith("the last began 1d6h ago; as 8 0,6,12,18 * * * has it, but suspended"));
  EXPECT_EQ(check(absl::InternalError("disk")).state, Finding::State::kUnknown);
  EXPECT_THAT(CheckBackups({}, {}, std::nullopt, world_.now).problems,
              ElementsAre("there is no cron for them"));
}

TEST_F(ClusterChecksTest, DumpsOlderThanTwiceTheIntervalAreAProblem) {
  std::vector<Cron> crons = *ListCrons(world_.kube, HealthyCluster::kSpace);
  backups::Ages ages{.listed = world_.now - absl::Hours(1)};
  const auto check = [&] { return CheckBackups(crons, world_.projects, std::optional(ages), world_.now); };
  // None yet, and none should be.
  EXPECT_EQ(check().state, Finding::State::kOk);
  crons[1].last_schedule = world_.now - absl::Hours(2);
  EXPECT_THAT(check().problems, ElementsAre("keda has no dump", "flux has no dump"));
  ages.newest = {{"keda", world_.now - absl::Hours(47)}, {"flux", world_.now - absl::Hours(49)}};
  EXPECT_THAT(check().problems, ElementsAre("the newest dump of flux is 2d1h old"));
  EXPECT_THAT(check().text, testing::EndsWith("listed 1h ago: newest dumps 1d23h to 2d1h old"));
  world_.projects[1].state = spec::ProjectSpec::State::kArchived;
  EXPECT_EQ(check().state, Finding::State::kOk);
  ages.listed = world_.now - absl::Hours(25);
  EXPECT_EQ(check().state, Finding::State::kUnknown);
}

TEST_F(ClusterChecksTest, AnApiServerThatIsAwayIsAProblem) {
  world_.kube.down = absl::UnavailableError("connection refused");
  EXPECT_THAT(Nodes().problems, ElementsAre("connection refused"));
  EXPECT_EQ(Pods().state, Finding::State::kProblem);
}

}  // namespace
}  // namespace devstats::domain
