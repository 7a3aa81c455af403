#include "agent/front/identity_store.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/metrics.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/child.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

class IdentityStoreTest : public ::testing::Test {
 protected:
  std::string Answer(const std::string& request, absl::Duration life = absl::Hours(24)) const {
    return *pki::Sign(ca_, request, {.common_name = "node-1", .not_before = start_, .not_after = start_ + life});
  }
  std::string Asked() { return *store_.NewRequest("node-1"); }
  int Folders() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(paths_.Front()))
      if (entry.is_directory() && !entry.is_symlink()) ++count;
    return count;
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'800'000'000);
  FixedClock clock_{start_ + absl::Hours(1)};
  TempDir dir_;
  const Paths paths_{dir_.path()};
  IdentityStore store_{paths_, &clock_};
  const pki::Authority ca_ = *pki::NewAuthority("c", start_, start_ + absl::Hours(24 * 365));
};

TEST_F(IdentityStoreTest, ARequestNotYetAnsweredIsMadeAgainFromTheSameKey) {
  EXPECT_TRUE(absl::IsNotFound(store_.Current().status()));
  EXPECT_EQ(*pki::RequestPin(Asked()), *pki::RequestPin(Asked()));
}

TEST_F(IdentityStoreTest, AnAnswerTakesThePlaceOfTheOldPairAsAWhole) {
  ASSERT_TRUE(store_.Install(Answer(Asked()), ca_.certificate_pem).ok());
  const std::string first = store_.Current()->serial;
  const std::string next = Answer(Asked());
  ASSERT_TRUE(store_.Install(next, ca_.certificate_pem).ok());
  EXPECT_NE(store_.Current()->serial, first);
  EXPECT_EQ(Folders(), 1) << "the old pair goes";
  EXPECT_TRUE(store_.Install(next, ca_.certificate_pem).ok()) << "a lost answer may come again";
  EXPECT_EQ(*ReadFile(paths_.Ca()), ca_.certificate_pem);
}

TEST_F(IdentityStoreTest, WhatWasNotAskedForOrIsOfAnotherAuthorityIsRefused) {
  const std::string certificate = Answer(Asked());
  const auto other = *pki::NewAuthority("c", start_, start_ + absl::Hours(24));
  EXPECT_FALSE(store_.Install(certificate, other.certificate_pem).ok());
  const Secret key = *pki::NewKey();
  const std::string stranger = Answer(*pki::NewRequest(key, "node-1"));
  EXPECT_TRUE(absl::IsInvalidArgument(store_.Install(stranger, ca_.certificate_pem)));
  EXPECT_FALSE(store_.Install("no certificate", ca_.certificate_pem).ok());
  EXPECT_TRUE(absl::IsNotFound(store_.Current().status())) << "nothing has changed";
  TempDir bare;
  IdentityStore silent(Paths{bare.path()}, &clock_);
  EXPECT_TRUE(absl::IsFailedPrecondition(silent.Install(certificate, ca_.certificate_pem)));
}

TEST_F(IdentityStoreTest, ACutLeavesTheOldPairOrTheNew) {
  ASSERT_TRUE(store_.Install(Answer(Asked()), ca_.certificate_pem).ok());
  const std::string next = Answer(Asked());
  const std::string rules = dir_ / "rules";
  ASSERT_TRUE(WriteFileAtomic(rules, "kill-each *\n").ok());
  int deaths = 0;
  while (DiesBySigkill([&] {
    if (EnableFaults(rules, dir_ / "hits", true).ok()) store_.Install(next, ca_.certificate_pem).IgnoreError();
  })) {
    ASSERT_LT(++deaths, 50);
    ASSERT_TRUE(store_.Current().ok());
    const std::string key = *ReadFile(Paths::KeyIn(paths_.Identity()));
    EXPECT_EQ(*pki::RequestPin(*pki::NewRequest(Secret(key), "x")), store_.Current()->spki_pin);
  }
  EXPECT_GT(deaths, 3);
  EXPECT_EQ(store_.Current()->serial, pki::Inspect(next)->serial);
  EXPECT_EQ(Folders(), 1);
}

TEST_F(IdentityStoreTest, TheGaugeFollowsTheCertificateInUse) {
  ASSERT_TRUE(store_.Install(Answer(Asked(), absl::Hours(7)), ca_.certificate_pem).ok());
  EXPECT_THAT(RenderMetrics(), HasSubstr(absl::StrCat("devstats_agent_certificate_not_after_seconds ",
                                                      absl::ToUnixSeconds(start_ + absl::Hours(7)))));
}

}  // namespace
}  // namespace devstats::agent
