// Restarts of what a release made: on a real control plane, where each field has its owners.
#include "coordinator/devstats/upkeep/restart.h"

#include "tests/integration/release/engine_fixture.h"

namespace devstats::release {
namespace {

class RestartedReleaseTest : public EngineTest {
 protected:
  Json Web() {
    const auto live = client_->Get({"apps/v1", "Deployment", name_.name_space, "store-web"});
    return live.ok() ? *live : Json();
  }
  std::string RestartedAt() {
    return kube::TextAt(Web(), {"spec", "template", "metadata", "annotations", domain::kRestartedAt});
  }
  absl::Status Restart(absl::Time now) {
    const FixedClock clock(now);
    return domain::RestartDeployments(*client_, name_.name_space, {"store-web"},
                                      {.patience = absl::Minutes(1), .clock = &clock});
  }
};

TEST_F(RestartedReleaseTest, ItsPodsAreNewAndItsNextRevisionLeavesThemSo) {
  const auto made = Do(Request(Kind::kInstall, ShopFiles(true)));
  ASSERT_TRUE(made.ok()) << made.status();
  const absl::Time now = absl::FromUnixSeconds(1'795'000'000);
  const absl::Status restarted = Restart(now);
  ASSERT_TRUE(restarted.ok()) << restarted;
  EXPECT_EQ(RestartedAt(), "2026-11-18T11:06:40+00:00");
  EXPECT_EQ(kube::At(Web(), {"status", "updatedReplicas"}), 1);
  const auto upgraded = Do(Request(Kind::kUpgrade, ShopFiles(true), "color: blue"));
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ(RestartedAt(), "2026-11-18T11:06:40+00:00");
  ASSERT_TRUE(Restart(now + absl::Hours(1)).ok());
  EXPECT_EQ(RestartedAt(), "2026-11-18T12:06:40+00:00");
}

}  // namespace
}  // namespace devstats::release
