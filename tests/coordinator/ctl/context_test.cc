#include "coordinator/ctl/context.h"

#include <sys/stat.h>

#include "common/files.h"
#include "common/identity.h"
#include "common/pki.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "tests/common/temp_dir.h"

namespace devstats::ctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'795'000'000);

class ContextTest : public testing::Test {
 protected:
  // A context folder as `access add` leaves it.
  std::string Make(const std::string& name) {
    const std::string folder = folder_ / name;
    const auto request = BeginContext(folder, "ann");
    EXPECT_TRUE(request.ok()) << request.status();
    coordinator::v1::AccessGrant grant;
    grant.set_certificate_pem(*pki::Sign(authority_, *request,
                                         {.common_name = "ann",
                                          .uris = {UserIdentity("c1", "ann").Uri()},
                                          .not_before = kNow - absl::Hours(1),
                                          .not_after = kNow + absl::Hours(1)}));
    grant.set_ca_pem(authority_.certificate_pem);
    grant.set_address("10.0.0.1:7440");
    EXPECT_TRUE(FinishContext(folder, grant).ok());
    return folder;
  }
  TempDir folder_;
  const pki::Authority authority_ =
      *pki::NewAuthority("test", kNow - absl::Hours(24), kNow + absl::Hours(24 * 365));
};

TEST_F(ContextTest, IsReadBackWithItsCluster) {
  const auto context = ReadContext(Make("ctx"), kNow);
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->cluster, "c1");
  EXPECT_EQ(context->address, "10.0.0.1:7440");
  EXPECT_THAT(context->key.Reveal(), testing::HasSubstr("PRIVATE KEY"));
}

TEST_F(ContextTest, TheKeyIsForItsOwnerOnly) {
  const std::string folder = Make("ctx");
  struct stat info;
  ASSERT_EQ(stat((folder + "/key.pem").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(chmod((folder + "/key.pem").c_str(), 0640), 0);
  const auto context = ReadContext(folder, kNow);
  EXPECT_TRUE(absl::IsPermissionDenied(context.status()));
  EXPECT_THAT(HintOf(context.status()), testing::HasSubstr("chmod 600"));
}

TEST_F(ContextTest, AnExpiredOneSaysSo) {
  const auto context = ReadContext(Make("ctx"), kNow + absl::Hours(2));
  EXPECT_THAT(context.status().message(), testing::HasSubstr("expired at 2026-11-18 12:06:40 UTC"));
  EXPECT_THAT(HintOf(context.status()), testing::HasSubstr("access add"));
}

TEST_F(ContextTest, AKeyOfAnotherContextIsNoticed) {
  const std::string one = Make("one"), two = Make("two");
  ASSERT_TRUE(WriteFileAtomic(two + "/key.pem", *ReadFile(one + "/key.pem")).ok());
  EXPECT_THAT(ReadContext(two, kNow).status().message(), testing::HasSubstr("is not that of cert.pem"));
}

TEST_F(ContextTest, AKeyThatIsThereIsNeverReplaced) {
  const std::string folder = Make("ctx");
  const std::string key = *ReadFile(folder + "/key.pem");
  EXPECT_TRUE(absl::IsAlreadyExists(BeginContext(folder, "ann").status()));
  EXPECT_EQ(*ReadFile(folder + "/key.pem"), key);
}

TEST_F(ContextTest, ADroppedOneLeavesNothing) {
  ASSERT_TRUE(BeginContext(folder_ / "ctx", "ann").ok());
  DropContext(folder_ / "ctx");
  EXPECT_FALSE(Exists(folder_ / "ctx"));
}

TEST_F(ContextTest, TheTargetIsChosenInOrder) {
  const std::string config = folder_ / "config", socket = folder_ / "api.sock";
  EXPECT_TRUE(absl::IsNotFound(ChooseTarget("", "", config, socket).status()));
  Make("config");
  EXPECT_EQ(ChooseTarget("", "", config, socket)->context, config);
  ASSERT_TRUE(WriteFileAtomic(socket, "").ok());
  EXPECT_EQ(ChooseTarget("", "", config, socket)->socket, socket);
  EXPECT_EQ(ChooseTarget("/other", "", config, socket)->socket, "/other");
  EXPECT_TRUE(absl::IsInvalidArgument(ChooseTarget("/other", "x", config, socket).status()));
}

TEST_F(ContextTest, AContextIsAFolderOrAName) {
  const std::string folder = Make("prod");
  EXPECT_EQ(ChooseTarget("", folder, "/nonexistent", "/nonexistent")->context, folder);
  EXPECT_EQ(ChooseTarget("", "prod", folder_.path(), "/nonexistent")->context, folder);
  EXPECT_TRUE(absl::IsNotFound(ChooseTarget("", "test", folder_.path(), "/nonexistent").status()));
}

}  // namespace
}  // namespace devstats::ctl
