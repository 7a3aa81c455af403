// A release's cron that is made while its kind is held up: on a real control plane, where each field has its
// owners.
#include "coordinator/devstats/health/suspension.h"

#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/units/suspending_client.h"
#include "tests/integration/release/engine_fixture.h"

namespace devstats::release {
namespace {

using domain::Cron;

class SuspensionTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    if (!cluster_) return;
    ASSERT_TRUE(
        client_
            ->Create(
                {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_.name_space}}}})
            .ok());
    suspending_ = std::make_unique<domain::SuspendingClient>(client_.get());
  }
  static Files FilesOf(const std::string& schedule) {
    return {{"templates/cron.yaml",
             absl::StrCat(
                 "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: devstats-keda, labels: {type: "
                 "cron, proj: keda}}\nspec:\n  schedule: '",
                 schedule,
                 "'\n  jobTemplate:\n    spec:\n      template:\n        spec: {restartPolicy: Never, "
                 "containers: [{name: c, image: 'example.org/c:1'}]}\n")}};
  }
  void Apply(Kind kind, const std::string& schedule) {
    const auto done = Do(Request(kind, FilesOf(schedule)), suspending_.get());
    ASSERT_TRUE(done.ok()) << done.status();
  }
  Cron Live() {
    const auto crons = domain::ListCrons(*client_, name_.name_space);
    return crons.ok() && crons->size() == 1 ? crons->front() : Cron();
  }
  void Hold() {
    const absl::Status held =
        domain::AddHolds(*client_, name_.name_space, {"sync"}, {.by = "ann", .at = at_});
    ASSERT_TRUE(held.ok()) << held;
  }
  const absl::Time at_ = absl::FromUnixSeconds(1'795'000'000);
  std::unique_ptr<domain::SuspendingClient> suspending_;
};

TEST_F(SuspensionTest, ItIsSuspendedUntilItIsResumedAndTheReleaseChangesTheRest) {
  Hold();
  Apply(Kind::kInstall, "8 * * * *");
  EXPECT_TRUE(Live().suspended);
  EXPECT_EQ(Live().suspended_by, "ann");
  EXPECT_EQ(Live().suspended_at, at_);
  Apply(Kind::kUpgrade, "9 * * * *");
  EXPECT_EQ(Live().schedule, "9 * * * *");
  EXPECT_TRUE(Live().suspended);
  const auto resumed = domain::ResumeCrons(*client_, name_.name_space, {});
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_FALSE(Live().suspended);
  EXPECT_EQ(Live().suspended_by, "");
  Apply(Kind::kUpgrade, "10 * * * *");
  EXPECT_EQ(Live().schedule, "10 * * * *");
  EXPECT_FALSE(Live().suspended);
}

// Cut after the first step: all its fields are the suspension's.
TEST_F(SuspensionTest, ACutIsMendedByTheNextApply) {
  Hold();
  Apply(Kind::kInstall, "8 * * * *");
  Json cut = *client_->Get({"batch/v1beta1", "CronJob", name_.name_space, "devstats-keda"});
  const Json whole{{"apiVersion", cut["apiVersion"]},
                   {"kind", cut["kind"]},
                   {"metadata",
                    {{"name", "devstats-keda"},
                     {"namespace", name_.name_space},
                     {"labels", cut["metadata"]["labels"]},
                     {"annotations", cut["metadata"]["annotations"]}}},
                   {"spec", cut["spec"]}};
  ASSERT_TRUE(client_->Delete({"batch/v1beta1", "CronJob", name_.name_space, "devstats-keda"}, {}).ok());
  ASSERT_TRUE(client_->Apply(whole, {.force = true, .manager = domain::kSuspendManager}).ok());
  Apply(Kind::kUpgrade, "8 * * * *");
  Apply(Kind::kUpgrade, "9 * * * *");
  EXPECT_EQ(Live().schedule, "9 * * * *");
  EXPECT_TRUE(Live().suspended);
}

}  // namespace
}  // namespace devstats::release
