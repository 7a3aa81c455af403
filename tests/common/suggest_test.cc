#include "common/suggest.h"

#include "gtest/gtest.h"

namespace devstats {
namespace {

TEST(EditDistance, CountsSingleEdits) {
  struct Case {
    absl::string_view a, b;
    int distance;
  };
  for (const Case& c : std::vector<Case>{{"", "", 0},
                                         {"", "abc", 3},
                                         {"abc", "", 3},
                                         {"adress", "address", 1},
                                         {"addrses", "address", 1},  // neighbours swapped
                                         {"address", "address", 0},
                                         {"ADDRESS", "address", 0},
                                         {"worker", "control-plane", 11},
                                         {"kitten", "sitting", 3}}) {
    EXPECT_EQ(EditDistance(c.a, c.b), c.distance) << c.a << " " << c.b;
    EXPECT_EQ(EditDistance(c.b, c.a), c.distance) << c.b << " " << c.a;
  }
}

TEST(EditDistance, CutsVeryLongWords) {
  EXPECT_EQ(EditDistance(std::string(100'000, 'a'), std::string(100'000, 'b')), 64);
}

TEST(Nearest, FindsTheLikelyWord) {
  const std::vector<absl::string_view> keys = {"name", "address", "externalAddress", "role", "labels", "os"};
  EXPECT_EQ(Nearest("adress", keys), "address");
  EXPECT_EQ(Nearest("Address", keys), "address");
  EXPECT_EQ(Nearest("externaladdress", keys), "externalAddress");
  EXPECT_EQ(Nearest("external_address", keys), "externalAddress");
  EXPECT_EQ(Nearest("lables", keys), "labels");
  EXPECT_EQ(Nearest("ext", keys), "externalAddress") << "the beginning of one candidate";
  EXPECT_EQ(Nearest("zzzzzz", keys), "");
  EXPECT_EQ(Nearest("", keys), "");
  EXPECT_EQ(Nearest("x", keys), "") << "one letter is no evidence";
  EXPECT_EQ(Nearest("name", {}), "");
}

TEST(Nearest, TheBeginningOfTwoCandidatesIsNoAnswer) {
  EXPECT_EQ(Nearest("con", {"control-plane", "containerd-io"}), "");
}

TEST(Suggestion, NamesTheNearestOrListsAShortChoice) {
  EXPECT_EQ(Suggestion("wroker", {"control-plane", "worker"}), "did you mean \"worker\"?");
  EXPECT_EQ(Suggestion("server", {"control-plane", "worker"}), "expected one of control-plane, worker");
  EXPECT_EQ(Suggestion("server", {"control-plane"}), "expected control-plane");
  EXPECT_EQ(Suggestion("server", {}), "");
  EXPECT_EQ(Suggestion("server", std::vector<absl::string_view>(17, "xyz")), "") << "too many to list";
}

}  // namespace
}  // namespace devstats
