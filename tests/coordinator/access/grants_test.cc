#include "coordinator/access/grants.h"

#include "common/status.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::access {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GrantsTest : public ::testing::Test {
 protected:
  absl::StatusOr<Grant> Add(const std::string& name, const std::string& role,
                            absl::Duration life = absl::ZeroDuration()) {
    return grants_.Add(name, role, key_.csr, life);
  }
  World world_{SomeTime()};
  Grants& grants_ = world_.grants;
  KeyAndRequest key_;
};

TEST_F(GrantsTest, GivesACertificateWhoseRoleStandsInTheDatabase) {
  const Grant grant = Must(Add("ann", "operator"));
  const auto info = Must(pki::Inspect(grant.certificate_pem));
  EXPECT_EQ(Must(IdentityOf(info.uris)), UserIdentity(world_.authority->cluster(), "ann"));
  EXPECT_THAT(info.dns, IsEmpty());
  EXPECT_EQ(info.serial, grant.serial);
  EXPECT_EQ(info.not_after, SomeTime() + kUserLife);
  EXPECT_EQ(grant.certificate_pem.find("operator"), std::string::npos);
  const Grant found = Must(grants_.Find("ann", grant.serial));
  EXPECT_EQ(found.role, Role::kOperator);
  EXPECT_EQ(found.name, "ann");
}

TEST_F(GrantsTest, RefusesBadNamesRolesRequestsAndLives) {
  EXPECT_EQ(Add("root@local", "viewer").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Add("", "viewer").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Add("ann", "root").status().message()), HasSubstr("viewer, operator, admin"));
  EXPECT_EQ(Add("ann", "Admin").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Add("ann", "viewer", kMaxUserLife + absl::Seconds(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Add("ann", "viewer", -absl::Seconds(1)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(grants_.Add("ann", "viewer", "nonsense", absl::ZeroDuration()).ok());
  EXPECT_THAT(Must(grants_.List()), IsEmpty());
}

TEST_F(GrantsTest, RevokingWorksAtOnceAndForAllCertificatesOfTheName) {
  const Grant one = Must(Add("ann", "viewer"));
  const Grant two = Must(Add("ann", "admin"));
  const Grant bob = Must(Add("bob", "viewer"));
  EXPECT_EQ(Must(grants_.Revoke("ann")), 2);
  EXPECT_EQ(Must(grants_.Revoke("ann")), 0);
  EXPECT_EQ(grants_.Find("ann", one.serial).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(grants_.Find("ann", two.serial).status().message()), HasSubstr("revoked"));
  EXPECT_TRUE(grants_.Find("bob", bob.serial).ok());
  EXPECT_EQ(grants_.Revoke("eve").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(GrantsTest, AccessCanBeGivenAgain) {
  const Grant old = Must(Add("ann", "admin"));
  ASSERT_TRUE(grants_.Revoke("ann").ok());
  const Grant fresh = Must(Add("ann", "viewer"));
  EXPECT_FALSE(grants_.Find("ann", old.serial).ok());
  EXPECT_EQ(Must(grants_.Find("ann", fresh.serial)).role, Role::kViewer);
}

TEST_F(GrantsTest, ASerialServesOnlyTheNameItWasGivenTo) {
  const Grant ann = Must(Add("ann", "admin"));
  EXPECT_EQ(grants_.Find("bob", ann.serial).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(grants_.Find("ann", "").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(grants_.Find("ann", "' OR 1=1 --").status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(GrantsTest, ExpiryIsCheckedAtEachCall) {
  const Grant ann = Must(Add("ann", "viewer", absl::Hours(1)));
  world_.clock.Advance(absl::Hours(1) - absl::Seconds(1));
  EXPECT_TRUE(grants_.Find("ann", ann.serial).ok());
  world_.clock.Advance(absl::Seconds(1));
  const absl::Status late = grants_.Find("ann", ann.serial).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(HintOf(late), HasSubstr("access add"));
}

TEST_F(GrantsTest, ListsEverythingEverGiven) {
  ASSERT_TRUE(Add("bob", "viewer").ok());
  ASSERT_TRUE(Add("ann", "admin").ok());
  ASSERT_TRUE(grants_.Revoke("bob").ok());
  const auto list = Must(grants_.List());
  ASSERT_THAT(list, SizeIs(2));
  EXPECT_EQ(list[0].name, "ann");
  EXPECT_FALSE(list[0].revoked);
  EXPECT_TRUE(list[0].certificate_pem.empty());
  EXPECT_EQ(list[1].name, "bob");
  EXPECT_TRUE(list[1].revoked);
}

TEST_F(GrantsTest, ARoleThatTheDatabaseDoesNotKnowGivesNothing) {
  const Grant ann = Must(Add("ann", "viewer"));
  ASSERT_TRUE(world_.db->Run("UPDATE grants SET role = 'superadmin'").ok());
  EXPECT_FALSE(grants_.Find("ann", ann.serial).ok());
}

}  // namespace
}  // namespace devstats::access
