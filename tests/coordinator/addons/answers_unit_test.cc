#include "coordinator/addons/answers_unit.h"

#include "common/status.h"
#include "tests/coordinator/addons/units_fixture.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::addons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AnswersUnitTest : public UnitsTest {
 protected:
  AnswersUnitTest() { SeedNamespace("web"); }
  void SeedService(const std::string& name, const std::string& type, const Json& addresses) {
    Json ingress = Json::array();
    for (const Json& address : addresses) ingress.push_back({{"ip", address}});
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Service"},
                {"metadata",
                 {{"name", name},
                  {"namespace", "web"},
                  {"labels", {{"app.kubernetes.io/instance", "nginx-ingress-test"}}}}},
                {"spec", {{"type", type}}},
                {"status", {{"loadBalancer", {{"ingress", ingress}}}}}});
  }
  AnswersUnit Unit(AnswersStep step, coordinator::Patience patience) {
    step.name_space = "web";
    step.release = "nginx-ingress-test";
    return AnswersUnit("answers", std::move(step), {{"m", "10.0.0.1", &master_}, {"w", "10.0.0.2", &worker_}},
                       &kube_, patience);
  }
  AnswersUnit AtService(const std::string& address = "10.0.0.9") {
    return Unit({.address = address, .ports = {80, 443}}, patience_);
  }
  static void Refuse(coordinator::FakeAgent* agent, uint32_t port) {
    agent::v1::UnreachablePort* unreachable = agent->findings.add_unreachable();
    unreachable->set_port(port);
    unreachable->set_error("nobody listens there");
  }
  coordinator::FakeAgent master_, worker_;
};

TEST_F(AnswersUnitTest, AnAddressThatAnswersLeavesNothingToDo) {
  SeedService("metrics", "ClusterIP", {});
  SeedService("controller", "LoadBalancer", {"10.0.0.9"});
  AnswersUnit unit = AtService();
  EXPECT_THAT(Plan(unit), IsEmpty());
  ASSERT_EQ(master_.checks.size(), 1u);
  const agent::v1::Peer& peer = master_.checks[0].peers(0);
  EXPECT_EQ(peer.address(), "10.0.0.9");
  EXPECT_THAT(peer.tcp_ports(), ElementsAre(80u, 443u));
  EXPECT_TRUE(peer.listening());
}

TEST_F(AnswersUnitTest, AnAddressOfABoxIsTriedFromAnother) {
  SeedService("controller", "LoadBalancer", {"10.0.0.1"});
  AnswersUnit unit = AtService("10.0.0.1");
  EXPECT_THAT(Plan(unit), IsEmpty());
  EXPECT_TRUE(master_.checks.empty());
  EXPECT_EQ(worker_.checks.size(), 1u);
}

TEST_F(AnswersUnitTest, TellsWhatIsMissing) {
  AnswersUnit unit = AtService();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, ElementsAre("release web/nginx-ingress-test has no Service of type LoadBalancer"));
  SeedService("controller", "LoadBalancer", {});
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Event"},
              {"metadata", {{"name", "e"}, {"namespace", "web"}}},
              {"involvedObject", {{"name", "controller"}}},
              {"type", "Warning"},
              {"reason", "AllocationFailed"},
              {"message", "no available IPs"}});
  Plan(unit);
  EXPECT_THAT(warnings_,
              ElementsAre("Service web/controller has no address yet: AllocationFailed: no available IPs"));
  SeedService("controller", "LoadBalancer", {"10.0.0.8"});
  Plan(unit);
  EXPECT_THAT(warnings_, ElementsAre("Service web/controller has address 10.0.0.8, not 10.0.0.9"));
  SeedService("controller", "LoadBalancer", {"10.0.0.9"});
  Refuse(&master_, 443);
  Plan(unit);
  EXPECT_THAT(warnings_, ElementsAre("10.0.0.9:443 does not answer m: nobody listens there"));
}

TEST_F(AnswersUnitTest, ABoxThatIsAwayIsPassedOver) {
  SeedService("controller", "LoadBalancer", {"10.0.0.9"});
  master_.network_error = absl::UnavailableError("no answer");
  AnswersUnit unit = AtService();
  EXPECT_THAT(Plan(unit), IsEmpty());
  worker_.network_error = absl::UnavailableError("gone");
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, ElementsAre("10.0.0.9 was not tried: w: gone"));
}

TEST_F(AnswersUnitTest, NodesAnswerAtTheirPorts) {
  AnswersUnit unit = Unit({.ports = {30080}, .nodes = {{"m", "10.0.0.1"}, {"w", "10.0.0.2"}}}, patience_);
  EXPECT_THAT(Plan(unit), IsEmpty());
  ASSERT_EQ(worker_.checks.size(), 1u);  // asked for the master's
  EXPECT_EQ(worker_.checks[0].peers(0).address(), "10.0.0.1");
  EXPECT_EQ(master_.checks[0].peers(0).address(), "10.0.0.2");
}

TEST_F(AnswersUnitTest, WaitsUntilItAnswers) {
  AnswersUnit hasty = Unit({.ports = {80}}, short_);
  const absl::Status status = Apply(hasty);
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(HintOf(status), HasSubstr("firewall"));
  AnswersUnit unit = Unit({.ports = {80}}, patience_);
  StepContext context = Context();
  context.progress = [&](absl::string_view) { SeedService("controller", "LoadBalancer", {"10.0.0.9"}); };
  EXPECT_TRUE(unit.Apply(PlanUnit(unit), context).ok());
}

}  // namespace
}  // namespace devstats::addons
