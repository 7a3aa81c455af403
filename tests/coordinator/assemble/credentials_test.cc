// From registries of cluster.yaml to what an agent is sent: names and MACs in the phase, values beside it.
#include "coordinator/assemble/credentials.h"

#include "absl/strings/str_replace.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/secrets/schema.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/common/test_identity.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSpec[] = R"(cluster: c
nodes: [{name: a, address: 10.0.0.1, role: control-plane}]
runtime:
  registries:
    - {host: docker.io, mirrors: ["https://mirror.example.com"]}
    - {host: registry.example.com, user: robot, passwordSecret: registry-password}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
)";
constexpr char kValue[] = "correct horse battery staple";

class OneAgent : public AgentPool {
 public:
  AgentClient* Get(const std::string&, const std::string&) override { return &agent; }
  FakeAgent agent;
};

class CredentialsTest : public ::testing::Test {
 protected:
  Graph Assembled() {
    auto graph = Assemble(*spec::ParseClusterSpec(spec_, "c.yaml"), world_, {.only = "runtime"});
    EXPECT_TRUE(graph.ok()) << graph.status();
    return *std::move(graph);
  }
  static Unit& UnitOf(const Graph& graph) { return *graph.Find("runtime@a")->unit; }
  void Set(const std::string& value) { ASSERT_TRUE(store_.Set("registry-password", Secret(value)).ok()); }

  std::string spec_ = kSpec;
  TempDir dir_;
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {secrets::Schema()});
  secrets::Store store_{db_.get(), dir_ / "secrets.key", &clock_};
  KubernetesAccess kubernetes_{dir_ / "kubernetes", &clock_};
  OneAgent agents_;
  const World world_{.agents = &agents_, .clock = &clock_, .kubernetes = &kubernetes_, .secrets = &store_};
};

TEST_F(CredentialsTest, NameAndMacAreInputsTheValueGoesBeside) {
  Set(kValue);
  const Graph graph = Assembled();
  const UnitPlan plan = PlanUnit(UnitOf(graph));
  EXPECT_EQ(ErrorOf(plan), "");
  const agent::v1::Containerd& sent = agents_.agent.planned.containerd();
  ASSERT_EQ(sent.registries_size(), 2);
  EXPECT_EQ(sent.registries(0).user(), "");
  EXPECT_EQ(sent.registries(0).password_mac(), "");
  EXPECT_EQ(sent.registries(1).user(), "robot");
  EXPECT_EQ(sent.registries(1).password_secret(), "registry-password");
  EXPECT_EQ(sent.registries(1).password_mac(), *store_.Mac("registry-password"));
  ASSERT_EQ(agents_.agent.compared.size(), 1u);
  EXPECT_EQ(agents_.agent.compared.at("registry:registry.example.com").Reveal(), kValue);
  EXPECT_THAT(UnitOf(graph).Inputs().dump(), Not(HasSubstr("horse")));
  EXPECT_THAT(ToJson(plan).dump(), Not(HasSubstr("horse")));
}

TEST_F(CredentialsTest, AnAuthorityIsSentAsItIs) {
  Set(kValue);
  const std::string pem = TestIdentity::NewCa().certificate_pem;
  spec_.insert(spec_.find("kubernetes:"),
               absl::StrCat("    - host: own.example.com\n      ca: |\n        ",
                            absl::StrReplaceAll(pem, {{"\n", "\n        "}}), "\n"));
  EXPECT_EQ(ErrorOf(PlanUnit(UnitOf(Assembled()))), "");
  const agent::v1::Containerd& sent = agents_.agent.planned.containerd();
  ASSERT_EQ(sent.registries_size(), 3);
  EXPECT_EQ(sent.registries(0).ca(), "");
  EXPECT_EQ(sent.registries(2).ca(), pem);
}

TEST_F(CredentialsTest, AnotherValueIsAnotherInput) {
  Set("one");
  const std::string before = DigestOf(UnitOf(Assembled()).Inputs());
  Set("one");
  EXPECT_EQ(DigestOf(UnitOf(Assembled()).Inputs()), before);
  Set("two");
  EXPECT_NE(DigestOf(UnitOf(Assembled()).Inputs()), before);
}

TEST_F(CredentialsTest, WhatIsNotSetFailsThePlanOfTheUnitAlone) {
  const UnitPlan plan = PlanUnit(UnitOf(Assembled()));
  EXPECT_EQ(plan.state(), UnitPlan::UNKNOWN);
  EXPECT_EQ(plan.error(),
            "the password of registry registry.example.com: the secret registry-password is not set");
  EXPECT_EQ(HintOf(StatusOf(plan)), "devstatsctl secret set registry-password");
}

TEST_F(CredentialsTest, AChangeAfterTheGraphWasMadeIsNotSentUnderTheOldMac) {
  Set("one");
  const Graph graph = Assembled();
  Set("two");
  const UnitPlan plan = PlanUnit(UnitOf(graph));
  EXPECT_THAT(plan.error(), HasSubstr("the secret registry-password was changed meanwhile"));
  EXPECT_THAT(plan.hint(), HasSubstr("devstatsctl plan"));
  EXPECT_TRUE(agents_.agent.compared.empty());
}

TEST_F(CredentialsTest, ALostKeyFailsThePlanWithItsName) {
  Set(kValue);
  ASSERT_TRUE(RemoveFile(dir_ / "secrets.key").ok());
  EXPECT_THAT(ErrorOf(PlanUnit(UnitOf(Assembled()))), HasSubstr("the key of secrets, is missing"));
}

TEST_F(CredentialsTest, PhasesWithoutRegistriesAreLeftAsTheyAre) {
  PhaseWants wants{.node = "a", .spec = {}};
  wants.spec.set_phase("host");
  AddCredentials(&store_, &wants);
  EXPECT_FALSE(wants.spec.has_containerd());
  EXPECT_EQ(wants.compared, nullptr);
}

}  // namespace
}  // namespace devstats::coordinator
