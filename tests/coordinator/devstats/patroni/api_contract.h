// What every PatroniApi does, real or fake, on a cluster of three members that is healthy and waits for no
// restart.
#pragma once
#include <functional>
#include <memory>

#include "coordinator/devstats/patroni/state.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"

namespace devstats::patroni {

class ApiContract : public ::testing::TestWithParam<std::function<PatroniApi*()>> {
 protected:
  void SetUp() override {
    api_ = GetParam()();
    if (!api_) GTEST_SKIP() << "no Patroni here";
  }
  std::string Leader() { return api_->GetCluster()->leader(); }
  std::string Replica() {
    const auto cluster = api_->GetCluster();
    for (const ClusterMember& m : cluster->members) {
      if (m.role == Role::kReplica) return m.name;
    }
    return "";
  }
  PatroniApi* api_ = nullptr;
};

TEST_P(ApiContract, TellsTheMembers) {
  const auto cluster = api_->GetCluster();
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  ASSERT_EQ(cluster->members.size(), 3u);
  EXPECT_FALSE(cluster->paused);
  int replicas = 0;
  for (const ClusterMember& m : cluster->members) {
    replicas += m.role == Role::kReplica;
    EXPECT_FALSE(m.pending_restart) << m.name;
  }
  EXPECT_EQ(replicas, 2);
  const auto leader = api_->GetMember(cluster->leader());
  ASSERT_TRUE(leader.ok()) << leader.status();
  EXPECT_EQ(leader->role, Role::kLeader);
  EXPECT_EQ(leader->state, "running");
  EXPECT_GE(leader->server_version, 130000);
  EXPECT_NE(leader->patroni_version, "");
  EXPECT_NE(leader->started, "");
  EXPECT_EQ(leader->streams.size(), 2u);
  EXPECT_EQ(api_->GetMember(Replica())->role, Role::kReplica);
}

TEST_P(ApiContract, MergesIntoTheConfiguration) {
  const Json patch{{"maximum_lag_on_failover", 4194304},
                   {"postgresql", {{"parameters", {{"log_min_messages", "info"}}}}}};
  const auto merged = api_->PatchConfig(patch);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->Setting("maximum_lag_on_failover"), "4194304");
  EXPECT_EQ(merged->Parameter("log_min_messages"), "info");
  EXPECT_TRUE(Eventually([&] { return api_->GetConfig()->all == merged->all; }));
  EXPECT_TRUE(merged->Setting("loop_wait").has_value());
  const auto without = api_->PatchConfig({{"postgresql", {{"parameters", {{"log_min_messages", nullptr}}}}}});
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->Parameter("log_min_messages"), std::nullopt);
  EXPECT_EQ(without->Setting("maximum_lag_on_failover"), "4194304");
}

TEST_P(ApiContract, RefusesWhatCannotBe) {
  const std::string leader = Leader(), replica = Replica();
  const auto started = api_->GetMember(replica)->started;
  EXPECT_TRUE(absl::IsFailedPrecondition(api_->Restart(replica, {.only_pending = true})));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(api_->Restart(replica, {.role = api_->GetMember(leader)->role_word})));
  EXPECT_EQ(api_->GetMember(replica)->started, started);
  EXPECT_TRUE(absl::IsFailedPrecondition(api_->Switchover(replica, leader)));
  EXPECT_TRUE(absl::IsFailedPrecondition(api_->Switchover(leader, "nobody")));
  EXPECT_TRUE(absl::IsFailedPrecondition(api_->Reinitialize(leader)));
  EXPECT_TRUE(absl::IsNotFound(api_->GetMember("nobody").status()));
  EXPECT_EQ(Leader(), leader);
}

TEST_P(ApiContract, RestartsOneMember) {
  const std::string replica = Replica(), leader = Leader();
  const auto before = api_->GetMember(replica)->started, other = api_->GetMember(leader)->started;
  const absl::Status restarted = api_->Restart(replica, {.role = "replica"});
  ASSERT_TRUE(restarted.ok()) << restarted;
  EXPECT_NE(api_->GetMember(replica)->started, before);
  EXPECT_EQ(api_->GetMember(leader)->started, other);
}

}  // namespace devstats::patroni
