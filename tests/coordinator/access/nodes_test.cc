#include "coordinator/access/nodes.h"

#include "common/status.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::access {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Why = NodeCertificates::Why;

class NodesTest : public ::testing::Test {
 protected:
  pki::CertificateInfo Issue(const std::string& node, const KeyAndRequest& key, Why why = Why::kEnrolment) {
    return Must(pki::Inspect(Must(world_.nodes.Issue(node, key.csr, why))));
  }
  World world_{SomeTime()};
  NodeCertificates& nodes_ = world_.nodes;
  KeyAndRequest key_;
};

TEST_F(NodesTest, WhatIsIssuedIsRecorded) {
  const auto info = Issue("node-1", key_);
  const auto newest = Must(nodes_.Newest("node-1"));
  ASSERT_TRUE(newest.has_value());
  EXPECT_EQ(newest->node, "node-1");
  EXPECT_EQ(newest->serial, info.serial);
  EXPECT_EQ(newest->pin, key_.pin);
  EXPECT_EQ(newest->not_after, SomeTime() + kNodeLife);
  EXPECT_FALSE(newest->revoked);
  EXPECT_TRUE(nodes_.CheckServer("node-1", info).ok());
  EXPECT_FALSE(Must(nodes_.Newest("node-2")).has_value());
}

TEST_F(NodesTest, AServerThatShowsAnothersCertificateIsRefused) {
  auto info = Issue("node-1", key_);
  EXPECT_EQ(nodes_.CheckServer("node-2", info).code(), absl::StatusCode::kPermissionDenied);
  info.serial = "00";
  EXPECT_EQ(nodes_.CheckServer("node-1", info).code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(NodesTest, ABoxThatIsEnrolledAnewEndsItsFormerKey) {
  const auto old = Issue("node-1", key_);
  KeyAndRequest fresh;
  const auto info = Issue("node-1", fresh);
  EXPECT_THAT(std::string(nodes_.CheckServer("node-1", old).message()), HasSubstr("revoked"));
  EXPECT_TRUE(nodes_.CheckServer("node-1", info).ok());
  EXPECT_THAT(Must(nodes_.All()), SizeIs(1));
}

TEST_F(NodesTest, ALostAnswerLeavesBothCertificatesOfTheKeyGood) {
  const auto first = Issue("node-1", key_);
  const auto second = Issue("node-1", key_);
  EXPECT_NE(first.serial, second.serial);
  EXPECT_TRUE(nodes_.CheckServer("node-1", first).ok());
  EXPECT_TRUE(nodes_.CheckServer("node-1", second).ok());
  EXPECT_EQ(Must(nodes_.Newest("node-1"))->serial, second.serial);
}

TEST_F(NodesTest, RenewalIsDueAtTwoThirds) {
  Issue("node-1", key_);
  world_.clock.Advance(absl::Hours(24));
  Issue("node-2", KeyAndRequest());
  EXPECT_THAT(Must(nodes_.RenewalDue()), IsEmpty());
  world_.clock.Advance(kNodeLife * 2 / 3 - absl::Hours(24));
  const auto due = Must(nodes_.RenewalDue());
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due.front().node, "node-1");
  Issue("node-1", KeyAndRequest(), Why::kRenewal);
  EXPECT_THAT(Must(nodes_.RenewalDue()), IsEmpty());
}

TEST_F(NodesTest, ARenewalLeavesTheOldOneGoodUntilItExpires) {
  const auto old = Issue("node-1", key_);
  KeyAndRequest fresh;
  const auto renewed = Issue("node-1", fresh, Why::kRenewal);
  EXPECT_TRUE(nodes_.CheckServer("node-1", old).ok());
  EXPECT_TRUE(nodes_.CheckServer("node-1", renewed).ok());
}

TEST_F(NodesTest, OnlyAValidCertificateIsRenewed) {
  EXPECT_EQ(nodes_.Issue("node-1", key_.csr, Why::kRenewal).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Issue("node-1", key_);
  world_.clock.Advance(kNodeLife);
  const absl::Status late = nodes_.Issue("node-1", key_.csr, Why::kRenewal).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(HintOf(late), HasSubstr("enrol"));
}

TEST_F(NodesTest, RevokingEndsAllCertificatesAndTheToken) {
  const auto first = Issue("node-1", key_);
  const auto second = Issue("node-1", key_, Why::kRenewal);
  const auto other = Issue("node-2", KeyAndRequest());
  const auto token = Must(world_.tokens.Create("node-1", absl::ZeroDuration()));
  EXPECT_EQ(Must(nodes_.Revoke("node-1")), 2);
  EXPECT_EQ(Must(nodes_.Revoke("node-1")), 0);
  EXPECT_FALSE(nodes_.CheckServer("node-1", first).ok());
  EXPECT_FALSE(nodes_.CheckServer("node-1", second).ok());
  EXPECT_TRUE(nodes_.CheckServer("node-2", other).ok());
  EXPECT_FALSE(world_.tokens.Claim("node-1", token.token, key_.pin).ok());
  EXPECT_FALSE(Must(nodes_.Newest("node-1")).has_value());
  EXPECT_EQ(nodes_.Issue("node-1", key_.csr, Why::kRenewal).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(NodesTest, RevokingWhoNeverCameIsAnError) {
  EXPECT_EQ(nodes_.Revoke("node-9").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(nodes_.Revoke("No/Name").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(NodesTest, ABadNameOrRequestRecordsNothing) {
  EXPECT_FALSE(nodes_.Issue("Node", key_.csr, Why::kEnrolment).ok());
  EXPECT_FALSE(nodes_.Issue("node-1", "nonsense", Why::kEnrolment).ok());
  EXPECT_THAT(Must(nodes_.All()), IsEmpty());
}

}  // namespace
}  // namespace devstats::access
