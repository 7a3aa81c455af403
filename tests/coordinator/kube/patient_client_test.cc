#include "coordinator/kube/patient_client.h"

#include "coordinator/kube/status.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::kube {
namespace {

Json PatientMap(const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", "a"}, {"namespace", "default"}}},
          {"data", {{"k", value}}}};
}
const ObjectRef kPatientRef{"v1", "ConfigMap", "default", "a"};

class PatientClientTest : public ::testing::Test {
 protected:
  PatientClient Make() {
    return PatientClient(&faulty_,
                         {.patience = absl::Seconds(10), .sleep = [this](absl::Duration d) { slept_ += d; }});
  }
  FakeKube kube_;
  FaultyClient faulty_{&kube_};
  absl::Duration slept_;
};

TEST_F(PatientClientTest, TriesAgainWhatPasses) {
  faulty_.Fail(0, absl::UnavailableError("too many requests"));
  faulty_.Fail(1, absl::InternalError("etcd"));
  faulty_.Fail(2, absl::AbortedError("modified"));
  EXPECT_TRUE(Make().Apply(PatientMap("v"), {}).ok());
  EXPECT_EQ(faulty_.calls(), 4);
  EXPECT_EQ(slept_, absl::Milliseconds(700));
}

TEST_F(PatientClientTest, GivesUpInTime) {
  kube_.down = absl::UnavailableError("no connection");
  EXPECT_TRUE(absl::IsUnavailable(Make().Get(kPatientRef).status()));
  EXPECT_EQ(slept_, absl::Seconds(10));
}

TEST_F(PatientClientTest, KeepsWhatDoesNotPass) {
  EXPECT_TRUE(absl::IsNotFound(Make().Get(kPatientRef).status()));
  kube_.Seed(PatientMap("theirs"));
  EXPECT_EQ(ConflictsOf(Make().Apply(PatientMap("ours"), {}).status()).size(), 1u);
  EXPECT_EQ(faulty_.calls(), 2);
}

TEST_F(PatientClientTest, FindsWhatALostAnswerDid) {
  kube_.Seed(PatientMap("v"));
  faulty_.LoseAnswer(0);
  EXPECT_TRUE(Make().Delete(kPatientRef, {}).ok());
  faulty_.LoseAnswer(2);
  EXPECT_TRUE(absl::IsAlreadyExists(Make().Create(PatientMap("v")).status()));
}

TEST_F(PatientClientTest, RepeatsOfCallsToAPodOnlyAGet) {
  kube_.Seed(
      {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "p"}, {"namespace", "default"}}}});
  int asked = 0;
  kube_.proxy = [&](const ProxyCall&) -> absl::StatusOr<ProxyAnswer> {
    if (++asked % 2 == 1) return absl::UnavailableError("refused");
    return ProxyAnswer{503, "not now"};
  };
  ProxyCall call{.namespace_ = "default", .pod = "p", .port = 8008, .path = "/patroni"};
  EXPECT_EQ(Make().PodProxy(call)->code, 503);
  EXPECT_EQ(asked, 2);
  for (const char* method : {"POST", "PATCH", "DELETE"}) {
    call.method = method;
    asked = 0;
    EXPECT_TRUE(absl::IsUnavailable(Make().PodProxy(call).status())) << method;
    EXPECT_EQ(asked, 1) << method;
  }
}

TEST_F(PatientClientTest, DoesNotRepeatAPatch) {
  kube_.Seed(PatientMap("v"));
  faulty_.Fail(0, absl::UnavailableError("busy"));
  EXPECT_TRUE(
      absl::IsUnavailable(Make().Patch(kPatientRef, PatchKind::kMerge, {{"data", {{"k", "w"}}}}).status()));
}

}  // namespace
}  // namespace devstats::kube
