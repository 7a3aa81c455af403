#include "common/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fault_rules.h"
#include "common/files.h"
#include "tests/common/child.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;

TEST(FaultRules, Parse) {
  const auto rules = ParseFaultRules(
      "# a comment\n\n  kill a.b   # trailing\nkill a.b op/step with space\r\nkill-each x.*\n\thold p k#1\n");
  ASSERT_TRUE(rules.ok()) << rules.status();
  using Kind = FaultRule::Kind;
  const std::vector<FaultRule> expected = {{Kind::kKill, "a.b", ""},
                                           {Kind::kKill, "a.b", "op/step with space"},
                                           {Kind::kKillEach, "x.*", ""},
                                           {Kind::kHold, "p", "k#1"}};
  EXPECT_EQ(*rules, expected);
}

TEST(FaultRules, RefusesWhatItDoesNotKnowAndNamesTheLine) {
  for (const char* bad :
       {"die x", "kill", "kill-each", "kill-each p key", "kill p*", "hold p*", "kill-each a*b"}) {
    const auto rules = ParseFaultRules(std::string("kill fine\n") + bad);
    EXPECT_EQ(rules.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(rules.status().message()), HasSubstr("line 2")) << bad;
  }
}

TEST(FaultRules, Match) {
  const auto rules = ParseFaultRules("kill p\nkill p k\nkill-each a.*\nkill-each a");
  ASSERT_TRUE(rules.ok());
  EXPECT_TRUE((*rules)[0].Matches("p", "any"));
  EXPECT_FALSE((*rules)[0].Matches("pp", "any"));
  EXPECT_TRUE((*rules)[1].Matches("p", "k"));
  EXPECT_FALSE((*rules)[1].Matches("p", "kk"));
  EXPECT_TRUE((*rules)[2].Matches("a.x", ""));
  EXPECT_FALSE((*rules)[2].Matches("ab", ""));
  EXPECT_FALSE((*rules)[3].Matches("a.x", ""));
}

class Fault : public ::testing::Test {
 protected:
  void Rules(const std::string& text) { ASSERT_TRUE(WriteFileAtomic(rules_, text).ok()); }
  std::string Hits() { return ReadFile(hits_).value_or("none"); }
  // Runs one process that reaches the points in order; true when it was killed.
  bool Killed(const std::vector<std::pair<std::string, std::string>>& points) {
    return DiesBySigkill([&] {
      if (!EnableFaults(rules_, hits_, /*any_owner=*/true).ok()) _exit(1);
      for (const auto& [point, key] : points) FaultPoint(point, key);
    });
  }
  TempDir dir_;
  const std::string rules_ = dir_ / "rules", hits_ = dir_ / "hits";
};

TEST_F(Fault, NothingIsOnWithoutAFile) {
  EXPECT_TRUE(EnableFaults(rules_, hits_).ok());
  FaultPoint("p", "k");
  EXPECT_FALSE(Exists(hits_));
}

TEST_F(Fault, KillIsOnceWhateverTheKey) {
  Rules("kill p\n");
  EXPECT_FALSE(Killed({{"other", "k"}}));
  EXPECT_TRUE(Killed({{"other", "k"}, {"p", "k1"}}));
  EXPECT_EQ(Hits(), "p k1\n");
  EXPECT_FALSE(Killed({{"p", "k1"}, {"p", "k2"}}));
}

TEST_F(Fault, KillWithAKeyIsForThatKey) {
  Rules("kill p op/b\n");
  EXPECT_FALSE(Killed({{"p", "op/a"}}));
  EXPECT_TRUE(Killed({{"p", "op/a"}, {"p", "op/b"}}));
  EXPECT_EQ(Hits(), "p op/b\n");
  EXPECT_FALSE(Killed({{"p", "op/b"}}));
}

TEST_F(Fault, KillEachIsOnceForEveryPointAndKey) {
  Rules("kill-each w.*\n");
  const std::vector<std::pair<std::string, std::string>> run = {{"w.a", "1"}, {"w.a", "2"}, {"w.b", "1"}};
  EXPECT_TRUE(Killed(run));
  EXPECT_TRUE(Killed(run));
  EXPECT_TRUE(Killed(run));
  EXPECT_FALSE(Killed(run));
  EXPECT_EQ(Hits(), "w.a 1\nw.a 2\nw.b 1\n");
}

