#include "coordinator/addons/objects_unit.h"

#include "common/status.h"
#include "coordinator/kube/forwarding_client.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::addons {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Json kIssuer{{"apiVersion", "cert-manager.io/v1"},
                   {"kind", "Issuer"},
                   {"metadata", {{"name", "letsencrypt-test"}, {"namespace", "devstats-test"}}},
                   {"spec", {{"acme", {{"email", "ops@example.com"}}}}}};
const Json kTestNamespace{
    {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "devstats-test"}}}};

class ObjectsUnitTest : public UnitsTest {
 protected:
  ObjectsUnitTest() {
    AddKind("cert-manager.io", "v1", "Issuer", "issuers", true);
    AddKind("acme.cert-manager.io", "v1", "Challenge", "challenges", true);
  }
  // Plays cert-manager.
  void SetReady(const std::string& status, const std::string& reason) {
    Json issuer = *kube_.Get(*kube::RefOf(kIssuer));
    issuer["status"]["conditions"] = Json::array(
        {{{"type", "Ready"}, {"status", status}, {"reason", reason}, {"message", "of the server"}}});
    kube_.Seed(issuer);
  }
  ObjectsStep step_{.objects = {kTestNamespace, kIssuer}, .ready_kind = "Issuer"};
  ObjectsUnit unit_{"issuers", step_, &kube_, patience_};
};

TEST_F(ObjectsUnitTest, WaitsUntilItsObjectsAreReady) {
  kube_.react = [this](const Json& object) {
    if (kube::TextAt(object, {"kind"}) == "Issuer") SetReady("True", "ACMEAccountRegistered");
  };
  EXPECT_THAT(Plan(unit_), ElementsAre("CREATE Namespace devstats-test",
                                       "CREATE Issuer devstats-test/letsencrypt-test", "RUN waits"));
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_THAT(Plan(unit_), IsEmpty());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ObjectsUnitTest, TellsWhyAnObjectIsNotReady) {
  kube_.react = [this](const Json& object) {
    if (kube::TextAt(object, {"kind"}) == "Issuer") SetReady("False", "ErrRegisterACMEAccount");
  };
  ObjectsUnit hasty("issuers", step_, &kube_, short_);
  const absl::Status status = Apply(hasty);
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("Issuer devstats-test/letsencrypt-test is not ready: ErrRegisterACMEAccount: of the server"));
  EXPECT_THAT(Plan(unit_), ElementsAre("RUN waits"));
}

TEST_F(ObjectsUnitTest, NamesChallengesThatAreStuck) {
  kube_.react = [this](const Json& object) {
    if (kube::TextAt(object, {"kind"}) == "Issuer") SetReady("True", "ok");
  };
  ASSERT_TRUE(Apply(unit_).ok());
  for (const char* state : {"pending", "valid"})
    kube_.Seed({{"apiVersion", "acme.cert-manager.io/v1"},
                {"kind", "Challenge"},
                {"metadata", {{"name", absl::StrCat("tls-", state)}, {"namespace", "devstats-test"}}},
                {"spec", {{"dnsName", "test.example.com"}}},
                {"status", {{"state", state}, {"reason", "wrong status code '404'"}}}});
  EXPECT_THAT(Plan(unit_), IsEmpty());  // the issuer itself is as it should be
  EXPECT_THAT(warnings_,
              ElementsAre("Challenge devstats-test/tls-pending for test.example.com: pending: wrong status "
                          "code '404'"));
}

// Refuses the first applies, as an API server does while a webhook is not up.
class WebhookAway : public kube::ForwardingClient {
 public:
  explicit WebhookAway(kube::KubeClient* client) : client_(client) {}
  int refusals = 3;

 protected:
  absl::Status Pass(Method method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    if (method == Method::kApply && refusals-- > 0)
      return absl::InternalError(
          "Internal error occurred: failed calling webhook \"webhook.cert-manager.io\": refused");
    return call(*client_);
  }

 private:
  kube::KubeClient* const client_;
};

TEST_F(ObjectsUnitTest, AWebhookThatIsNotUpYetIsWaitedFor) {
  WebhookAway away(&kube_);
  ObjectsUnit unit("issuers", {.objects = {kTestNamespace, kIssuer}}, &away, patience_);
  const UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.error(), "");
  ASSERT_TRUE(unit.Apply(plan, Context()).ok());
  EXPECT_THAT(Plan(unit), IsEmpty());
  EXPECT_THAT(told_, Contains(HasSubstr("failed calling webhook")));
}

TEST_F(ObjectsUnitTest, WhatIsWrongWithAnObjectIsToldAtOnce) {
  ObjectsUnit unit("pools",
                   {.objects = {{{"apiVersion", "v1"},
                                 {"kind", "ConfigMap"},
                                 {"metadata", {{"name", "a"}, {"namespace", "nowhere"}}}}}},
                   &kube_, patience_);
  EXPECT_EQ(unit.Apply(PlanUnit(unit), Context()).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace devstats::addons
