// The coordinator's logic without gRPC: real database, journal, runner and authority; boxes are fakes.
#include "coordinator/service/api.h"

#include "common/status.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/access/fixture.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kSpec[] = R"(cluster: c
nodes:
  - {name: a, address: 10.0.0.1, role: control-plane}
  - {name: b, address: 10.0.0.2}
os: {sysctl: {net.ipv4.ip_forward: 1}}
)";

class TwoAgents : public AgentPool {
 public:
  TwoAgents() {
    for (const auto& [name, address] : std::map<std::string, std::string>{{"a", "10.0.0.1/24"}, {"b", "10.0.0.2/24"}}) {
      agent::v1::Facts& facts = agents[name].facts;
      facts.set_os_id("debian");
      facts.set_os_version("12");
      facts.set_agent_version("1");
      facts.set_time_ms(absl::ToUnixMillis(absl::Now()));
      facts.add_addresses()->set_address(address);
    }
  }
  AgentClient* Get(const std::string& node, const std::string&) override { return &agents.at(node); }
  std::map<std::string, FakeAgent> agents;
};

using Request = access::KeyAndRequest;

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    for (const char* node : {"a", "b"}) {
      const Request made;
      EXPECT_TRUE(access_.nodes.Issue(node, made.csr, access::NodeCertificates::Why::kEnrolment).ok());
    }
  }
  static v1::PlanRequest Asked(const std::string& spec = kSpec) {
    v1::PlanRequest request;
    request.set_spec(spec);
    request.set_file("c.yaml");
    return request;
  }
  // What the box would still change.
  void Drift(const std::string& node, bool destructive = false) {
    UnitPlan* part = agents_.agents[node].plan.add_resources();
    part->set_unit("sysctl");
    part->set_state(UnitPlan::READY);
    Change* c = part->add_changes();
    c->set_path("net.ipv4.ip_forward");
    c->set_action(Change::UPDATE);
    c->set_owner(Change::OURS);
    c->set_after("1");
    c->set_destructive(destructive);
    agents_.agents[node].step.set_state(agent::v1::StepStatus::DONE);
  }
  v1::ApplyRequest Approved(const v1::PlanResponse& planned) {
    v1::ApplyRequest request;
    request.set_spec(kSpec);
    request.set_file("c.yaml");
    *request.mutable_plan() = planned.plan();
    return request;
  }
  // Plans and applies, to the end.
  v1::Operation Apply() {
    auto planned = api_.DoPlan(Asked());
    EXPECT_TRUE(planned.ok()) << planned.status();
    auto begun = api_.DoApply(Approved(*planned), "ann");
    EXPECT_TRUE(begun.ok()) << begun.status();
    EXPECT_TRUE(Eventually([&] { return api_.DoGetOperation(begun->id())->state() != kRunning; }));
    return *api_.DoGetOperation(begun->id());
  }

  access::World access_;
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Journal::Schema(), Operations::Schema(), Operations::PayloadColumn()});
  Journal journal_{db_.get(), &SystemClock()};
  Operations operations_{db_.get(), &SystemClock()};
  TwoAgents agents_;
  KubernetesAccess kubernetes_{access_.dir / "kubernetes", &SystemClock()};
  const World world_{.agents = &agents_, .clock = &SystemClock(), .kubernetes = &kubernetes_};
  Runner runner_{&operations_, &journal_, MakerFor(world_), "boot-1"};
  Api api_{{.authority = access_.authority.get(),
            .tokens = &access_.tokens,
            .nodes = &access_.nodes,
            .grants = &access_.grants,
            .operations = &operations_,
            .runner = &runner_,
            .journal = &journal_,
            .world = world_,
            .clock = &SystemClock(),
            .epoch = 7,
            .address = "10.0.0.1:7440",
            .enrolment_address = "10.0.0.1:7441"}};
};

