#include <map>

#include "coordinator/devstats/units/hosts_unit.h"
#include "coordinator/devstats/units/patroni_ready_unit.h"
#include "tests/coordinator/addons/units_fixture.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PatroniReadyTest : public addons::UnitsTest {
 protected:
  PatroniReadyTest() {
    SeedNamespace("devstats-test");
    for (const char* name : {"db-0", "db-1", "db-2"}) SeedMember(name, true);
  }
  void SeedMember(const std::string& name, bool ready) {
    SeedPod(name, {{"type", "postgres"}},
            {{"phase", "Running"},
             {"conditions", Json::array({{{"type", "Ready"}, {"status", ready ? "True" : "False"}}})},
             {"containerStatuses", Json::array({{{"name", "p"}, {"ready", ready}}})}});
  }
  PatroniReadyUnit Make(coordinator::Patience patience) {
    return PatroniReadyUnit({"patroni-ready", "devstats-test", "type=postgres", 3}, &patroni_, &kube_,
                            patience);
  }
  patroni::FakePatroni patroni_;
};

TEST_F(PatroniReadyTest, IsOpenWithALeaderAndAllOthersStreaming) {
  PatroniReadyUnit unit = Make(patience_);
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(PatroniReadyTest, WaitsForAMemberThatDoesNotStream) {
  patroni_.nodes["db-2"].streams = false;
  PatroniReadyUnit unit = Make(short_);
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains(HasSubstr("db-2")));
  const absl::Status waited = Apply(unit);
  EXPECT_TRUE(absl::IsDeadlineExceeded(waited)) << waited;
  EXPECT_THAT(waited.message(), HasSubstr("db-2"));
}

TEST_F(PatroniReadyTest, TellsWhyAPodDoesNotCome) {
  SeedMember("db-1", false);
  PatroniReadyUnit unit = Make(short_);
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains(HasSubstr("pod db-1: Running, not ready")));
}

TEST_F(PatroniReadyTest, CountsPodsAndLeaders) {
  ASSERT_TRUE(kube_.Delete({"v1", "Pod", "devstats-test", "db-2"}, {}).ok());
  patroni_.leader.clear();
  PatroniReadyUnit unit = Make(short_);
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains("2 of 3 pods are there"));
  EXPECT_THAT(warnings_, Contains("no member leads"));
}

class FakeProber : public HostProber {
 public:
  std::map<std::string, std::string> addresses;  // by host
  absl::StatusOr<std::vector<std::string>> Resolve(const std::string& host) override {
    const auto it = addresses.find(host);
    if (it == addresses.end()) return absl::NotFoundError("no such name");
    return std::vector<std::string>{it->second};
  }
  absl::Status Answers(const std::string&, const std::string&) override { return absl::OkStatus(); }
};

class HostsUnitTest : public addons::UnitsTest {
 protected:
  HostsUnit Make() {
    return HostsUnit({.id = "hosts",
                      .addresses = {"10.0.0.11"},
                      .certificates = [this] { return std::make_pair(last_, next_); }},
                     &prober_, short_);
  }
  HostsUnitTest() {
    for (const char* host : {"a.x.io", "b.x.io"}) prober_.addresses[host] = "10.0.0.11";
  }
  FakeProber prober_;
  Certificates last_{{1, {"x.io"}}, {2, {"a.x.io", "b.x.io"}}}, next_ = last_;
};

TEST_F(HostsUnitTest, AsksForNothingWhereNoHostIsNew) {
  HostsUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(HostsUnitTest, TellsWhichCertificatesAreIssuedAgain) {
  next_[2].push_back("c.x.io");
  prober_.addresses["c.x.io"] = "10.0.0.11";
  HostsUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());  // the new host leads here: the gate is open
  EXPECT_THAT(warnings_,
              ElementsAre("1 certificate will be issued, of 50 a week for one domain: devstats-tls-2"));
}

TEST_F(HostsUnitTest, WaitsForANewHostThatLeadsElsewhere) {
  next_[2].push_back("c.x.io");
  next_[2].push_back("d.x.io");
  prober_.addresses["c.x.io"] = "192.0.2.1";
  HostsUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains(HasSubstr("c.x.io")));
  EXPECT_THAT(warnings_, Contains(HasSubstr("d.x.io")));
  EXPECT_TRUE(absl::IsDeadlineExceeded(Apply(unit)));
}

TEST_F(HostsUnitTest, AsksForEachNameOfACertificateThatIsIssuedAgain) {
  next_[2].push_back("c.x.io");
  prober_.addresses = {{"c.x.io", "10.0.0.11"}, {"a.x.io", "10.0.0.11"}};
  HostsUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains(HasSubstr("b.x.io")));
}

}  // namespace
}  // namespace devstats::domain
