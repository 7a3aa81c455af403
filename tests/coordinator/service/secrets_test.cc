// Secrets through the real service: who may do what, and what is written down about it.
#include "common/files.h"
#include "common/grpc/status.h"
#include "common/status.h"
#include "coordinator/secrets/schema.h"
#include "coordinator/service/coordinator_service.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kValue[] = "correct horse battery staple";

class SecretsServiceTest : public ::testing::Test {
 protected:
  SecretsServiceTest() {
    db_ = *Database::Open(world_.dir / "secrets.db", {secrets::Schema()});
    store_ = std::make_unique<secrets::Store>(db_.get(), world_.paths.SecretsKey(), &world_.clock);
    ApiParts parts{};
    parts.world.secrets = store_.get();
    api_ = std::make_unique<Api>(std::move(parts));
    guard_ = std::make_unique<Guard>(
        &access::CoordinatorRules(),
        [this](const grpc::ServerContextBase&, Principal* who) {
          *who = {"ann", "01", role_};
          return absl::OkStatus();
        },
        world_.audit.get(), &world_.clock);
    service_ = std::make_unique<CoordinatorService>(api_.get(), nullptr, nullptr, nullptr, guard_.get(),
                                                    [] { return false; });
    const std::string address = "unix:" + world_.dir / "api.sock";
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::Coordinator::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }
  ~SecretsServiceTest() override { server_->Shutdown(); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::Coordinator::Stub::*method)(grpc::ClientContext*,
                                                                              const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }
  absl::StatusOr<v1::SecretEntry> Set(const std::string& name, const std::string& value = kValue) {
    v1::SetSecretRequest request;
    request.set_name(name);
    request.set_value(value);
    return Call(&v1::Coordinator::Stub::SetSecret, request);
  }
  absl::StatusOr<v1::SecretList> List() {
    return Call(&v1::Coordinator::Stub::ListSecrets, v1::ListSecretsRequest());
  }
  absl::StatusOr<v1::DeleteSecretResponse> Delete(const std::string& name) {
    v1::DeleteSecretRequest request;
    request.set_name(name);
    return Call(&v1::Coordinator::Stub::DeleteSecret, request);
  }

  access::World world_;
  access::Role role_ = access::Role::kAdmin;
  std::unique_ptr<Database> db_;
  std::unique_ptr<secrets::Store> store_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<CoordinatorService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Coordinator::Stub> stub_;
};

TEST_F(SecretsServiceTest, AValueGoesInAndNeverComesOut) {
  auto set = Set("registry");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->name(), "registry");
  EXPECT_EQ(set->mac(), *store_->Mac("registry"));
  EXPECT_EQ(set->changed_ms(), absl::ToUnixMillis(world_.clock.Now()));
  EXPECT_THAT(set->ShortDebugString(), Not(HasSubstr("horse")));
  EXPECT_EQ(store_->Get("registry")->Reveal(), kValue);
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
  role_ = access::Role::kOperator;
  EXPECT_TRUE(absl::IsPermissionDenied(Set("registry").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Delete("registry").status()));
  EXPECT_TRUE(List().ok());
  role_ = access::Role::kViewer;
  EXPECT_TRUE(absl::IsPermissionDenied(List().status()));
  EXPECT_THAT(*ReadFile(world_.paths.Audit()), Not(HasSubstr("horse")));
}

TEST_F(SecretsServiceTest, APlanThatSendsSecretsIsNotForViewers) {
  role_ = access::Role::kViewer;
  v1::PlanRequest request;
  request.set_file("c.yaml");
  request.set_spec(
      "cluster: c\nnodes: [{name: a, address: 10.0.0.1}]\n"
      "runtime: {registries: [{host: r.example.com, user: u, passwordSecret: registry}]}\n");
  const absl::Status refused = Call(&v1::Coordinator::Stub::Plan, request).status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("this plan sends secrets to boxes: this needs the role operator"));
  request.set_spec("nodes: []\n");  // others are theirs to make, as far as they can be made
  EXPECT_TRUE(absl::IsInvalidArgument(Call(&v1::Coordinator::Stub::Plan, request).status()));
}

// A chart may look up a Secret of the cluster and print it into a ConfigMap, which the plan would show.
TEST_F(SecretsServiceTest, APlanThatRendersChartsIsNotForViewers) {
  role_ = access::Role::kViewer;
  for (const char* more :
       {"releases: [{name: x, namespace: s, chart: /c}]\n", "addons: {certManager: {chart: /c}}\n"}) {
    v1::PlanRequest request;
    request.set_file("c.yaml");
    request.set_spec(
        absl::StrCat("cluster: c\nnodes: [{name: a, address: 10.0.0.1, role: control-plane}]\n"
                     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
                     more));
    const absl::Status refused = Call(&v1::Coordinator::Stub::Plan, request).status();
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
