#include "coordinator/devstats/units/suspending_client.h"

#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/health/suspension.h"
#include "tests/coordinator/addons/units_fixture.h"

// What becomes of the fields' owners is told by a real server (integration/release/suspension_test.cc).
namespace devstats::domain {
namespace {

constexpr char kSpace[] = "devstats-test";

class SuspendingClientTest : public addons::UnitsTest {
 protected:
  SuspendingClientTest() { SeedNamespace(kSpace); }
  static Json CronOfType(const std::string& type, const std::string& schedule = "8 * * * *") {
    return {
        {"apiVersion", "batch/v1"},
        {"kind", "CronJob"},
        {"metadata",
         {{"name", "devstats-keda"}, {"namespace", kSpace}, {"labels", {{"type", type}, {"proj", "keda"}}}}},
        {"spec", {{"schedule", schedule}}}};
  }
  void Hold(const std::set<std::string>& kinds) {
    const absl::Status held = AddHolds(kube_, kSpace, kinds, {.by = "ann", .at = at_});
    ASSERT_TRUE(held.ok()) << held;
  }
  void ApplyThrough(const Json& cron) {
    const auto applied = client_.Apply(cron, {});
    ASSERT_TRUE(applied.ok()) << applied.status();
  }
  Cron Live() {
    const auto crons = ListCrons(kube_, kSpace);
    return crons.ok() && crons->size() == 1 ? crons->front() : Cron();
  }
  const absl::Time at_ = absl::FromUnixSeconds(1'795'000'000);
  SuspendingClient client_{&kube_};
};

TEST_F(SuspendingClientTest, ACronThatIsMadeWhileItsKindIsHeldUpIsSuspended) {
  Hold({"sync"});
  ApplyThrough(CronOfType("cron"));
  EXPECT_TRUE(Live().suspended);
  EXPECT_EQ(Live().suspended_by, "ann");
  EXPECT_EQ(Live().suspended_at, at_);
}

TEST_F(SuspendingClientTest, OthersAreMadeAsTheyAre) {
  Hold({"sync"});
  ApplyThrough(CronOfType("affiliations-cron"));
  EXPECT_FALSE(Live().suspended);
}

// Whoever resumes one cron by hand means it.
TEST_F(SuspendingClientTest, OneThatIsThereAndRunsIsLeftRunning) {
  ApplyThrough(CronOfType("cron"));
  Hold({"sync"});
  ApplyThrough(CronOfType("cron", "9 * * * *"));
  EXPECT_FALSE(Live().suspended);
}

TEST_F(SuspendingClientTest, ADryRunMakesNothing) {
  Hold({"sync"});
  ASSERT_TRUE(client_.Apply(CronOfType("cron"), {.dry_run = true}).ok());
  EXPECT_EQ(Live().name, "");
}

}  // namespace
}  // namespace devstats::domain