TEST_F(Fault, AHitOfAPointIsNotTakenForOneOfALongerName) {
  Rules("kill p\nkill p.long\n");
  EXPECT_TRUE(Killed({{"p.long", "k"}}));
  EXPECT_TRUE(Killed({{"p", "k"}}));
}

TEST_F(Fault, AKeyCannotForgeALineOfItsOwn) {
  Rules("kill-each p\n");
  EXPECT_TRUE(Killed({{"p", "a\nq b"}}));
  EXPECT_EQ(Hits(), "p a?q b\n");
  EXPECT_FALSE(Killed({{"p", "a\nq b"}}));
}

TEST_F(Fault, HoldWaitsUntilTheRuleIsGone) {
  Rules("hold p k\nkill never\n");
  Child child([&] {
    if (!EnableFaults(rules_, hits_, true).ok()) _exit(1);
    FaultPoint("p", "other");
    FaultPoint("p", "k");
    (void)WriteFileAtomic(dir_ / "passed", "");
  });
  ASSERT_TRUE(Eventually([&] { return Hits() == "p k\n"; }));
  EXPECT_FALSE(Exists(dir_ / "passed"));
  Rules("kill never\n");
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_TRUE(Exists(dir_ / "passed"));
}

TEST_F(Fault, CutWhileHeldPassesTheNextTime) {
  Rules("hold p\n");
  {
    Child child([&] {
      if (!EnableFaults(rules_, hits_, true).ok()) _exit(1);
      FaultPoint("p", "k");
      _exit(2);
    });
    ASSERT_TRUE(Eventually([&] { return Hits() == "p k\n"; }));
    child.Kill();
    EXPECT_TRUE(WIFSIGNALED(child.Wait()));
  }
  EXPECT_FALSE(Killed({{"p", "k"}}));  // returns: it is not held
}

TEST_F(Fault, HoldThenKillAtOnePoint) {
  Rules("hold p\nkill p\n");
  Child child([&] {
    if (!EnableFaults(rules_, hits_, true).ok()) _exit(1);
    FaultPoint("p", "k");
  });
  ASSERT_TRUE(Eventually([&] { return Hits() == "p k\n"; }));
  ASSERT_TRUE(RemoveFile(rules_).ok());
  EXPECT_TRUE(WIFSIGNALED(child.Wait()));
  EXPECT_EQ(Hits(), "p k\np k\n");
}

TEST_F(Fault, MalformedRulesAreRefused) {
  Rules("explode\n");
  EXPECT_EQ(EnableFaults(rules_, hits_, true).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(Fault, ALinkIsRefused) {
  Rules("kill p\n");
  ASSERT_EQ(symlink("rules", (dir_ / "link").c_str()), 0);
  EXPECT_FALSE(EnableFaults(dir_ / "link", hits_, true).ok());
}

TEST_F(Fault, OnlyRootMayWriteTheRulesAndTheirFolder) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to make a file of root";
  Rules("kill p\n");
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  EXPECT_TRUE(DiesBySigkill([&] {
    if (!EnableFaults(rules_, hits_).ok()) _exit(1);
    FaultPoint("p", "k");
  }));
  const auto refused = [&] { return absl::IsPermissionDenied(EnableFaults(rules_, hits_)); };
  for (mode_t mode : {0664, 0646, 0666}) {
    ASSERT_EQ(chmod(rules_.c_str(), mode), 0);
    EXPECT_TRUE(refused()) << std::oct << mode;
  }
  ASSERT_EQ(chmod(rules_.c_str(), 0644), 0);
  ASSERT_EQ(chmod(dir_.path().c_str(), 01777), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_EQ(chown(rules_.c_str(), 12, 0), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(chown(rules_.c_str(), 0, 0), 0);
  ASSERT_EQ(chown(dir_.path().c_str(), 12, 0), 0);
  EXPECT_TRUE(refused());
}

}  // namespace
}  // namespace devstats
