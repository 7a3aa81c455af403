#include "agent/resources/hosts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

using Entries = std::vector<std::pair<std::string, std::vector<std::string>>>;

class HostsTest : public ::testing::Test {
 protected:
  HostsResource Make(const Entries& entries) {
    v1::Hosts desired;
    for (const auto& [address, names] : entries) {
      auto* e = desired.add_entries();
      e->set_address(address);
      e->mutable_names()->Assign(names.begin(), names.end());
    }
    return HostsResource(desired, box_.host.get());
  }
  std::string Hosts() const { return box_.Read(HostsResource::kFile); }
  static std::string Block(const std::string& lines) {
    return std::string(HostsResource::kBegin) + "\n" + lines + HostsResource::kEnd + "\n";
  }
  Box box_;
};

const Entries kTwo = {{"10.0.0.1", {"master"}}, {"10.0.0.2", {"node-0", "node-0.example.org"}}};
constexpr char kTwoLines[] = "10.0.0.1 master\n10.0.0.2 node-0 node-0.example.org\n";

TEST_F(HostsTest, AddsItsBlockAndKeepsEveryOtherByte) {
  const std::string before = "127.0.0.1\tlocalhost  \r\n\n# mine\n::1 ip6-localhost\n";
  box_.Write(HostsResource::kFile, before);
  HostsResource hosts = Make(kTwo);
  ASSERT_TRUE(box_.Apply(hosts).ok());
  EXPECT_EQ(Hosts(), before + Block(kTwoLines));
  EXPECT_TRUE(IsEmpty(PlanUnit(hosts)));
  EXPECT_EQ((*box_.inventory->Find("file:/etc/hosts"))->before, before);
}

TEST_F(HostsTest, ALastLineWithoutItsEndStaysALineOfItsOwn) {
  box_.Write(HostsResource::kFile, "127.0.0.1 localhost");
  HostsResource hosts = Make(kTwo);
  ASSERT_TRUE(box_.Apply(hosts).ok());
  EXPECT_EQ(Hosts(), "127.0.0.1 localhost\n" + Block(kTwoLines));
}

TEST_F(HostsTest, AnAbsentFileIsMade) {
  HostsResource hosts = Make(kTwo);
  ASSERT_TRUE(box_.Apply(hosts).ok());
  EXPECT_EQ(Hosts(), Block(kTwoLines));
}

TEST_F(HostsTest, ReplacesItsBlockWhereItStands) {
  box_.Write(HostsResource::kFile, "a\n" + Block("10.9.9.9 old\n") + "z\n");
  HostsResource hosts = Make(kTwo);
  const UnitPlan plan = PlanUnit(hosts);
  ASSERT_EQ(plan.changes_size(), 1);
  EXPECT_EQ(plan.changes(0).owner(), Change::OURS);
  EXPECT_EQ(plan.changes(0).before(), Block("10.9.9.9 old\n"));
  ASSERT_TRUE(box_.Apply(hosts).ok());
  EXPECT_EQ(Hosts(), "a\n" + Block(kTwoLines) + "z\n");
}

TEST_F(HostsTest, WhatOthersWriteMeanwhileIsNoDifference) {
  HostsResource hosts = Make(kTwo);
  ASSERT_TRUE(box_.Apply(hosts).ok());
  const std::string precondition = PlanUnit(hosts).precondition();
  box_.Write(HostsResource::kFile, Hosts() + "192.0.2.7 printer\n");
  EXPECT_TRUE(IsEmpty(PlanUnit(hosts)));
  EXPECT_EQ(PlanUnit(hosts).precondition(), precondition);
}

TEST_F(HostsTest, WithoutEntriesTheBlockGoes) {
  box_.Write(HostsResource::kFile, "a\n" + Block(kTwoLines) + "z\n");
  HostsResource hosts = Make({});
  EXPECT_EQ(PlanUnit(hosts).changes(0).action(), Change::DELETE);
  ASSERT_TRUE(box_.Apply(hosts).ok());
  EXPECT_EQ(Hosts(), "a\nz\n");
  EXPECT_TRUE(IsEmpty(PlanUnit(hosts)));
}

TEST_F(HostsTest, ADamagedBlockIsRefusedAndNothingIsLost) {
  const std::string begin = std::string(HostsResource::kBegin) + "\n",
                    end = std::string(HostsResource::kEnd) + "\n";
  HostsResource hosts = Make(kTwo);
  for (const std::string& text :
       {begin + "10.0.0.1 x\n", end, begin + begin + end, begin + end + end, end + begin}) {
    box_.Write(HostsResource::kFile, text);
    EXPECT_THAT(PlanUnit(hosts).hint(), HasSubstr("remove the lines")) << text;
    EXPECT_FALSE(box_.Apply(hosts).ok());
    EXPECT_EQ(Hosts(), text);
  }
}

TEST_F(HostsTest, NoEntryCanBringALineOfItsOwn) {
  for (const Entries& bad : {Entries{{"10.0.0.1\n6.6.6.6", {"x"}}}, Entries{{"10.0.0.1", {"a b"}}},
                             Entries{{"10.0.0.1", {}}}, Entries{{"", {"x"}}}, Entries{{"1.1.1.1", {"#x"}}}}) {
    HostsResource hosts = Make(bad);
    EXPECT_EQ(PlanUnit(hosts).state(), UnitPlan::UNKNOWN);
  }
}

}  // namespace
}  // namespace devstats::agent
