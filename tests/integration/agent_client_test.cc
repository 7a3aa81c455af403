// The coordinator's client against the real agent, over mutual TLS.
#include "coordinator/nodes/grpc_agent_client.h"

#include "common/status.h"
#include "common/unit/execute.h"
#include "coordinator/nodes/phase_unit.h"
#include "coordinator/server/renewal.h"
#include "tests/integration/agent_box.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

class AgentClientTest : public ::testing::Test {
 protected:
  AgentClientTest() {
    spec_.set_phase("host");
    (*spec_.mutable_sysctl()->mutable_values())["net.ipv4.ip_forward"] = "1";
  }
  // A pool as the coordinator makes it, with the identity in `folder`.
  std::unique_ptr<AgentPool> Pool(uint64_t epoch, const std::string& folder, const std::string& cluster = "") {
    auto identity = TlsIdentity::Watch(IdentityFiles::In(folder, world_.paths.Ca()), absl::Seconds(1));
    return MakeGrpcAgentPool({.cluster_id = cluster.empty() ? world_.authority->cluster() : cluster,
                              .epoch = epoch,
                              .identity = access::Must(std::move(identity)),
                              .check = [this](const std::string& node, const pki::CertificateInfo& info) {
                                return world_.nodes.CheckServer(node, info);
                              },
                              .restart = absl::Milliseconds(500),
                              .away = absl::Seconds(10)});
  }
  std::unique_ptr<AgentPool> Pool(uint64_t epoch = 1) { return Pool(epoch, world_.paths.Client()); }
  // The identity folder of a user of this cluster.
  std::string UserFolder() {
    access::KeyAndRequest user;
    const std::string folder = world_.dir / "user";
    EXPECT_TRUE(MakeFolders(folder).ok());
    EXPECT_TRUE(WriteFileAtomic(folder + "/key.pem", user.key.Reveal()).ok());
    EXPECT_TRUE(WriteFileAtomic(folder + "/cert.pem",
                                access::Must(world_.grants.Add("ann", "admin", user.csr, absl::ZeroDuration()))
                                    .certificate_pem)
                    .ok());
    return folder;
  }
  agent::v1::ApplyRequest Request(AgentClient* agent) {
    agent::v1::ApplyRequest request;
    request.set_operation("op-1");
    request.set_step("host@a");
    request.set_attempt(1);
    *request.mutable_spec() = spec_;
    *request.mutable_approved() = access::Must(agent->Plan(spec_, {})).resources();
    return request;
  }

  access::World world_;
  AgentBox box_{&world_, "a"};
  agent::v1::PhaseSpec spec_;
};

TEST_F(AgentClientTest, PlansAndAppliesAPhase) {
  auto pool = Pool();
  AgentClient* agent = pool->Get("a", box_.address());
  auto plan = agent->Plan(spec_, {});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->resources(0).changes_size(), 2);
  std::vector<std::string> told;
  auto done = agent->Apply(Request(agent), [&](const agent::v1::Progress& p) { told.push_back(p.message()); });
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->state(), agent::v1::StepStatus::DONE) << done->DebugString();
  EXPECT_EQ(box_.box.Read("/proc/sys/net/ipv4/ip_forward"), "1");
  EXPECT_THAT(told, ::testing::Contains("setting net.ipv4.ip_forward"));
  EXPECT_TRUE(IsEmpty(agent->Plan(spec_, {})->resources(0)));
}

TEST_F(AgentClientTest, LooksAtTheNetwork) {
  box_.box.commands.On({"iptables-nft-save"}, "*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
  agent::v1::CheckNetworkRequest request;
  request.add_ports()->set_protocol(agent::v1::Port::TCP);
  request.mutable_ports(0)->set_number(6443);
  auto pool = Pool();
  auto findings = pool->Get("a", box_.address())->CheckNetwork(request);
  ASSERT_TRUE(findings.ok()) << findings.status();
  ASSERT_EQ(findings->blocked_size(), 1);
  EXPECT_EQ(findings->blocked(0).rule(), "policy DROP of chain INPUT");
  request.mutable_ports(0)->set_number(0);
  auto refused = pool->Get("a", box_.address())->CheckNetwork(request);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
  auto stranger = Pool(1, UserFolder());
  EXPECT_TRUE(absl::IsPermissionDenied(stranger->Get("a", box_.address())->CheckNetwork(request).status()));
}

TEST_F(AgentClientTest, TheSameKeyGivesTheKeptResultAndAnotherPayloadIsRefused) {
  auto pool = Pool();
  AgentClient* agent = pool->Get("a", box_.address());
  agent::v1::ApplyRequest request = Request(agent);
  auto ignore = [](const agent::v1::Progress&) {};
  ASSERT_TRUE(agent->Apply(request, ignore).ok());
  box_.box.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
  ASSERT_TRUE(agent->Apply(request, ignore).ok());  // not made again
  EXPECT_EQ(box_.box.Read("/proc/sys/net/ipv4/ip_forward"), "0\n");
  box_.RestartExecutor();
  EXPECT_EQ(agent->GetStep("op-1", "host@a", 1)->state(), agent::v1::StepStatus::DONE);
  (*request.mutable_spec()->mutable_sysctl()->mutable_values())["net.ipv4.ip_forward"] = "0";
  auto other = agent->Apply(request, ignore);
  EXPECT_TRUE(absl::IsFailedPrecondition(other.status())) << other.status();
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("another payload"));
  ASSERT_TRUE(agent->Forget("op-1").ok());
  EXPECT_EQ(agent->GetStep("op-1", "host@a", 1)->state(), agent::v1::StepStatus::ABSENT);
}

