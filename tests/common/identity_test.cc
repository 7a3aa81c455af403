#include "common/identity.h"

#include "gtest/gtest.h"

namespace devstats {
namespace {

TEST(Identity, UriAndDnsNameOfEachKind) {
  EXPECT_EQ(CoordinatorIdentity("c1").Uri(), "devstats://c1/coordinator");
  EXPECT_EQ(CoordinatorIdentity("c1").DnsName(), "coordinator.devstats");
  EXPECT_EQ(NodeIdentity("c1", "node-1").Uri(), "devstats://c1/node/node-1");
  EXPECT_EQ(NodeIdentity("c1", "node-1").DnsName(), "node-1.node.devstats");
  EXPECT_EQ(UserIdentity("c1", "ann.b_c-d").Uri(), "devstats://c1/user/ann.b_c-d");
  EXPECT_EQ(UserIdentity("c1", "ann").DnsName(), "");
}

TEST(Identity, ParsesWhatItWrites) {
  for (const Identity& i : {CoordinatorIdentity("c-1"), NodeIdentity("0af3", "box.example.org"),
                            UserIdentity("c", "coordinator"), NodeIdentity("c", "user")}) {
    auto parsed = ParseIdentity(i.Uri());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, i);
  }
}

TEST(Identity, RefusesEverythingElse) {
  for (const char* uri :
       {"", "devstats:", "devstats://", "devstats:///coordinator", "devstats://c", "devstats://c/",
        "devstats://c/coordinator/", "devstats://c/coordinator/x", "devstats://c/Coordinator",
        "devstats://c/node", "devstats://c/node/", "devstats://c/node/a/b", "devstats://c/node/a/",
        "devstats://c/node/A", "devstats://c/node/-a", "devstats://c/node/a-", "devstats://c/node/a..b",
        "devstats://c/node/.", "devstats://c/node/..", "devstats://c/node/a%2fb", "devstats://c/admin/a",
        "devstats://c/user/", "devstats://c/user/root@local", "devstats://c/user/.a", "devstats://c/user/a b",
        "devstats://C/coordinator", "devstats://c:1/coordinator", "devstats://u@c/coordinator",
        "DEVSTATS://c/coordinator", " devstats://c/coordinator", "devstats://c/coordinator ",
        "devstats://c/coordinator?x", "devstats://c/coordinator#x", "spiffe://c/node/a"}) {
    EXPECT_EQ(ParseIdentity(uri).status().code(), absl::StatusCode::kInvalidArgument) << uri;
  }
}

TEST(Identity, AnEmbeddedZeroByteDoesNotEndAName) {
  using std::string_literals::operator""s;
  EXPECT_FALSE(ParseIdentity("devstats://c/user/ann\0x"s).ok());
  EXPECT_FALSE(ParseIdentity("devstats://c/coordinator\0"s).ok());
}

TEST(Identity, NamesHaveALimit) {
  const std::string longest(63, 'a');
  EXPECT_TRUE(CheckNodeName(longest).ok());
  EXPECT_TRUE(CheckUserName(longest).ok());
  EXPECT_TRUE(CheckClusterId(longest).ok());
  EXPECT_FALSE(CheckNodeName(longest + "a").ok());
  EXPECT_FALSE(CheckUserName(longest + "a").ok());
  EXPECT_FALSE(CheckClusterId(longest + "a").ok());
  EXPECT_FALSE(CheckNodeName(longest.substr(0, 60) + ".abc").ok());  // all labels short enough, the whole not
}

TEST(Identity, ACertificateNamesExactlyOne) {
  EXPECT_FALSE(IdentityOf({}).ok());
  EXPECT_FALSE(IdentityOf({"devstats://c/user/a", "devstats://c/user/b"}).ok());
  EXPECT_FALSE(IdentityOf({"https://example.org"}).ok());
  auto one = IdentityOf({"devstats://c/user/a"});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, UserIdentity("c", "a"));
}

TEST(Identity, ErrorsShowControlCharactersEscapedAndAreShort) {
  const absl::Status s = ParseIdentity("x\x1b[2J" + std::string(5000, 'x')).status();
  EXPECT_EQ(s.message().find('\x1b'), absl::string_view::npos);
  EXPECT_LT(s.message().size(), 200u);
}

}  // namespace
}  // namespace devstats
