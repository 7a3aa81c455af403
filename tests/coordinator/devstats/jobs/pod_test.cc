// What marks a pod as a job's, and what its status means.
#include "coordinator/devstats/jobs/pod.h"

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_fixture.h"

namespace devstats::jobs {
namespace {

TEST(PodTest, IsNamedMarkedAndHeldAndRunsOnce) {
  Json pod = PlainPod();
  pod["metadata"]["uid"] = "u";
  pod["metadata"]["ownerReferences"] = Json::array({{{"name", "x"}}});
  pod["metadata"]["annotations"] = {
      {"helm.sh/hook", "pre-install"}, {"meta.helm.sh/release-name", "r"}, {"kept", "yes"}};
  pod["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm";
  pod["status"] = {{"phase", "Running"}};
  pod["spec"]["restartPolicy"] = "Always";
  pod["spec"]["nodeName"] = "node-1";
  const Json dressed = *Dress(pod, {.id = "job-1-a"});
  EXPECT_EQ(dressed["metadata"],
            Json({{"name", "job-1-a"},
                  {"namespace", "default"},
                  {"labels", {{"type", "provision"}, {kRoleLabel, "job"}, {kJobLabel, "job-1-a"}}},
                  {"annotations", {{"kept", "yes"}}},
                  {"finalizers", Json::array({kFinalizer})}}));
  EXPECT_FALSE(dressed.contains("status"));
  EXPECT_EQ(dressed["spec"], Json({{"containers", pod["spec"]["containers"]}, {"restartPolicy", "Never"}}));
  EXPECT_TRUE(IsOf(dressed, {.id = "job-1-a"}));
  EXPECT_FALSE(IsOf(dressed, {.id = "job-1-a", .pod_uid = "u"}));
  EXPECT_FALSE(IsOf(pod, {.id = "job-1-a"}));
}

TEST(PodTest, RefusesWhatIsNoPod) {
  for (const char* path : {"/kind", "/apiVersion", "/spec/containers", "/metadata/namespace", "/spec"}) {
    Json pod = PlainPod();
    const Json::json_pointer at(path);
    pod[at.parent_pointer()].erase(at.back());
    EXPECT_TRUE(absl::IsInvalidArgument(Dress(pod, {.id = "j"}).status())) << path;
  }
  EXPECT_FALSE(Dress(Json::array(), {.id = "j"}).ok());
}

TEST(PodTest, OnlyOurFinalizerIsTakenOff) {
  EXPECT_EQ(OtherFinalizers({{"metadata", {{"finalizers", {"a/b", kFinalizer, "c/d"}}}}}),
            Json({"a/b", "c/d"}));
  EXPECT_EQ(OtherFinalizers(PlainPod()), Json::array());
}

struct StatusCase {
  std::string name, pod;
  bool ended, started, deleting;
  std::string phase, reason;
};

const StatusCase kStatusCases[] = {
    {"new", R"({})", false, false, false, "", ""},
    {"pulls",
     R"({"status": {"phase": "Pending", "containerStatuses": [{"name": "c", "state": {"waiting": {"reason":
      "ImagePullBackOff", "message": "no such\nimage"}}}]}})",
     false, false, false, "", "c: ImagePullBackOff: no such image"},
    {"runs",
     R"({"status": {"phase": "Running", "containerStatuses": [{"name": "c", "ready": true, "state": {"running": {}}}]}})",
     false, true, false, "", ""},
    {"succeeded",
     R"({"status": {"phase": "Succeeded", "containerStatuses": [{"name": "c", "state": {"terminated":
      {"exitCode": 0, "reason": "Completed"}}}]}})",
     true, true, false, "Succeeded", ""},
    {"killed_for_memory",
     R"({"status": {"phase": "Failed", "containerStatuses": [{"name": "c", "state": {"terminated":
      {"exitCode": 137, "reason": "OOMKilled"}}}]}})",
     true, true, false, "Failed", "c: ended with code 137 (OOMKilled)"},
    {"evicted", R"({"status": {"phase": "Failed", "reason": "Evicted", "message": "low on memory"}})", true,
     false, false, "Failed", "Evicted: low on memory"},
    {"deleted_before_it_had_a_node", R"({"metadata": {"deletionTimestamp": "2026-11-18T00:00:00Z"}})", true,
     false, true, "", "the pod was deleted"},
    {"deleted_and_still_running",
     R"({"metadata": {"deletionTimestamp": "2026-11-18T00:00:30Z"}, "spec": {"nodeName": "n"},
      "status": {"phase": "Running", "containerStatuses": [{"name": "c", "ready": true, "state": {"running": {}}}]}})",
     false, true, true, "", "the pod was deleted"},
    {"deleted_and_ended",
     R"({"metadata": {"deletionTimestamp": "2026-11-18T00:00:30Z"}, "spec": {"nodeName": "n"},
      "status": {"phase": "Running", "containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 143}}}]}})",
     true, true, true, "", "the pod was deleted"},
    {"its_node_is_gone",
     R"({"metadata": {"deletionTimestamp": "2026-11-17T23:50:00Z"}, "spec": {"nodeName": "node-2"},
      "status": {"phase": "Running", "reason": "NodeLost", "containerStatuses": [{"name": "c", "ready": true, "state": {"running": {}}}]}})",
     true, true, true, "", "node node-2 does not answer; NodeLost"},
};

class PodStatus : public ::testing::TestWithParam<StatusCase> {};

TEST_P(PodStatus, IsUnderstood) {
  const StatusCase& c = GetParam();
  absl::Time now;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-11-18T00:00:00Z", &now, nullptr));
  const PodState state = StateOf(*ParseJson(c.pod), now);
  EXPECT_EQ(state.ended, c.ended);
  EXPECT_EQ(state.started, c.started);
  EXPECT_EQ(state.deleting, c.deleting);
  EXPECT_EQ(state.phase, c.phase);
  EXPECT_EQ(state.reason, c.reason);
}

INSTANTIATE_TEST_SUITE_P(All, PodStatus, ::testing::ValuesIn(kStatusCases),
                         [](const auto& c) { return c.param.name; });

TEST(PodTest, KeepsWholeLinesFromTheEnd) {
  EXPECT_EQ(LastLines("", 100), "");
  EXPECT_EQ(LastLines("\n", 100), "");
  EXPECT_EQ(LastLines("a\nb", 100), "a\nb\n");
  EXPECT_EQ(LastLines("aaa\nbb\ncc\n", 6), "bb\ncc\n");
  EXPECT_EQ(LastLines("aaa\nbb\ncc\n", 5), "cc\n");
  EXPECT_EQ(LastLines("one\r\n\x1b[31mred\n", 100), "one\n\\x1b[31mred\n");
  EXPECT_EQ(LastLines(std::string(1000, 'x'), 100), "");
}

}  // namespace
}  // namespace devstats::jobs