TEST_F(AgentClientTest, AnOlderEpochIsFencedOff) {
  auto newer = Pool(7), older = Pool(6);
  ASSERT_TRUE(newer->Get("a", box_.address())->Plan(spec_, {}).ok());
  auto refused = older->Get("a", box_.address())->Plan(spec_, {});
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("epoch"));
  box_.RestartExecutor();  // the fence outlives its process
  EXPECT_FALSE(older->Get("a", box_.address())->Plan(spec_, {}).ok());
  EXPECT_TRUE(newer->Get("a", box_.address())->Plan(spec_, {}).ok());
}

TEST_F(AgentClientTest, AUserOfTheSameAuthorityIsNotTheCoordinator) {
  auto pool = Pool(1, UserFolder());
  auto refused = pool->Get("a", box_.address())->Plan(spec_, {});
  EXPECT_TRUE(absl::IsPermissionDenied(refused.status())) << refused.status();
  EXPECT_EQ(box_.box.Read("/etc/sysctl.d/99-zz-devstats.conf"), "<absent>");
}

TEST_F(AgentClientTest, ABoxUnderAnotherNameIsNotBelieved) {
  auto pool = Pool();
  EXPECT_TRUE(absl::IsUnavailable(pool->Get("b", box_.address())->Plan(spec_, {}).status()));
}

TEST_F(AgentClientTest, ARevokedBoxIsNotSpokenTo) {
  ASSERT_TRUE(world_.nodes.Revoke("a").ok());
  auto pool = Pool();
  EXPECT_FALSE(pool->Get("a", box_.address())->Plan(spec_, {}).ok());
}

TEST_F(AgentClientTest, ABoxThatIsAwayIsToldWithWhatToDo) {
  auto pool = Pool();
  auto away = pool->Get("a", "127.0.0.1:1")->Plan(spec_, {});
  EXPECT_TRUE(absl::IsUnavailable(away.status()));
  EXPECT_THAT(std::string(away.status().message()), HasSubstr("a (127.0.0.1:1): the agent does not answer"));
  EXPECT_THAT(HintOf(away.status()), HasSubstr("systemctl status devstats-agent"));
}

TEST_F(AgentClientTest, RenewsTheCertificateWhileItServes) {
  auto pool = Pool();
  AgentClient* agent = pool->Get("a", box_.address());
  const std::string before = (*world_.nodes.Newest("a"))->serial;
  ASSERT_TRUE(RenewNode("a", &world_.nodes, agent).ok());
  EXPECT_NE((*world_.nodes.Newest("a"))->serial, before);
  EXPECT_TRUE(agent->Plan(spec_, {}).ok());
  agent::IdentityStore store(agent::Paths{box_.box.dir.path()}, &world_.clock);
  EXPECT_EQ(store.Current()->serial, (*world_.nodes.Newest("a"))->serial);
}

TEST_F(AgentClientTest, WhatIsComparedReachesTheBoxWithPlanAndApply) {
  auto pool = Pool();
  agent::v1::PhaseSpec spec;
  spec.set_phase("runtime");
  agent::v1::Registry* registry = spec.mutable_containerd()->add_registries();
  registry->set_host("registry.example.com");
  registry->set_user("robot");
  registry->set_password_secret("registry-password");
  registry->set_password_mac("00112233445566aa");
  AgentClient* agent = pool->Get("a", box_.address());
  const auto without = agent->Plan(spec, {});
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_THAT(without->resources(0).error(), HasSubstr("did not come with the request"));
  PhaseWants wants{.node = "a", .spec = spec};
  wants.compared = []() -> absl::StatusOr<PhaseSecrets> {
    return PhaseSecrets{{"registry:registry.example.com", Secret("hunter2")}};
  };
  PhaseUnit unit(wants, agent);
  auto db = *Database::Open(":memory:", {Journal::Schema()});
  Journal journal(db.get(), &SystemClock());
  const UnitPlan approved = PlanUnit(unit);
  EXPECT_THAT(ToJson(approved).dump(), HasSubstr("(secret registry-password, 00112233445566aa)"));
  EXPECT_THAT(ToJson(approved).dump(), ::testing::Not(HasSubstr("hunter2")));
  auto done = Execute(unit, journal,
                      {.key = {"op-3", unit.id()},
                       .payload = DigestOf(unit.Inputs()),
                       .approved = approved,
                       .boot_id = "boot-1"});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(box_.box.Read("/etc/containerd/config.toml"), HasSubstr("password = \"hunter2\"\n"));
}

TEST_F(AgentClientTest, APhaseUnitRunsThroughAllOfIt) {
  auto pool = Pool();
  PhaseUnit unit({.node = "a", .spec = spec_}, pool->Get("a", box_.address()));
  auto db = *Database::Open(":memory:", {Journal::Schema()});
  Journal journal(db.get(), &SystemClock());
  ExecuteOptions options{.key = {"op-2", unit.id()},
                         .payload = DigestOf(unit.Inputs()),
                         .approved = PlanUnit(unit),
                         .boot_id = "boot-1"};
  auto done = Execute(unit, journal, options);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  EXPECT_EQ(box_.box.Read("/proc/sys/net/ipv4/ip_forward"), "1");
}

}  // namespace
}  // namespace devstats::coordinator
