#include "coordinator/release/engine/lease.h"

#include <atomic>
#include <thread>

#include "coordinator/kube/patient_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/coordinator/release/moving_clock.h"

namespace devstats::release {
namespace {

using kube::TextAt;
using ::testing::HasSubstr;

const Writer kOne{.coordinator = "one", .epoch = 4, .operation = "op-7"};
const Writer kNextStart{.coordinator = "one", .epoch = 5, .operation = "op-8"};
const Writer kStranger{.coordinator = "two", .epoch = 1, .operation = "op-1"};

class LeaseTest : public ::testing::Test {
 protected:
  LeaseTest() { kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}}); }

  absl::StatusOr<std::unique_ptr<Lease>> Take(const Writer& writer, LeaseOptions options = {}) {
    return Lease::Take(release_, writer, &kube_, &clock_, options);
  }
  static LeaseOptions AtOnce() { return {.wait = absl::ZeroDuration()}; }
  Json There() {
    const auto lease = kube_.Get(ref_);
    return lease.ok() ? *lease : Json();
  }
  std::string Holder() { return TextAt(There(), {"spec", "holderIdentity"}); }
  std::string Announced() { return TextAt(There(), {"metadata", "annotations", "devstats.io/revision"}); }
  // Another's lease, renewed again with each call.
  void SeedForeign(int seconds = 30) {
    kube_.Seed({{"apiVersion", "coordination.k8s.io/v1"},
                {"kind", "Lease"},
                {"metadata", {{"name", ref_.name}, {"namespace", ref_.namespace_}}},
                {"spec",
                 {{"holderIdentity", "somebody\n"},
                  {"acquireTime", "2001-01-01T00:00:00.000000Z"},
                  {"renewTime", "2001-01-01T00:00:00.000000Z"},
                  {"leaseDurationSeconds", seconds}}}});
  }

  const ReleaseName release_{"store", "shop"};
  const kube::ObjectRef ref_{"coordination.k8s.io/v1", "Lease", "shop", "devstats-release-store"};
  kube::FakeKube kube_;
  MovingClock clock_{absl::FromUnixSeconds(1'800'000'000)};
};

// Takes a lease in a thread of its own.
class Taking {
 public:
  Taking(kube::KubeClient* client, const Clock* clock, const Writer& writer, LeaseOptions options = {}) {
    options.go_on = [this] {
      ++asked_;
      return !stop_;
    };
    options.progress = [this](absl::string_view text) { progress_ = std::string(text); };
    thread_ = std::thread([this, client, clock, writer, options] {
      result_ = Lease::Take({"store", "shop"}, writer, client, clock, options);
      done_ = true;
    });
  }
  ~Taking() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  void Stop() { stop_ = true; }
  bool done() const { return done_; }
  // It has looked at the clock again, and waits.
  bool StillWaits() {
    const int before = asked_;
    return Eventually([&] { return asked_ > before + 2 || done_; }) && !done_;
  }
  absl::StatusOr<std::unique_ptr<Lease>>& Result() {
    EXPECT_TRUE(Eventually([&] { return done_.load(); }));
    if (thread_.joinable()) thread_.join();
    return result_;
  }
  const std::string& progress() const { return progress_; }  // once it is done

 private:
  std::atomic<bool> done_{false}, stop_{false};
  std::atomic<int> asked_{0};
  std::string progress_;
  absl::StatusOr<std::unique_ptr<Lease>> result_ = absl::UnknownError("not yet");
  std::thread thread_;
};

TEST_F(LeaseTest, SaysWhoWritesAndGoesWhenItIsGivenBack) {
  {
    const auto lease = Take(kOne);
    ASSERT_TRUE(lease.ok()) << lease.status();
    EXPECT_EQ((*lease)->Check(), absl::OkStatus());
    const Json there = There();
    EXPECT_EQ(there["spec"], (Json{{"holderIdentity", "coordinator one (operation op-7, epoch 4)"},
                                   {"leaseDurationSeconds", 30},
                                   {"leaseTransitions", 0},
                                   {"acquireTime", "2027-01-15T08:00:00.000000Z"},
                                   {"renewTime", "2027-01-15T08:00:00.000000Z"}}));
    EXPECT_EQ(there["metadata"]["annotations"], (Json{{"devstats.io/coordinator", "one"},
                                                      {"devstats.io/epoch", "4"},
                                                      {"devstats.io/operation", "op-7"}}));
  }
  EXPECT_TRUE(There().is_null());
}

TEST_F(LeaseTest, KeepsWhatWasAnnouncedForTheNextOfTheSameCoordinator) {
  {
    const auto lease = Take(kOne);
    clock_.Advance(absl::Seconds(1));
    ASSERT_EQ((*lease)->Announce(7), absl::OkStatus());
    EXPECT_EQ(TextAt(There(), {"spec", "renewTime"}), "2027-01-15T08:00:01.000000Z");
  }
  EXPECT_EQ(Holder(), "");
  EXPECT_EQ(*AnnouncedRevision(release_, "one", kube_), 7);
  EXPECT_EQ(*AnnouncedRevision(release_, "two", kube_), 0);
  {
    const auto lease = Take(kNextStart);
    ASSERT_TRUE(lease.ok()) << lease.status();
    EXPECT_EQ(Announced(), "7");  // if this one is cut, too
    EXPECT_EQ(There()["spec"]["leaseTransitions"], 1);
  }
  {
    const auto lease = Take(kStranger);
    ASSERT_TRUE(lease.ok()) << lease.status();
    EXPECT_EQ(Announced(), "");
    ASSERT_EQ((*lease)->Announce(8), absl::OkStatus());
    ASSERT_EQ((*lease)->Announce(0), absl::OkStatus());
  }
  EXPECT_TRUE(There().is_null());
  EXPECT_EQ(*AnnouncedRevision(release_, "two", kube_), 0);
}

TEST_F(LeaseTest, TakesAtOnceWhatADeadProcessHeld) {
  const auto dead = Take(kOne, {.duration = absl::Seconds(1)});
  ASSERT_EQ((*dead)->Announce(3), absl::OkStatus());
  const auto lease = Take(kNextStart, AtOnce());
  ASSERT_TRUE(lease.ok()) << lease.status();
  // Were it alive after all, it would find out.
  EXPECT_TRUE(Eventually([&] { return !(*dead)->Check().ok(); }));
  const absl::Status lost = (*dead)->Check();
  EXPECT_TRUE(absl::IsAborted(lost));
  EXPECT_EQ(lost.message(),
            "the lease of shop/store is lost: coordinator one (operation op-8, epoch 5) has it");
  EXPECT_TRUE(absl::IsAborted((*dead)->Announce(4)));
  EXPECT_EQ(Announced(), "3");
}

TEST_F(LeaseTest, TakesAgainWhatTheSameOperationHeld) {
  const auto before = Take(kOne);
  ASSERT_EQ((*before)->Announce(3), absl::OkStatus());
  const auto lease = Take(kOne, AtOnce());
  ASSERT_TRUE(lease.ok()) << lease.status();
  EXPECT_EQ(Announced(), "3");
}

TEST_F(LeaseTest, AnotherOperationOfThisProcessIsAlive) {
  const auto first = Take(kOne);
  const Writer second{.coordinator = "one", .epoch = 4, .operation = "op-8"};
  const absl::Status refused = Take(second, AtOnce()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_EQ(
      refused.message(),
      "coordinator one (operation op-7, epoch 4) works on shop/store since 2027-01-15T08:00:00.000000Z; "
      "its lease is free at 08:00:30Z unless it is renewed until then");
  EXPECT_EQ(HintOf(refused), "wait for operation op-7");
}

TEST_F(LeaseTest, ALeftoverNeverTakesWhatALaterStartHas) {
  {
    const auto lease = Take(kNextStart);
    EXPECT_THAT(
        std::string(Take(kOne).status().message()),
        HasSubstr("a later start of this coordinator works on shop/store: coordinator one (operation op-8"));
    ASSERT_EQ((*lease)->Announce(1), absl::OkStatus());
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(Take(kOne).status()));  // given back, but not to the past
}

TEST_F(LeaseTest, TakesAnothersWhenItHasNotChangedForItsDuration) {
  SeedForeign();  // its times are long past: clocks of two machines are not compared
  Taking taking(&kube_, &clock_, kOne);
  ASSERT_TRUE(taking.StillWaits());
  clock_.Advance(absl::Seconds(29));
  ASSERT_TRUE(taking.StillWaits());
  SeedForeign();  // it lives
  ASSERT_TRUE(taking.StillWaits());
  clock_.Advance(absl::Seconds(29));
  ASSERT_TRUE(taking.StillWaits());
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(taking.Result().ok()) << taking.Result().status();
  EXPECT_EQ(taking.progress(), "waiting for somebody\\x0a, who works on shop/store");
  EXPECT_THAT(Holder(), HasSubstr("coordinator one"));
}

TEST_F(LeaseTest, TakesItAsSoonAsItIsGivenBack) {
  auto held = Take(kStranger);
  Taking taking(&kube_, &clock_, kOne);
  ASSERT_TRUE(taking.StillWaits());
  held->reset();
  EXPECT_TRUE(taking.Result().ok()) << taking.Result().status();
}

TEST_F(LeaseTest, RefusesWhenItHasWaitedLongEnough) {
  SeedForeign();
  Taking taking(&kube_, &clock_, kOne, {.wait = absl::Seconds(10)});
  ASSERT_TRUE(taking.StillWaits());
  clock_.Advance(absl::Seconds(10));
  const absl::Status refused = taking.Result().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("somebody\\x0a works on shop/store since 2001-"));
  EXPECT_THAT(HintOf(refused), HasSubstr("only one coordinator"));
}

TEST_F(LeaseTest, WaitsForNobodyWithoutEnd) {
  SeedForeign(1'000'000'000);
  Taking taking(&kube_, &clock_, kOne, {.wait = absl::Hours(1)});
  ASSERT_TRUE(taking.StillWaits());
  clock_.Advance(absl::Minutes(10));
  EXPECT_TRUE(taking.Result().ok()) << taking.Result().status();
}

TEST_F(LeaseTest, WaitingCanBeCalledOff) {
  SeedForeign();
  Taking taking(&kube_, &clock_, kOne);
  ASSERT_TRUE(taking.StillWaits());
  taking.Stop();
  EXPECT_TRUE(absl::IsCancelled(taking.Result().status())) << taking.Result().status();
}

TEST_F(LeaseTest, SaysThatThereIsNoNamespace) {
  const absl::Status lost = Lease::Take({"store", "nowhere"}, kOne, &kube_, &clock_, {}).status();
  EXPECT_TRUE(absl::IsNotFound(lost));
  EXPECT_EQ(lost.message(), "the lease of nowhere/store: namespaces \"nowhere\" not found");
  EXPECT_THAT(HintOf(lost), HasSubstr("--create-namespace"));
}

TEST_F(LeaseTest, IsNoMoreWhenItCouldNotBeRenewed) {
  const auto lease = Take(kOne);
  clock_.Advance(absl::Seconds(24));
  EXPECT_EQ((*lease)->Check(), absl::OkStatus());
  clock_.Advance(absl::Seconds(1));
  const absl::Status status = (*lease)->Check();
  EXPECT_TRUE(absl::IsAborted(status));
  EXPECT_EQ(status.message(), "the lease of shop/store could not be renewed for 25s");
  ASSERT_EQ((*lease)->Announce(1), absl::OkStatus());  // nobody had taken it
  EXPECT_EQ((*lease)->Check(), absl::OkStatus());
}

TEST_F(LeaseTest, IsRenewedInTheBackground) {
  const auto lease = Take(kOne, {.duration = absl::Seconds(1)});
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Eventually([&] { return (*lease)->Check().ok(); }));
  EXPECT_EQ(TextAt(There(), {"spec", "renewTime"}), "2027-01-15T08:00:05.000000Z");
}

TEST_F(LeaseTest, TellsWhyItIsLost) {
  const auto lease = Take(kOne);
  ASSERT_TRUE(kube_.Delete(ref_, {}).ok());
  EXPECT_TRUE(absl::IsAborted((*lease)->Announce(1)));
  EXPECT_THAT(std::string((*lease)->Check().message()), HasSubstr("is lost: somebody has deleted it"));
}

TEST_F(LeaseTest, KnowsItsOwnWritesWhoseAnswersWereLost) {
  kube::FaultyClient faulty(&kube_);
  kube::PatientClient patient(&faulty, {.sleep = [](absl::Duration) {}});
  faulty.LoseAnswer(1);  // of Create
  const auto lease = Lease::Take(release_, kOne, &patient, &clock_, AtOnce());
  ASSERT_TRUE(lease.ok()) << lease.status();
  faulty.LoseAnswer(faulty.calls());
  EXPECT_EQ((*lease)->Announce(5), absl::OkStatus());
  EXPECT_EQ(Announced(), "5");
  EXPECT_EQ((*lease)->Check(), absl::OkStatus());
}

TEST_F(LeaseTest, TellsOtherTroubles) {
  kube::FaultyClient faulty(&kube_);
  faulty.Fail(0, absl::PermissionDeniedError("no leases for you"));
  const absl::Status denied = Lease::Take(release_, kOne, &faulty, &clock_, {}).status();
  EXPECT_TRUE(absl::IsPermissionDenied(denied));
  EXPECT_EQ(denied.message(), "the lease of shop/store: no leases for you");
  const auto lease = Lease::Take(release_, kOne, &faulty, &clock_, {});
  faulty.Fail(faulty.calls(), absl::UnavailableError("away"));
  EXPECT_EQ((*lease)->Announce(2).message(), "announcing revision 2 of shop/store: away");
  EXPECT_EQ((*lease)->Check(), absl::OkStatus());
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ((*lease)->Check().message(), "the lease of shop/store could not be renewed for 1m: away");
}

}  // namespace
}  // namespace devstats::release
