// Secrets through the real service: who may do what, and what is written down about it.
#include "common/files.h"
#include "common/status.h"
#include "coordinator/secrets/schema.h"
#include "tests/coordinator/service/served.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kValue[] = "correct horse battery staple";

class SecretsServiceTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::SecretEntry> Set(const std::string& name, const std::string& value = kValue) {
    v1::SetSecretRequest request;
    request.set_name(name);
    request.set_value(value);
    return served_.Call(&Served::Stub::SetSecret, request);
  }
  absl::StatusOr<v1::SecretList> List() {
    return served_.Call(&Served::Stub::ListSecrets, v1::ListSecretsRequest());
  }
  absl::StatusOr<v1::DeleteSecretResponse> Delete(const std::string& name) {
    v1::DeleteSecretRequest request;
    request.set_name(name);
    return served_.Call(&Served::Stub::DeleteSecret, request);
  }

  access::World world_;
  std::unique_ptr<Database> db_ = *Database::Open(world_.dir / "secrets.db", {secrets::Schema()});
  secrets::Store store_{db_.get(), world_.paths.SecretsKey(), &world_.clock};
  Api api_{{.world = {.secrets = &store_}}};
  Served served_{{.api = &api_}, &world_, access::Role::kAdmin};
};

TEST_F(SecretsServiceTest, AValueGoesInAndNeverComesOut) {
  auto set = Set("registry");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->name(), "registry");
  EXPECT_EQ(set->mac(), *store_.Mac("registry"));
  EXPECT_EQ(set->changed_ms(), absl::ToUnixMillis(world_.clock.Now()));
  EXPECT_THAT(set->ShortDebugString(), Not(HasSubstr("horse")));
  EXPECT_EQ(store_.Get("registry")->Reveal(), kValue);
  auto list = List();
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->entries_size(), 1);
  EXPECT_EQ(list->entries(0).mac(), set->mac());
  EXPECT_THAT(list->ShortDebugString(), Not(HasSubstr("horse")));
  EXPECT_TRUE(Delete("registry").ok());
  EXPECT_EQ(List()->entries_size(), 0);
}

TEST_F(SecretsServiceTest, TheTrailHasTheNameAndNotTheValue) {
  ASSERT_TRUE(Set("registry").ok());
  ASSERT_TRUE(Delete("registry").ok());
  EXPECT_FALSE(Set(kValue).ok());  // typed where the name should stand
  EXPECT_FALSE(Set("registry", std::string(kMaxSecretBytes + 1, 'x')).ok());
  const auto trail = world_.Trail();
  ASSERT_EQ(trail.size(), 8u);  // begin and end of each
  EXPECT_EQ(trail[0].method, "SetSecret");
  EXPECT_EQ(trail[0].target, "registry");
  EXPECT_EQ(trail[1].code, "OK");
  EXPECT_EQ(trail[2].method, "DeleteSecret");
  EXPECT_EQ(trail[4].target, "(not a name)");
  EXPECT_EQ(trail[5].code, "INVALID_ARGUMENT");
  EXPECT_THAT(trail[7].message, HasSubstr("at most 65536"));
  EXPECT_THAT(*ReadFile(world_.paths.Audit()), Not(HasSubstr("horse")));
}

TEST_F(SecretsServiceTest, OperatorsSeeWhatIsSetAndOnlyAdminsSetIt) {
  served_.role = access::Role::kOperator;
  EXPECT_TRUE(absl::IsPermissionDenied(Set("registry").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Delete("registry").status()));
  EXPECT_TRUE(List().ok());
  served_.role = access::Role::kViewer;
  EXPECT_TRUE(absl::IsPermissionDenied(List().status()));
  EXPECT_THAT(*ReadFile(world_.paths.Audit()), Not(HasSubstr("horse")));
}

TEST_F(SecretsServiceTest, APlanThatSendsSecretsIsNotForViewers) {
  served_.role = access::Role::kViewer;
  v1::PlanRequest request;
  request.set_file("c.yaml");
  request.set_spec(
      "cluster: c\nnodes: [{name: a, address: 10.0.0.1}]\n"
      "runtime: {registries: [{host: r.example.com, user: u, passwordSecret: registry}]}\n");
  const absl::Status refused = served_.Call(&Served::Stub::Plan, request).status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("this plan sends secrets to boxes: this needs the role operator"));
  request.set_spec("nodes: []\n");  // others are theirs to make, as far as they can be made
  EXPECT_TRUE(absl::IsInvalidArgument(served_.Call(&Served::Stub::Plan, request).status()));
}

// A chart may look up a Secret of the cluster and print it into a ConfigMap, which the plan would show.
TEST_F(SecretsServiceTest, APlanThatRendersChartsIsNotForViewers) {
  served_.role = access::Role::kViewer;
  for (const char* more :
       {"releases: [{name: x, namespace: s, chart: /c}]\n", "addons: {certManager: {chart: /c}}\n"}) {
    v1::PlanRequest request;
    request.set_file("c.yaml");
    request.set_spec(
        absl::StrCat("cluster: c\nnodes: [{name: a, address: 10.0.0.1, role: control-plane}]\n"
                     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
                     more));
    const absl::Status refused = served_.Call(&Served::Stub::Plan, request).status();
    EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("this plan renders charts"));
  }
}

TEST_F(SecretsServiceTest, WhatIsNotSetIsNotFoundWithAdvice) {
  const absl::Status status = Delete("registry").status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(HintOf(status), "devstatsctl secret list");
}

}  // namespace
}  // namespace devstats::coordinator
