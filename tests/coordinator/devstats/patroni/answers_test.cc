#include "coordinator/devstats/patroni/answers.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::patroni {
namespace {

using ::testing::ElementsAre;

TEST(ParseCluster, ReadsWhatEachVersionSays) {
  const auto cluster = ParseCluster(R"({"members": [
      {"name": "a", "role": "leader", "state": "running", "host": "10.0.0.1", "port": 5432, "timeline": 5,
       "api_url": "http://10.0.0.1:8008/patroni", "tags": {"clonefrom": true}},
      {"name": "b", "role": "sync_standby", "state": "streaming", "timeline": 5, "lag": 0, "pending_restart": true,
       "pending_restart_reason": {"max_connections": {"old_value": "100", "new_value": "200"}}},
      {"name": "c", "role": "replica", "state": "starting", "lag": "unknown", "tags": {"failover_priority": 0}}],
      "scope": "demo", "pause": true, "something": [1]})");
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_TRUE(cluster->paused);
  EXPECT_EQ(cluster->leader(), "a");
  ASSERT_EQ(cluster->members.size(), 3u);
  EXPECT_EQ(cluster->members[0].timeline, 5);
  EXPECT_EQ(cluster->members[0].tags.at("clonefrom"), "on");
  EXPECT_EQ(cluster->members[1].role, Role::kSyncStandby);
  EXPECT_EQ(cluster->members[1].lag, 0);
  EXPECT_TRUE(cluster->members[1].pending_restart);
  EXPECT_EQ(cluster->members[2].lag, std::nullopt);
  EXPECT_EQ(cluster->members[2].tags.at("failover_priority"), "0");
}

TEST(ParseCluster, RolesOfAllVersions) {
  const std::pair<const char*, Role> roles[] = {
      {"leader", Role::kLeader},        {"master", Role::kLeader},
      {"primary", Role::kLeader},       {"standby_leader", Role::kStandbyLeader},
      {"replica", Role::kReplica},      {"quorum_standby", Role::kSyncStandby},
      {"uninitialized", Role::kUnknown}};
  for (const auto& [word, role] : roles) {
    const auto cluster =
        ParseCluster(Json{{"members", Json::array({{{"name", "a"}, {"role", word}}})}}.dump());
    EXPECT_EQ(cluster->members[0].role, role) << word;
  }
}

TEST(ParseCluster, RefusesWhatIsNone) {
  for (const char* body : {"", "[]", "no", "{\"members\": [{\"role\": \"leader\"}]}", "{\"members\": [1]}"})
    EXPECT_TRUE(absl::IsDataLoss(ParseCluster(body).status())) << body;
  EXPECT_TRUE(absl::IsDataLoss(ParseCluster(std::string(kMaxAnswer + 1, ' ')).status()));
  Json many = Json::array();
  for (size_t i = 0; i <= kMaxMembers; ++i) many.push_back({{"name", absl::StrCat("m", i)}});
  EXPECT_TRUE(absl::IsDataLoss(ParseCluster(Json{{"members", many}}.dump()).status()));
  EXPECT_TRUE(ParseCluster("{}")->members.empty());
}

TEST(ParseMember, ReadsALeaderAndAReplica) {
  const auto leader =
      ParseMember(R"({"state": "running", "postmaster_start_time": "2023-08-18 11:03:37+00:00",
      "role": "master", "server_version": 150004, "timeline": 3, "replication": [
        {"application_name": "b", "state": "streaming", "sync_state": "async"},
        {"application_name": "c", "state": "catchup"}, {"application_name": "pg_basebackup", "state": "backup"}],
      "pending_restart": true, "patroni": {"version": "3.1.0", "scope": "demo", "name": "a"}})");
  ASSERT_TRUE(leader.ok()) << leader.status();
  EXPECT_EQ(leader->name, "a");
  EXPECT_EQ(leader->role, Role::kLeader);
  EXPECT_EQ(leader->role_word, "master");
  EXPECT_EQ(leader->server_version, 150004);
  EXPECT_EQ(leader->patroni_version, "3.1.0");
  EXPECT_TRUE(leader->pending_restart);
  EXPECT_THAT(leader->streams, ElementsAre("b"));
  EXPECT_EQ(ParseMember(R"({"role": "replica", "sync_standby": true})")->role, Role::kSyncStandby);
  const auto down = ParseMember(R"({"state": "stopped", "role": "replica", "replication": null})");
  EXPECT_EQ(down->server_version, 0);
  EXPECT_EQ(down->started, "");
}

TEST(ParseConfig, GivesScalarsAsText) {
  const auto config = ParseConfig(R"({"ttl": 30, "synchronous_mode": false, "slots": {"a": {}},
      "postgresql": {"use_slots": true, "parameters": {"max_connections": "101", "x": 1.5, "y": null}}})");
  EXPECT_EQ(config->Setting("ttl"), "30");
  EXPECT_EQ(config->Setting("synchronous_mode"), "off");
  EXPECT_EQ(config->Setting("slots"), std::nullopt);
  EXPECT_EQ(config->Setting("none"), std::nullopt);
  EXPECT_EQ(config->Parameter("max_connections"), "101");
  EXPECT_EQ(config->Parameter("x"), "1.5");
  EXPECT_EQ(config->Parameter("y"), std::nullopt);
  EXPECT_EQ(ParseConfig("{}")->Parameter("x"), std::nullopt);
}

}  // namespace
}  // namespace devstats::patroni
