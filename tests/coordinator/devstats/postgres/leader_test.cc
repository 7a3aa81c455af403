#include "coordinator/devstats/postgres/leader.h"

#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::postgres {
namespace {

using ::testing::HasSubstr;

class LeaderTest : public ::testing::Test {
 protected:
  LeaderTest() {
    EXPECT_TRUE(
        kube_.Create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "devstats-test"}}}})
            .ok());
  }
  void AddPod(const std::string& name, const std::string& role, const Json& status,
              const std::string& cluster = kClusterName) {
    Json labels{{"name", "devstats"}, {"type", "postgres"}, {"cluster-name", cluster}};
    if (!role.empty()) labels["role"] = role;
    const Json pod{{"apiVersion", "v1"},
                   {"kind", "Pod"},
                   {"metadata", {{"name", name}, {"namespace", "devstats-test"}, {"labels", labels}}},
                   {"spec", {{"containers", Json::array()}}},
                   {"status", status}};
    ASSERT_TRUE(kube_.Create(pod).ok());
  }
  static Json At(const std::string& ip) { return {{"phase", "Running"}, {"podIP", ip}}; }
  std::string Find() {
    const auto leader = FindLeader(kube_, "devstats-test");
    if (!leader.ok()) {
      EXPECT_TRUE(absl::IsUnavailable(leader.status()));
      return std::string(leader.status().message());
    }
    return absl::StrCat(leader->pod, " ", leader->host, ":", leader->port);
  }
  kube::FakeKube kube_;
};

TEST_F(LeaderTest, IsThePodThatPatroniMarked) {
  AddPod("devstats-postgres-0", "replica", At("10.0.0.1"));
  AddPod("devstats-postgres-1", "primary", At("10.0.0.2"));
  AddPod("other-0", "primary", At("10.0.0.9"), "other");
  EXPECT_EQ(Find(), "devstats-postgres-1 10.0.0.2:5432");
}

TEST_F(LeaderTest, AReplicaToReadFromIsReady) {
  const auto ready = [](const std::string& ip, const char* is) {
    Json status = At(ip);
    status["conditions"] = {{{"type", "Ready"}, {"status", is}}};
    return status;
  };
  AddPod("devstats-postgres-0", "primary", ready("10.0.0.1", "True"));
  AddPod("devstats-postgres-1", "replica", ready("10.0.0.2", "False"));
  EXPECT_TRUE(absl::IsNotFound(FindReplica(kube_, "devstats-test").status()));
  AddPod("devstats-postgres-3", "replica", ready("10.0.0.4", "True"));
  AddPod("devstats-postgres-2", "replica", ready("10.0.0.3", "True"));
  EXPECT_EQ(FindReplica(kube_, "devstats-test")->host, "10.0.0.3");
}

TEST_F(LeaderTest, IsCalledMasterByOlderPatroni) {
  AddPod("devstats-postgres-0", "master", At("10.0.0.1"));
  EXPECT_EQ(Find(), "devstats-postgres-0 10.0.0.1:5432");
}

TEST_F(LeaderTest, IsNotThere) {
  EXPECT_THAT(Find(), HasSubstr("no pod of it is there"));
  AddPod("devstats-postgres-0", "replica", At("10.0.0.1"));
  AddPod("devstats-postgres-1", "", At("10.0.0.2"));
  EXPECT_THAT(Find(), HasSubstr("none of its 2 pods leads"));
}

TEST_F(LeaderTest, IsNoPodThatHasEnded) {
  AddPod("devstats-postgres-0", "primary", {{"phase", "Failed"}, {"podIP", "10.0.0.1"}});
  AddPod("devstats-postgres-1", "primary", At("10.0.0.2"));
  EXPECT_EQ(Find(), "devstats-postgres-1 10.0.0.2:5432");
}

TEST_F(LeaderTest, IsNotGuessedWhereSeveralLead) {
  AddPod("devstats-postgres-0", "primary", At("10.0.0.1"));
  AddPod("devstats-postgres-2", "primary", At("10.0.0.3"));
  EXPECT_THAT(Find(), HasSubstr("several say they lead: devstats-postgres-0, devstats-postgres-2"));
}

TEST_F(LeaderTest, HasAnAddress) {
  AddPod("devstats-postgres-0", "primary", {{"phase", "Pending"}});
  EXPECT_THAT(Find(), HasSubstr("has no address yet"));
}

}  // namespace
}  // namespace devstats::postgres
