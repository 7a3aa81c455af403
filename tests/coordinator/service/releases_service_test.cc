// Releases through the real service: who may do what, and what is written down about it.
#include "common/grpc/status.h"
#include "coordinator/service/coordinator_service.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/coordinator/access/fixture.h"
#include "tests/coordinator/service/release_fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using Stub = v1::Coordinator::Stub;

class ReleasesServiceTest : public ReleaseFixture {
 protected:
  ReleasesServiceTest() {
    const std::string address = "unix:" + access_.dir / "api.sock";
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::Coordinator::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }
  ~ReleasesServiceTest() override { server_->Shutdown(); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }
  absl::StatusOr<v1::Operation> Install() {
    v1::ChangeReleaseRequest change;
    *change.mutable_request() = Request(v1::ReleaseRequest::INSTALL);
    return Call(&Stub::ChangeRelease, change);
  }

  access::World access_;
  access::Role role_ = access::Role::kOperator;
  Api api_{{.operations = &operations_,
            .runner = &runner_,
            .journal = &journal_,
            .world = world_,
            .clock = &SystemClock()}};
  Guard guard_{&access::CoordinatorRules(),
               [this](const grpc::ServerContextBase&, Principal* who) {
                 *who = {"ann", "01", role_};
                 return absl::OkStatus();
               },
               access_.audit.get(), &access_.clock};
  CoordinatorService service_{&api_, &releases_, nullptr, nullptr, &guard_, [] { return false; }};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(ReleasesServiceTest, AnOperatorChangesAndLooks) {
  const auto begun = Install();
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_EQ(begun->kind(), "release install shop/web");
  ASSERT_EQ(begun->units_size(), 1);
  EXPECT_EQ(begun->units(0).unit(), "release shop/web");
  ASSERT_TRUE(Eventually([&] { return operations_.Get(begun->id())->state == kDone; }));
  EXPECT_EQ(Call(&Stub::GetRelease, Asked())->summary().status(), "deployed");
  EXPECT_EQ(Call(&Stub::GetReleaseHistory, Asked())->releases_size(), 1);
  EXPECT_EQ(Call(&Stub::GetReleaseDrift, Asked())->changes().changes_size(), 0);
  EXPECT_EQ(Call(&Stub::ListReleases, v1::ListReleasesRequest())->releases_size(), 1);
  EXPECT_EQ(Call(&Stub::PlanRelease, Request(v1::ReleaseRequest::UNINSTALL))->plan().units_size(), 1);
}

TEST_F(ReleasesServiceTest, AViewerSeesWhichThereAreAndNothingOfThem) {
  role_ = access::Role::kViewer;
  EXPECT_TRUE(absl::IsPermissionDenied(Install().status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Call(&Stub::GetRelease, Asked()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Call(&Stub::GetReleaseDrift, Asked()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Call(&Stub::PlanRelease, Request(v1::ReleaseRequest::TEST)).status()));
  EXPECT_TRUE(Call(&Stub::ListReleases, v1::ListReleasesRequest()).ok());
  EXPECT_TRUE(absl::IsNotFound(Call(&Stub::GetReleaseHistory, Asked()).status()));
}

TEST_F(ReleasesServiceTest, AChangeIsWrittenDownWithItsOperation) {
  const auto begun = Install();
  ASSERT_TRUE(begun.ok()) << begun.status();
  v1::ChangeReleaseRequest bad;
  bad.mutable_request()->set_name(std::string(1000, 'x'));
  EXPECT_TRUE(absl::IsInvalidArgument(Call(&Stub::ChangeRelease, bad).status()));
  const std::vector<access::AuditEntry> trail = access_.Trail();
  ASSERT_EQ(trail.size(), 4u);
  EXPECT_EQ(trail[0].target, "INSTALL shop/web");
  EXPECT_EQ(trail[1].operation, begun->id());
  EXPECT_EQ(trail[2].target, "ACTION_UNSPECIFIED (not a name)");
}

}  // namespace
}  // namespace devstats::coordinator
