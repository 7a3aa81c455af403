#include "coordinator/access/tokens.h"

#include "common/digest.h"
#include "common/status.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::access {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class TokensTest : public ::testing::Test {
 protected:
  static void ExpectDenied(const absl::Status& status, absl::string_view why) {
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(why)));
    EXPECT_THAT(HintOf(status), HasSubstr("node token"));
  }
  FixedClock clock_{SomeTime()};
  std::unique_ptr<Database> db_ = Must(Database::Open(":memory:", {Schema()}));
  Tokens tokens_{db_.get(), &clock_};
};

TEST_F(TokensTest, LivesOneHourUnlessToldOtherwiseAndADayAtMost) {
  EXPECT_EQ(Must(tokens_.Create("node-1", absl::ZeroDuration())).expires, SomeTime() + absl::Hours(1));
  EXPECT_EQ(Must(tokens_.Create("node-1", absl::Hours(24))).expires, SomeTime() + absl::Hours(24));
  EXPECT_EQ(tokens_.Create("node-1", absl::Hours(24) + absl::Seconds(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tokens_.Create("node-1", -absl::Seconds(1)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tokens_.Create("node-1", absl::InfiniteDuration()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tokens_.Create("../node", absl::ZeroDuration()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(TokensTest, OnlyItsHashIsKept) {
  const auto made = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  EXPECT_THAT(made.token.Reveal(), MatchesRegex("[0-9a-f]{64}"));
  const auto rows = Must(db_->Run("SELECT * FROM node_tokens"));
  ASSERT_EQ(rows.size(), 1u);
  for (const SqlValue& value : rows.front()) EXPECT_NE(AsText(value), made.token.Reveal());
  EXPECT_EQ(AsText(rows.front()[1]), Sha256Hex(made.token.Reveal()));
}

TEST_F(TokensTest, IsUsedUpByTheFirstKeyWhichMayAskAgain) {
  const auto made = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  EXPECT_TRUE(tokens_.Claim("node-1", made.token, "sha256:aa").ok());
  EXPECT_TRUE(tokens_.Claim("node-1", made.token, "sha256:aa").ok());
  ExpectDenied(tokens_.Claim("node-1", made.token, "sha256:bb"), "used, with another key");
  EXPECT_TRUE(tokens_.Claim("node-1", made.token, "sha256:aa").ok());
}

TEST_F(TokensTest, EndsForEveryKeyWhenItExpires) {
  const auto made = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  EXPECT_TRUE(tokens_.Claim("node-1", made.token, "sha256:aa").ok());
  clock_.Advance(absl::Hours(1) - absl::Milliseconds(1));
  EXPECT_TRUE(tokens_.Claim("node-1", made.token, "sha256:aa").ok());
  clock_.Advance(absl::Milliseconds(1));
  ExpectDenied(tokens_.Claim("node-1", made.token, "sha256:aa"), "expired");
}

TEST_F(TokensTest, ServesOneNodeOnly) {
  const auto one = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  const auto two = Must(tokens_.Create("node-2", absl::ZeroDuration()));
  ExpectDenied(tokens_.Claim("node-2", one.token, "sha256:aa"), "another node");
  EXPECT_TRUE(tokens_.Claim("node-1", one.token, "sha256:bb").ok());  // the wrong try did not use it up
  EXPECT_TRUE(tokens_.Claim("node-2", two.token, "sha256:aa").ok());
}

TEST_F(TokensTest, ANewerOneReplacesIt) {
  const auto old = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  const auto fresh = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  ExpectDenied(tokens_.Claim("node-1", old.token, "sha256:aa"), "not known");
  EXPECT_TRUE(tokens_.Claim("node-1", fresh.token, "sha256:aa").ok());
}

TEST_F(TokensTest, WhatIsNoTokenSaysNothingOfOthers) {
  const auto made = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  for (const std::string& wrong : {std::string(), std::string("x"), made.token.Reveal().substr(1),
                                   made.token.Reveal() + "0", std::string("' OR 1=1 --")}) {
    const absl::Status status = tokens_.Claim("node-1", Secret(wrong), "sha256:aa");
    ExpectDenied(status, "not known");
    EXPECT_THAT(status.ToString(), Not(HasSubstr(made.token.Reveal())));
  }
}

TEST_F(TokensTest, CanBeDropped) {
  const auto made = Must(tokens_.Create("node-1", absl::ZeroDuration()));
  EXPECT_TRUE(tokens_.Drop("node-1").ok());
  EXPECT_TRUE(tokens_.Drop("node-1").ok());
  ExpectDenied(tokens_.Claim("node-1", made.token, "sha256:aa"), "not known");
}

TEST_F(TokensTest, SurvivesARestart) {
  TempDir dir;
  Secret token;
  {
    auto db = Must(Database::Open(dir / "state.db", {Schema()}));
    Tokens tokens(db.get(), &clock_);
    token = Must(tokens.Create("node-1", absl::ZeroDuration())).token;
    ASSERT_TRUE(tokens.Claim("node-1", token, "sha256:aa").ok());
  }
  auto db = Must(Database::Open(dir / "state.db", {Schema()}));
  Tokens tokens(db.get(), &clock_);
  EXPECT_TRUE(tokens.Claim("node-1", token, "sha256:aa").ok());
  ExpectDenied(tokens.Claim("node-1", token, "sha256:bb"), "used");
}

}  // namespace
}  // namespace devstats::access
