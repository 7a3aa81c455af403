#include "agent/host/packet_filter.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using Act = FilterRule::Act;

FilterRule RuleThat(Act act, const std::string& text, const std::string& chain = "") {
  FilterRule rule;
  rule.act = act;
  rule.text = text;
  rule.chain = chain;
  return rule;
}

FilterRule Somewhere(FilterRule rule) {
  rule.somewhere = true;
  return rule;
}

FilterRule Otherwise(FilterRule rule) {
  rule.otherwise = true;
  return rule;
}

FilterRule At(uint32_t port, FilterRule rule) {
  rule.ports.push_back({{port, port}});
  return rule;
}

class PacketFilterTest : public ::testing::Test {
 protected:
  // The rule in the way of TCP 6443 when INPUT has these rules.
  std::string With(std::vector<FilterRule> rules) {
    filter_.chains["INPUT"] = std::move(rules);
    return Way();
  }
  std::string Way(v1::Port::Protocol protocol = v1::Port::TCP) {
    return InTheWay(filter_, protocol, 6443).value_or("");
  }
  PacketFilter filter_{.chains = {}, .entries = {{.chain = "INPUT", .drop = ""}}};
};

TEST_F(PacketFilterTest, NoRulesLetEverythingPass) {
  EXPECT_EQ(Way(), "");
  EXPECT_EQ(With({}), "");
  filter_.entries.clear();
  EXPECT_EQ(With({RuleThat(Act::kDrop, "d")}), "");  // never entered
}

TEST_F(PacketFilterTest, ThePolicyIsWhatIsLeft) {
  filter_.entries[0].drop = "policy";
  EXPECT_EQ(With({}), "policy");
  EXPECT_EQ(With({RuleThat(Act::kNothing, "log")}), "policy");
  EXPECT_EQ(With({RuleThat(Act::kReturn, "r")}), "policy");
  EXPECT_EQ(With({RuleThat(Act::kAccept, "a")}), "");
}

TEST_F(PacketFilterTest, TheFirstThatFitsDecides) {
  const FilterRule drop = RuleThat(Act::kDrop, "d"), accept = RuleThat(Act::kAccept, "a");
  EXPECT_EQ(With({accept, drop}), "");
  EXPECT_EQ(With({drop, accept}), "d");
  EXPECT_EQ(With({At(22, accept), At(6443, drop), accept}), "d");
  FilterRule never = accept;
  never.never = true;
  EXPECT_EQ(With({never, drop}), "d");
  FilterRule udp = drop;
  udp.tcp = false;
  EXPECT_EQ(With({udp}), "");
  EXPECT_EQ(Way(v1::Port::UDP), "d");
}

TEST_F(PacketFilterTest, AllListsOfPortsMustHaveIt) {
  FilterRule rule = RuleThat(Act::kDrop, "d");
  rule.ports = {{{1, 100}, {6000, 7000}}, {{6443, 6443}}};
  EXPECT_EQ(With({rule}), "d");
  rule.ports.push_back({{1, 6442}, {6444, 65535}});
  EXPECT_EQ(With({rule}), "");
}

TEST_F(PacketFilterTest, WhatIsDroppedOnlyFromSomewhereIsNotInTheWay) {
  EXPECT_EQ(With({Somewhere(RuleThat(Act::kDrop, "d"))}), "");
  EXPECT_EQ(With({Otherwise(RuleThat(Act::kDrop, "d"))}), "");
}

TEST_F(PacketFilterTest, WhatIsAcceptedFromSomewhereIsMeantForTheCluster) {
  const FilterRule drop = RuleThat(Act::kDrop, "d"), accept = RuleThat(Act::kAccept, "a");
  EXPECT_EQ(With({Somewhere(accept), drop}), "");
  EXPECT_EQ(With({Otherwise(accept), drop}), "d");
  EXPECT_EQ(With({At(6443, Otherwise(accept)), drop}), "");
}

TEST_F(PacketFilterTest, JumpsComeBackAndGotosDoNot) {
  filter_.entries[0].drop = "policy";
  filter_.chains["other"] = {At(22, RuleThat(Act::kAccept, "a"))};
  const FilterRule accept = RuleThat(Act::kAccept, "a");
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "other"), accept}), "");
  EXPECT_EQ(With({RuleThat(Act::kGoto, "g", "other"), accept}), "policy");
  EXPECT_EQ(With({Somewhere(RuleThat(Act::kGoto, "g", "other")), accept}), "");
  filter_.chains["other"] = {RuleThat(Act::kDrop, "d")};
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "other"), accept}), "d");
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "LOG"), accept}), "");  // no chain
}

TEST_F(PacketFilterTest, WhatNarrowsAJumpNarrowsWhatIsBehindIt) {
  const FilterRule drop = RuleThat(Act::kDrop, "d");
  filter_.chains["other"] = {drop};
  EXPECT_EQ(With({Somewhere(RuleThat(Act::kJump, "j", "other"))}), "");
  EXPECT_EQ(With({Otherwise(RuleThat(Act::kJump, "j", "other")), RuleThat(Act::kDrop, "later")}), "later");
  filter_.chains["other"] = {RuleThat(Act::kAccept, "a"), drop};
  EXPECT_EQ(With({Somewhere(RuleThat(Act::kJump, "j", "other")), drop}), "");
  EXPECT_EQ(With({Otherwise(RuleThat(Act::kJump, "j", "other")), drop}), "d");
  EXPECT_EQ(With({At(6443, Otherwise(RuleThat(Act::kJump, "j", "other"))), drop}), "");
}

TEST_F(PacketFilterTest, AChainThatIsLeftEarlyForTheClusterIsNotInItsWay) {
  filter_.chains["guard"] = {Somewhere(RuleThat(Act::kReturn, "r")), RuleThat(Act::kDrop, "d")};
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "guard")}), "");
  filter_.chains["guard"][0] = Otherwise(RuleThat(Act::kReturn, "r"));
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "guard")}), "d");
}

TEST_F(PacketFilterTest, EveryEntryMustLetItPass) {
  filter_.entries.push_back({.chain = "second", .drop = "policy of the second"});
  EXPECT_EQ(With({RuleThat(Act::kAccept, "a")}), "policy of the second");
  filter_.chains["second"] = {RuleThat(Act::kAccept, "a")};
  EXPECT_EQ(Way(), "");
}

TEST_F(PacketFilterTest, CirclesAndMazesEnd) {
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "INPUT"), RuleThat(Act::kDrop, "d")}), "");
  // Each chain doubles the ways through the next one.
  for (int i = 0; i < 40; ++i) {
    const FilterRule jump = RuleThat(Act::kJump, "j", absl::StrCat("c", i + 1));
    filter_.chains[absl::StrCat("c", i)] = std::vector<FilterRule>(16, jump);
  }
  EXPECT_EQ(With({RuleThat(Act::kJump, "j", "c0"), RuleThat(Act::kDrop, "d")}), "");
}

}  // namespace
}  // namespace devstats::agent
