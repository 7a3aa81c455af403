#include "coordinator/devstats/host_gate.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"
#include "tests/common/http_server.h"

namespace devstats::domain {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Strings = std::vector<std::string>;

class ScriptedProber : public HostProber {
 public:
  absl::StatusOr<Strings> Resolve(const std::string& host) override {
    Meet();
    const auto there = addresses.find(host);
    return there == addresses.end() ? absl::StatusOr<Strings>(wildcard) : there->second;
  }
  absl::Status Answers(const std::string& host, const std::string& address) override {
    absl::MutexLock lock(&mutex_);
    asked_.push_back(absl::StrCat(host, "@", address));
    return silent == address ? absl::UnavailableError("refused") : absl::OkStatus();
  }
  Strings asked() {
    absl::MutexLock lock(&mutex_);
    return asked_;
  }
  int most() {
    absl::MutexLock lock(&mutex_);
    return most_;
  }

  std::map<std::string, absl::StatusOr<Strings>> addresses;
  absl::StatusOr<Strings> wildcard = Strings{"192.0.2.7"};
  std::string silent;
  int party = 1;  // the first so many calls wait for each other

 private:
  void Meet() {
    absl::MutexLock lock(&mutex_);
    most_ = std::max(most_, ++inside_);
    ++arrived_;
    const auto all_here = [this] { return arrived_ >= party; };
    mutex_.Await(absl::Condition(&all_here));
    --inside_;
  }

  absl::Mutex mutex_;
  Strings asked_;
  int inside_ = 0, arrived_ = 0, most_ = 0;
};

Strings ManyHosts(int count) {
  Strings hosts;
  for (int i = 0; i < count; ++i) hosts.push_back(absl::StrCat("h", i, ".devstats.cncf.io"));
  return hosts;
}

TEST(HostGate, AWildcardIsFine) {
  ScriptedProber prober;
  EXPECT_TRUE(HostGate(ManyHosts(280), {"192.0.2.7"}, &prober).ok());
  EXPECT_EQ(prober.asked().size(), 280u);
  EXPECT_TRUE(HostGate({}, {"192.0.2.7"}, &prober).ok());
}

TEST(HostGate, AsksManyAtATimeButNotAll) {
  ScriptedProber prober;
  prober.party = 8;  // with fewer at a time, it would never end
  EXPECT_THAT(HostFaultsOf(ManyHosts(100), {"192.0.2.7"}, &prober, 8), IsEmpty());
  EXPECT_EQ(prober.most(), 8);
}

TEST(HostGate, TellsEachFault) {
  ScriptedProber prober;
  prober.wildcard = absl::NotFoundError("none");
  prober.addresses = {{"good", Strings{"192.0.2.7"}},
                      {"six", Strings{"2001:db8:0::7", "192.0.2.7"}},
                      {"elsewhere", Strings{"198.51.100.1"}},
                      {"both", Strings{"192.0.2.7", "198.51.100.1"}},
                      {"silent", Strings{"2001:db8::9"}},
                      {"empty", Strings{}},
                      {"slow", absl::UnavailableError("timed out")}};
  prober.silent = "2001:db8::9";
  const Strings hosts{"good", "gone", "six", "elsewhere", "both", "silent", "empty", "slow"};
  const auto faults = HostFaultsOf(hosts, {"192.0.2.7", "2001:DB8::7", "2001:db8::9"}, &prober);
  EXPECT_THAT(faults, ElementsAre(HostFault{"gone", "does not resolve"},
                                  HostFault{"elsewhere", "leads to 198.51.100.1"},
                                  HostFault{"both", "leads to 192.0.2.7, 198.51.100.1"},
                                  HostFault{"silent", "is not answered at 2001:db8::9: refused"},
                                  HostFault{"empty", "does not resolve"},
                                  HostFault{"slow", "cannot be resolved: timed out"}));
}

TEST(HostGate, WithoutAddressesAnyWillDo) {
  ScriptedProber prober;
  prober.addresses = {{"gone", absl::NotFoundError("")}, {"silent", Strings{"198.51.100.1"}}};
  prober.silent = "198.51.100.1";
  EXPECT_EQ(HostFaultsOf({"any", "gone", "silent"}, {}, &prober).size(), 2u);
}

TEST(HostGate, ListsHostsByReason) {
  ScriptedProber prober;
  prober.addresses = {
      {"a", absl::NotFoundError("")}, {"c", absl::NotFoundError("")}, {"d", Strings{"198.51.100.1"}}};
  const absl::Status status = HostGate({"a", "b", "c", "d"}, {"192.0.2.7"}, &prober);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      status.message(),
      "3 of 4 hosts are not ready for certificates: does not resolve (a, c); leads to 198.51.100.1 (d)");
  EXPECT_THAT(HintOf(status), HasSubstr("192.0.2.7"));
}

TEST(HostProber, FindsTheAddressesOfAHost) {
  const auto prober = NewHostProber();
  const auto addresses = prober->Resolve("localhost");
  ASSERT_TRUE(addresses.ok()) << addresses.status();
  EXPECT_THAT(*addresses, Contains(::testing::AnyOf("127.0.0.1", "::1")));
  EXPECT_THAT(*prober->Resolve("192.0.2.7"), ElementsAre("192.0.2.7"));  // nobody is asked, nor there
}

TEST(HostProber, AsksForTheHostAtTheAddress) {
  HttpServer server([](const auto& request) {
    const std::string host = request.headers.at("host");
    return HttpServer::Response{.code = absl::StartsWith(host, "k8s.example.org") ? 404 : 500};
  });
  const auto prober = NewHostProber({.port = server.port()});
  EXPECT_TRUE(prober->Answers("k8s.example.org", "127.0.0.1").ok());
  EXPECT_THAT(server.lines(), ElementsAre("HEAD /"));
}

TEST(HostProber, SaysWhyNothingAnswers) {
  const absl::Status status = NewHostProber({.port = FreePort()})->Answers("k8s.example.org", "127.0.0.1");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(status.message().empty());
}

TEST(HostProber, GivesUpInTime) {
  const LoopbackPort silent(1);
  const auto prober = NewHostProber({.port = silent.port(), .timeout = absl::Milliseconds(50)});
  EXPECT_EQ(prober->Answers("k8s.example.org", "127.0.0.1").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace devstats::domain
