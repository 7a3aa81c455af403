#include "coordinator/devstats/patroni/diff.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"

namespace devstats::patroni {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CompareTest : public ::testing::Test {
 protected:
  std::vector<ParameterRow> Rows(const std::map<std::string, std::string>& wanted) {
    MemberSettings settings;
    for (const auto& [name, node] : fake_.nodes) settings[name] = *fake_.Reader()(name);
    return CompareParameters({.parameters = wanted}, fake_.config, settings);
  }
  void SetDcs(const char* name, const char* value) {
    fake_.config.all["postgresql"]["parameters"][name] = value;
    fake_.Tick();
  }
  FakePatroni fake_;
};

TEST_F(CompareTest, FourColumnsThatAgree) {
  SetDcs("work_mem", "64MB");
  fake_.Tick();
  const auto rows = Rows({{"work_mem", "65536kB"}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].dcs, "64MB");
  EXPECT_TRUE(rows[0].dcs_as_wanted);
  EXPECT_FALSE(rows[0].postmaster);
  EXPECT_TRUE(rows[0].in_effect());
  EXPECT_EQ(rows[0].members.at("db-1").show, "64MB");
  EXPECT_EQ(rows[0].members.at("db-1").local, std::nullopt);
  EXPECT_TRUE(OverridesOf(rows).ok());
}

TEST_F(CompareTest, WhatWaitsForARestartIsTakenButNotInEffect) {
  SetDcs("shared_buffers", "1GB");
  const auto rows = Rows({{"shared_buffers", "1GB"}});
  EXPECT_TRUE(rows[0].postmaster);
  EXPECT_FALSE(rows[0].in_effect());
  EXPECT_TRUE(rows[0].members.at("db-0").taken);
  EXPECT_FALSE(rows[0].members.at("db-0").as_wanted);
  EXPECT_THAT(rows[0].overridden, IsEmpty());
}

TEST_F(CompareTest, ALocalFileBeatsTheDcs) {
  fake_.nodes["db-1"].local["work_mem"] = "8MB";
  SetDcs("work_mem", "64MB");
  const auto rows = Rows({{"work_mem", "64MB"}});
  EXPECT_EQ(rows[0].members.at("db-1").local, "8MB");
  EXPECT_THAT(rows[0].overridden, ElementsAre("db-1"));
  const absl::Status refused = OverridesOf(rows);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("rule local: work_mem: wanted is 64MB, but patroni.yml of db-1 says 8MB"));
}

TEST_F(CompareTest, ALocalFileThatAgreesIsNoObstacle) {
  for (auto& [name, node] : fake_.nodes) node.local["work_mem"] = "64MB";
  fake_.Tick();
  const auto rows = Rows({{"work_mem", "65536kB"}});
  EXPECT_FALSE(rows[0].dcs_as_wanted);
  EXPECT_EQ(rows[0].members.at("db-1").local, "64MB");
  EXPECT_THAT(rows[0].overridden, IsEmpty());
}

TEST_F(CompareTest, AlterSystemBeatsBoth) {
  SetDcs("work_mem", "64MB");
  fake_.nodes["db-2"].altered["work_mem"] = "1MB";
  fake_.nodes["db-2"].running["work_mem"] = "1MB";
  const auto rows = Rows({{"work_mem", "64MB"}});
  EXPECT_EQ(rows[0].members.at("db-2").local_source, "ALTER SYSTEM");
  EXPECT_THAT(rows[0].overridden, ElementsAre("db-2"));
}

TEST_F(CompareTest, PassesOverALocalFileWherePatroniDoes) {
  fake_.nodes["db-1"].local["max_connections"] = "50";
  SetDcs("max_connections", "200");
  const auto rows = Rows({{"max_connections", "200"}});
  EXPECT_EQ(rows[0].members.at("db-1").local, std::nullopt);
  EXPECT_THAT(rows[0].overridden, IsEmpty());
}

TEST_F(CompareTest, AParameterThatTheServerLacksIsNeverInEffect) {
  const auto rows = Rows({{"nonsense", "1"}});
  EXPECT_FALSE(rows[0].in_effect());
  EXPECT_EQ(rows[0].members.at("db-0").show, "");
}

}  // namespace
}  // namespace devstats::patroni