TEST_F(ApiTest, BeforeTheFirstApplyThereIsNoSpecAndNoNodeOfIt) {
  auto status = api_.DoStatus();
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->version().epoch(), 7u);
  EXPECT_EQ(status->spec_digest(), "");
  EXPECT_FALSE(status->has_last_operation());
  ASSERT_EQ(status->nodes_size(), 2) << "enrolled all the same";
  EXPECT_EQ(status->nodes(0).error(), "not in the cluster.yaml in force");
}

TEST_F(ApiTest, APlanIsCarriedOutAndThenThereIsNothingToDo) {
  Drift("b");
  const v1::Operation done = Apply();
  EXPECT_EQ(done.state(), kDone) << done.error();
  std::map<std::string, std::string> states;
  for (const v1::UnitState& unit : done.units()) states[unit.unit()] = unit.state();
  EXPECT_EQ(states["host@a"], "unchanged");
  EXPECT_EQ(states["host@b"], "done");
  EXPECT_THAT(agents_.agents["a"].applied, IsEmpty());
  ASSERT_EQ(agents_.agents["b"].applied.size(), 1u);
  EXPECT_THAT(agents_.agents["b"].forgotten, ::testing::ElementsAre(done.id()));
  const v1::Operation again = Apply();
  EXPECT_EQ(again.state(), kDone);
  EXPECT_EQ(agents_.agents["b"].applied.size(), 1u);
  auto status = api_.DoStatus();
  EXPECT_EQ(status->last_operation().id(), again.id());
  EXPECT_EQ(status->nodes(1).role(), "worker");
  EXPECT_TRUE(status->nodes(1).reachable());
}

TEST_F(ApiTest, AListOfOperationsHasNoUnitsAndTheNewestFirst) {
  const std::string first = Apply().id(), second = Apply().id();
  auto list = api_.DoListOperations(0);
  ASSERT_EQ(list->operations_size(), 2);
  EXPECT_EQ(list->operations(0).id(), second);
  EXPECT_EQ(list->operations(1).id(), first);
  EXPECT_EQ(list->operations(0).units_size(), 0);
  EXPECT_EQ(api_.DoListOperations(1)->operations_size(), 1);
  EXPECT_TRUE(absl::IsNotFound(api_.DoGetOperation("op-none").status()));
}

TEST_F(ApiTest, ASpecWithAMistakeIsRefusedWithItsPlace) {
  const absl::Status refused = api_.DoPlan(Asked("cluster: c\nnodez: []\n")).status();
  EXPECT_THAT(std::string(refused.message()), HasSubstr("c.yaml:2:1"));
  EXPECT_TRUE(absl::IsInvalidArgument(api_.DoPlan(Asked(std::string((1 << 20) + 1, ' '))).status()));
  EXPECT_THAT(operations_.Latest(10)->size(), 0u);
}

TEST_F(ApiTest, APlanOfAnotherSpecOrWithAnErrorIsNotCarriedOut) {
  auto planned = api_.DoPlan(Asked());
  v1::ApplyRequest other = Approved(*planned);
  other.set_spec(absl::StrCat(kSpec, "\n# changed since\n"));
  EXPECT_TRUE(absl::IsFailedPrecondition(api_.DoApply(other, "ann").status()));
  agents_.agents["a"].error = absl::UnavailableError("a: the agent does not answer");
  planned = api_.DoPlan(Asked());
  ASSERT_TRUE(planned.ok()) << "a plan shows what is wrong";
  EXPECT_THAT(std::string(api_.DoApply(Approved(*planned), "ann").status().message()), HasSubstr("does not answer"));
  EXPECT_THAT(operations_.Latest(10)->size(), 0u);
}

TEST_F(ApiTest, WhatMayLoseDataNeedsItsDigestAndAnAdmin) {
  Drift("b", true);
  auto planned = api_.DoPlan(Asked());
  v1::ApplyRequest request = Approved(*planned);
  EXPECT_TRUE(Api::NeedsAdmin(request));
  EXPECT_THAT(HintOf(api_.DoApply(request, "ann").status()), HasSubstr(planned->digest()));
  request.set_confirm(planned->digest());
  EXPECT_TRUE(api_.DoApply(request, "ann").ok());
}

