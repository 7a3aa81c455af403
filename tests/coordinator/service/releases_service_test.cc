// Releases through the real service: who may do what, and what is written down about it.
#include "tests/coordinator/service/release_fixture.h"
#include "tests/coordinator/service/served.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using Stub = Served::Stub;

class ReleasesServiceTest : public ReleaseFixture {
 protected:
  absl::StatusOr<v1::Operation> Install() {
    v1::ChangeReleaseRequest change;
    *change.mutable_request() = Request(v1::ReleaseRequest::INSTALL);
    return served_.Call(&Stub::ChangeRelease, change);
  }

  access::World access_;
  Api api_{{.operations = &operations_,
            .runner = &runner_,
            .journal = &journal_,
            .world = world_,
            .clock = &SystemClock()}};
  Served served_{{.api = &api_, .releases = &releases_}, &access_, access::Role::kOperator};
};

TEST_F(ReleasesServiceTest, AnOperatorChangesAndLooks) {
  const auto begun = Install();
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_EQ(begun->kind(), "release install shop/web");
  ASSERT_EQ(begun->units_size(), 1);
  EXPECT_EQ(begun->units(0).unit(), "release shop/web");
  ASSERT_TRUE(Eventually([&] { return operations_.Get(begun->id())->state == kDone; }));
  EXPECT_EQ(served_.Call(&Stub::GetRelease, Asked())->summary().status(), "deployed");
  EXPECT_EQ(served_.Call(&Stub::GetReleaseHistory, Asked())->releases_size(), 1);
  EXPECT_EQ(served_.Call(&Stub::GetReleaseDrift, Asked())->changes().changes_size(), 0);
  EXPECT_EQ(served_.Call(&Stub::ListReleases, v1::ListReleasesRequest())->releases_size(), 1);
  EXPECT_EQ(served_.Call(&Stub::PlanRelease, Request(v1::ReleaseRequest::UNINSTALL))->plan().units_size(), 1);
}

TEST_F(ReleasesServiceTest, AViewerSeesWhichThereAreAndNothingOfThem) {
  served_.role = access::Role::kViewer;
  EXPECT_TRUE(absl::IsPermissionDenied(Install().status()));
  EXPECT_TRUE(absl::IsPermissionDenied(served_.Call(&Stub::GetRelease, Asked()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(served_.Call(&Stub::GetReleaseDrift, Asked()).status()));
  EXPECT_TRUE(
      absl::IsPermissionDenied(served_.Call(&Stub::PlanRelease, Request(v1::ReleaseRequest::TEST)).status()));
  EXPECT_TRUE(served_.Call(&Stub::ListReleases, v1::ListReleasesRequest()).ok());
  EXPECT_TRUE(absl::IsNotFound(served_.Call(&Stub::GetReleaseHistory, Asked()).status()));
}

TEST_F(ReleasesServiceTest, AChangeIsWrittenDownWithItsOperation) {
  const auto begun = Install();
  ASSERT_TRUE(begun.ok()) << begun.status();
  v1::ChangeReleaseRequest bad;
  bad.mutable_request()->set_name(std::string(1000, 'x'));
  EXPECT_TRUE(absl::IsInvalidArgument(served_.Call(&Stub::ChangeRelease, bad).status()));
  const std::vector<access::AuditEntry> trail = access_.Trail();
  ASSERT_EQ(trail.size(), 4u);
  EXPECT_EQ(trail[0].target, "INSTALL shop/web");
  EXPECT_EQ(trail[1].operation, begun->id());
  EXPECT_EQ(trail[2].target, "ACTION_UNSPECIFIED (not a name)");
}

}  // namespace
}  // namespace devstats::coordinator
