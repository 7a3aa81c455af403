// Fields that Helm, kubectl and others had set, as a real API server keeps them.
#include "absl/strings/str_replace.h"
#include "tests/integration/release/real_objects.h"

namespace devstats::release {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(RealObjects, OfHelmBecomeOursWithoutAChange) {
  CreateAsHelm(kWeb);
  for (const std::string& told : Planned(Wanted(kWeb, kWeb))) {
    EXPECT_THAT(told, ::testing::MatchesRegex("update [^ ]+ [^ ]+ takes over"));
  }
  const Json before = Live("apps/v1", "Deployment", "web");
  const absl::Status done = Run(Wanted(kWeb, kWeb));
  ASSERT_TRUE(done.ok()) << done;
  const Json after = Live("apps/v1", "Deployment", "web");
  EXPECT_EQ(after["spec"], before["spec"]);
  EXPECT_EQ(after["metadata"]["generation"], 1);
  EXPECT_THAT(ManagersOf(after), ElementsAre("devstats Apply"));
  EXPECT_THAT(ManagersOf(Live("v1", "Secret", "keys")), ElementsAre("devstats Apply"));
  ExpectSettled(kWeb);
}

TEST_F(RealObjects, OfHelmLoseWhatTheNextManifestLacks) {
  CreateAsHelm(kWeb);
  PatchAs("helm", {"apps/v1", "Deployment", owner_.name_space, "web"},
          {{"metadata", {{"labels", {{"b", "3"}}}}}});
  std::string next = absl::StrReplaceAll(
      kWeb, {{", b: \"2\"", ""},
             {", old: \"1\"", ""},
             {"{name: OLD, value: c}, ", ""},
             {", memory: 1Gi", ""},
             {"      - {name: side, image: \"side:1\"}\n", ""},
             {"{name: t, emptyDir: {}}, {name: u, emptyDir: {}}", "{name: t, configMap: {name: c}}"},
             {"  selector: {matchLabels", "  strategy: {type: Recreate}\n  selector: {matchLabels"},
             {", {name: b, port: 80, protocol: UDP}", ""},
             {", c: d", ""},
             {"  suspend: false\n", ""}});
  const auto planned = Planned(Wanted(next, kWeb));
  EXPECT_THAT(planned, Contains(HasSubstr(".metadata.labels.b: 3 ->  ")));
  EXPECT_THAT(planned, Contains("update Secret keys .data.c: (hidden) ->  takes over"));
  const absl::Status done = Run(Wanted(next, kWeb));
  ASSERT_TRUE(done.ok()) << done;
  const Json web = Live("apps/v1", "Deployment", "web");
  EXPECT_EQ(web["metadata"]["labels"], (Json{{"a", "1"}, {"app.kubernetes.io/managed-by", "Helm"}}));
  EXPECT_EQ(web["spec"]["strategy"], (Json{{"type", "Recreate"}}));
  const Json pod = web["spec"]["template"]["spec"];
  EXPECT_EQ(web["spec"]["template"]["metadata"]["labels"], (Json{{"app", "web"}}));
  EXPECT_EQ(pod["containers"].size(), 1u);
  EXPECT_EQ(pod["containers"][0]["env"], Json::array({{{"name", "A"}, {"value", "d"}}}));
  EXPECT_EQ(pod["containers"][0]["resources"], (Json{{"limits", {{"cpu", "1"}}}}));
  EXPECT_EQ(pod["volumes"],
            Json::array({{{"name", "t"}, {"configMap", {{"name", "c"}, {"defaultMode", 420}}}}}));
  EXPECT_EQ(Live("v1", "Service", "web")["spec"]["ports"].size(), 1u);
  EXPECT_EQ(Live("v1", "Secret", "keys")["data"], (Json{{"a", "Yg=="}}));
  ExpectSettled(next);
}

TEST_F(RealObjects, ANumberOfReplicasThatTheChartLeavesOpenStays) {
  CreateAsHelm(kWeb);
  Ask("PATCH", absl::StrCat(PathTo({"apps/v1", "Deployment", owner_.name_space, "web"}, true), "/scale"),
      {{"spec", {{"replicas", 4}}}}, "application/merge-patch+json");
  ASSERT_TRUE(Run(Wanted(kWeb, kWeb)).ok());
  EXPECT_EQ(Live("apps/v1", "Deployment", "web")["spec"]["replicas"], 4);
}

TEST_F(RealObjects, ASuspendedCronJobStaysSoUntilTheChartChangesIt) {
  ASSERT_TRUE(Run(Wanted(kWeb)).ok());
  const kube::ObjectRef cron{"batch/v1beta1", "CronJob", owner_.name_space, "cron"};
  PatchAs("kubectl-patch", cron, {{"spec", {{"suspend", true}}}});
  EXPECT_THAT(Planned(Wanted(kWeb, kWeb)),
              Contains("unchanged CronJob cron left .spec.suspend to kubectl-patch"));
  const std::string later = absl::StrReplaceAll(kWeb, {{"\"* * * * *\"", "\"5 * * * *\""}});
  EXPECT_THAT(
      Planned(Wanted(later, kWeb)),
      Contains(
          "update CronJob cron .spec.schedule: * * * * * -> 5 * * * * left .spec.suspend to kubectl-patch"));
  ASSERT_TRUE(Run(Wanted(later, kWeb)).ok());
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["suspend"], true);
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["schedule"], "5 * * * *");
  // Another revision said otherwise: now the chart means it.
  const std::string silent = absl::StrReplaceAll(later, {{"  suspend: false\n", ""}});
  const auto refused = Plan(Wanted(later, silent));
  EXPECT_TRUE(absl::IsAborted(refused.status())) << refused.status();
  EXPECT_EQ(refused.status().message(), absl::StrCat("CronJob ", owner_.name_space,
                                                     "/cron: .spec.suspend is owned by \"kubectl-patch\""));
  options_.force_conflicts = true;
  ASSERT_TRUE(Run(Wanted(later, silent)).ok());
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["suspend"], false);
}

