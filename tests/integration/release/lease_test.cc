// Leases on a real API server, with real time: who holds one, and what becomes of a writer that is held up.
#include "coordinator/release/engine/lease.h"

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/forwarding_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"
#include "tests/integration/kube/server.h"

namespace devstats::release {
namespace {

// A way to the server that can be cut.
class CutClient final : public kube::ForwardingClient {
 public:
  explicit CutClient(kube::KubeClient* client) : client_(client) {}
  std::atomic<bool> cut{false};

 protected:
  absl::Status Pass(Method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    return cut ? absl::UnavailableError("the network is away") : call(*client_);
  }

 private:
  kube::KubeClient* const client_;
};

class RealLease : public ::testing::Test {
 protected:
  void SetUp() override {
    kube::ApiServer* server = kube::TheApiServer();
    if (!server) GTEST_SKIP() << "no API server here";
    client_ = std::make_unique<kube::ApiClient>(server->access());
    const auto made =
        client_->Apply({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "leases"}}}}, {});
    ASSERT_TRUE(made.ok()) << made.status();
  }
  static Writer Of(const std::string& coordinator, uint64_t epoch = 1,
                   const std::string& operation = "op-1") {
    return {.coordinator = coordinator, .epoch = epoch, .operation = operation};
  }
  static LeaseOptions Short(absl::Duration wait = absl::Minutes(1)) {
    return {.duration = absl::Seconds(2), .wait = wait};
  }
  absl::StatusOr<std::unique_ptr<Lease>> Take(const std::string& release, const Writer& writer,
                                              const LeaseOptions& options) {
    return Lease::Take({release, "leases"}, writer, client_.get(), &SystemClock(), options);
  }
  bool IsThere(const std::string& release) {
    return client_->Get({"coordination.k8s.io/v1", "Lease", "leases", "devstats-release-" + release}).ok();
  }
  std::unique_ptr<kube::ApiClient> client_;
};

TEST_F(RealLease, IsHeldAsLongAsItsHolderLives) {
  auto first = Take("lives", Of("one"), Short());
  ASSERT_TRUE(first.ok()) << first.status();
  // Longer than it would last without being renewed.
  const absl::Status refused = Take("lives", Of("two"), Short(absl::Seconds(4))).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("coordinator one (operation op-1"));
  EXPECT_EQ((*first)->Check(), absl::OkStatus());
  std::atomic<bool> waits = false, given_back = false, early = false;
  std::thread waiting([&] {
    LeaseOptions options = Short();
    options.progress = [&](absl::string_view) { waits = true; };
    const auto second = Take("lives", Of("two"), options);
    EXPECT_TRUE(second.ok()) << second.status();
    early = !given_back;
  });
  EXPECT_TRUE(Eventually([&] { return waits.load(); }));
  given_back = true;
  first->reset();
  waiting.join();
  EXPECT_FALSE(early);
  EXPECT_FALSE(IsThere("lives"));
}

TEST_F(RealLease, IsAnothersWhenItsHolderIsHeldUp) {
  CutClient cut(client_.get());
  const auto first = Lease::Take({"paused", "leases"}, Of("one"), &cut, &SystemClock(), Short());
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ((*first)->Announce(3), absl::OkStatus());
  cut.cut = true;
  const auto second = Take("paused", Of("two"), Short());
  ASSERT_TRUE(second.ok()) << second.status();
  // Before another may write, it knows that it may not.
  const absl::Status gone = (*first)->Check();
  EXPECT_TRUE(absl::IsAborted(gone)) << gone;
  ASSERT_EQ((*second)->Announce(4), absl::OkStatus());
  cut.cut = false;
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(std::string((*first)->Check().message()), "is lost: coordinator two");
  }));
  EXPECT_EQ((*second)->Check(), absl::OkStatus());
  EXPECT_EQ(*AnnouncedRevision({"paused", "leases"}, "two", *client_), 4);
}

TEST_F(RealLease, OfADeadProcessGoesToTheNextStart) {
  CutClient cut(client_.get());
  {
    const auto dead = Lease::Take({"dead", "leases"}, Of("one"), &cut, &SystemClock(), {});
    ASSERT_EQ((*dead)->Announce(9), absl::OkStatus());
    cut.cut = true;  // it is never given back
  }
  const auto next = Take("dead", Of("one", 2), {.wait = absl::ZeroDuration()});
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(*AnnouncedRevision({"dead", "leases"}, "one", *client_), 9);
}

TEST_F(RealLease, IsOnlyEverOnes) {
  std::atomic<int> inside = 0, most = 0, turns = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      for (int turn = 0; turn < 5; ++turn) {
        const auto lease = Take("crowd", Of(absl::StrCat("writer-", i)), Short());
        ASSERT_TRUE(lease.ok()) << lease.status();
        const int now = ++inside;
        if (now > most) most = now;
        // Anything that takes its time.
        EXPECT_EQ((*lease)->Announce(turn + 1), absl::OkStatus());
        EXPECT_EQ((*lease)->Announce(turn % 2), absl::OkStatus());
        ++turns;
        --inside;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(turns, 20);
}

}  // namespace
}  // namespace devstats::release