TEST_F(ApiTest, OnePhaseWantsThoseBeforeItDone) {
  v1::PlanRequest request = Asked();
  request.set_only("host");
  EXPECT_TRUE(api_.DoPlan(request).ok());
  agents_.agents["b"].facts.set_os_version("11");
  EXPECT_THAT(std::string(api_.DoPlan(request).status().message()), HasSubstr("preflight@b"));
  request.set_only("hosts");
  EXPECT_THAT(HintOf(api_.DoPlan(request).status()), HasSubstr("host"));
}

TEST_F(ApiTest, HealthNamesABoxThatIsAwayAndWhy) {
  Apply();
  agents_.agents["b"].error = absl::UnavailableError("b: the agent does not answer");
  auto health = api_.DoHealth();
  ASSERT_TRUE(health.ok()) << health.status();
  ASSERT_EQ(health->checks_size(), 2) << "without Kubernetes in the spec nothing is said of it";
  EXPECT_TRUE(health->checks(0).ok());
  EXPECT_EQ(health->checks(1).name(), "agent@b");
  EXPECT_FALSE(health->checks(1).ok());
  EXPECT_THAT(health->checks(1).reason(), HasSubstr("does not answer"));
  agents_.agents["b"].error = absl::UnavailableError("");
  EXPECT_FALSE(api_.DoHealth()->checks(1).ok()) << "an error without a word is one, too";
}

TEST_F(ApiTest, ANodeIsKnownByItsSpecOrItsCertificate) {
  Apply();
  EXPECT_EQ(api_.DoGetNode("a")->facts().os_version(), "12");
  const Request made;
  ASSERT_TRUE(access_.nodes.Issue("old", made.csr, access::NodeCertificates::Why::kEnrolment).ok());
  EXPECT_EQ(api_.DoGetNode("old")->summary().error(), "not in the cluster.yaml in force");
  EXPECT_EQ(HintOf(api_.DoGetNode("none").status()), "devstatsctl node list");
  EXPECT_TRUE(absl::IsNotFound(api_.DoNodeLogs({}, [](const agent::v1::LogLine&) { return true; })));
}

TEST_F(ApiTest, AWatchOfAnOperationEndsWithIt) {
  Drift("b");
  const std::string id = Apply().id();
  v1::WatchRequest request;
  request.set_operation(id);
  request.set_follow(true);
  std::vector<std::string> states;
  ASSERT_TRUE(api_.DoWatch(request, [] { return false; }, [&](const events::v1::Event& e) {
                    if (e.kind() == events::v1::Event::OPERATION) states.push_back(e.state());
                    return true;
                  }).ok());
  EXPECT_THAT(states, ::testing::ElementsAre("running", "done"));
  request.set_operation("op-none");
  EXPECT_TRUE(absl::IsNotFound(api_.DoWatch(request, [] { return false; }, [](const events::v1::Event&) { return true; })));
}

TEST_F(ApiTest, AccessAndTokensTellWhereToGo) {
  v1::AddAccessRequest add;
  add.set_name("ann");
  add.set_role("viewer");
  add.set_csr_pem(Request().csr);
  EXPECT_EQ(api_.DoAddAccess(add)->address(), "10.0.0.1:7440");
  EXPECT_EQ(api_.DoListAccess()->entries(0).name(), "ann");
  EXPECT_EQ(api_.DoRevokeAccess("ann")->revoked(), 1u);
  v1::NodeTokenRequest token;
  token.set_node("c");
  EXPECT_EQ(api_.DoCreateNodeToken(token)->address(), "10.0.0.1:7441");
}

}  // namespace
}  // namespace devstats::coordinator