TEST_F(RealObjects, OfKubectlAreAdoptedWithWhatItHadApplied) {
  const Json applied = {{"apiVersion", "v1"},
                        {"kind", "ConfigMap"},
                        {"metadata", {{"name", "c"}, {"namespace", owner_.name_space}}},
                        {"data", {{"x", "1"}, {"old", "2"}}}};
  Json made = applied;
  made["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
      CanonicalJson(applied);
  const std::string path = PathTo({"v1", "ConfigMap", owner_.name_space, "c"}, false);
  Ask("POST", path + "?fieldManager=kubectl-client-side-apply", made);
  const std::string manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"3\"}}";
  EXPECT_TRUE(absl::IsFailedPrecondition(Plan(Wanted(manifest)).status()));
  options_.adopt = true;
  const absl::Status done = Run(Wanted(manifest));
  ASSERT_TRUE(done.ok()) << done;
  const Json live = Live("v1", "ConfigMap", "c");
  EXPECT_EQ(live["data"], (Json{{"x", "3"}}));
  EXPECT_FALSE(live["metadata"]["annotations"].contains("kubectl.kubernetes.io/last-applied-configuration"));
  EXPECT_TRUE(CheckOwnership(live, owner_).ok());
  EXPECT_THAT(ManagersOf(live), ElementsAre("devstats Apply"));
  ExpectSettled(manifest);
}

TEST_F(RealObjects, FromBeforeManagedFieldsAreTakenOver) {
  const std::string before =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"1\", old: \"2\"}}";
  CreateAsHelm(before);
  const kube::ObjectRef ref{"v1", "ConfigMap", owner_.name_space, "c"};
  PatchAs("helm", ref, {{"metadata", {{"managedFields", Json::array({Json::object()})}}}});
  ASSERT_THAT(ManagersOf(Live("v1", "ConfigMap", "c")), IsEmpty());
  const std::string after = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"3\"}}";
  const absl::Status done = Run(Wanted(after, before));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("v1", "ConfigMap", "c")["data"], (Json{{"x", "3"}}));
  EXPECT_THAT(ManagersOf(Live("v1", "ConfigMap", "c")), ElementsAre("devstats Apply"));
  ExpectSettled(after);
}

}  // namespace
}  // namespace devstats::release
