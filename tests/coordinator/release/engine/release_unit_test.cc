#include "coordinator/release/engine/release_unit.h"

#include "common/status.h"
#include "common/unit/execute.h"
#include "coordinator/release/engine/observation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ObjectChange ChangeTo(Action action, const std::string& kind, const std::string& name) {
  ObjectChange change;
  change.ref = {"v1", kind, "shop", name};
  change.action = action;
  return change;
}

ReleaseHook HookOf(const std::string& name, std::vector<std::string> events, int64_t weight = 0) {
  ReleaseHook hook;
  hook.name = name;
  hook.kind = "Job";
  hook.events = std::move(events);
  hook.weight = weight;
  return hook;
}

Transition UpgradeTo(int revision) {
  Transition t;
  t.kind = Kind::kUpgrade;
  t.release.name = "store";
  t.release.name_space = "shop";
  t.release.revision = revision;
  t.history = {{.release = {"store", "shop"}, .revision = revision - 1, .status = ReleaseStatus::kDeployed}};
  return t;
}

UnitPlan PlannedOf(const Transition& t) { return PlanOf(ObservationOf(t)); }

// "CREATE revision 4 of shop/store: '' -> 'upgrade'".
std::vector<std::string> Told(const UnitPlan& plan) {
  std::vector<std::string> lines;
  for (const Change& c : plan.changes())
    lines.push_back(absl::StrCat(Change::Action_Name(c.action()), " ", c.path(), " '", c.before(), "' '",
                                 c.after(), "' ", Change::Owner_Name(c.owner()),
                                 c.destructive() ? " !" : ""));
  return lines;
}

TEST(ReleasePlan, ARevisionIsAChangeEvenIfNoObjectChanges) {
  Transition t = UpgradeTo(4);
  t.changes = {ChangeTo(Action::kUnchanged, "ConfigMap", "same")};
  EXPECT_THAT(Told(PlannedOf(t)), ElementsAre("CREATE revision 4 of shop/store '' 'upgrade' ABSENT"));
  t.nothing = true;
  EXPECT_THAT(Told(PlannedOf(t)), IsEmpty());
}

TEST(ReleasePlan, ObjectsByFieldInTheOrderOfTheirInstallation) {
  Transition t = UpgradeTo(4);
  t.crds = {{.ref = {"apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "things.acme.io"},
             .object = {},
             .path = ""}};
  t.make_namespace = true;
  ObjectChange scaled = ChangeTo(Action::kUpdate, "Deployment", "web");
  scaled.fields = {{".spec.replicas", "1", "2"}, {".spec.paused", "", "true"}};
  ObjectChange adopted = ChangeTo(Action::kUpdate, "Service", "web");
  adopted.fields = {{".spec.type", "ClusterIP", "NodePort"}};
  adopted.adopts = true;
  ObjectChange taken = ChangeTo(Action::kUnchanged, "ConfigMap", "old");
  taken.takes_over = true;
  t.changes = {ChangeTo(Action::kCreate, "ConfigMap", "new"),
               taken,
               scaled,
               adopted,
               ChangeTo(Action::kDelete, "PersistentVolumeClaim", "data"),
               ChangeTo(Action::kDelete, "ConfigMap", "gone")};
  EXPECT_THAT(
      Told(PlannedOf(t)),
      ElementsAre("CREATE revision 4 of shop/store '' 'upgrade' ABSENT", "CREATE Namespace shop '' '' ABSENT",
                  "CREATE CustomResourceDefinition things.acme.io '' '' ABSENT",
                  "CREATE ConfigMap shop/new '' '' ABSENT",
                  "UPDATE ConfigMap shop/old 'set by client-side apply' 'set by server-side apply' OURS",
                  "UPDATE Deployment shop/web .spec.replicas '1' '2' OURS",
                  "UPDATE Deployment shop/web .spec.paused '' 'true' OURS",
                  "UPDATE Service shop/web .spec.type 'ClusterIP' 'NodePort' FOREIGN",
                  "UPDATE Service shop/web '' 'becomes part of the release' FOREIGN",
                  "DELETE PersistentVolumeClaim shop/data '' '' OURS !",
                  "DELETE ConfigMap shop/gone '' '' OURS"));
}

TEST(ReleasePlan, HooksAroundTheObjectsByWeightAndName) {
  Transition t = UpgradeTo(4);
  t.release.hooks = {HookOf("z", {"pre-upgrade", "post-upgrade"}), HookOf("b", {"pre-upgrade"}),
                     HookOf("a", {"pre-upgrade"}, 5), HookOf("other", {"pre-install", "test"})};
  t.changes = {ChangeTo(Action::kCreate, "ConfigMap", "new")};
  EXPECT_THAT(Told(PlannedOf(t)),
              ElementsAre("CREATE revision 4 of shop/store '' 'upgrade' ABSENT",
                          "RUN pre-upgrade hook Job b '' '' OURS", "RUN pre-upgrade hook Job z '' '' OURS",
                          "RUN pre-upgrade hook Job a '' '' OURS", "CREATE ConfigMap shop/new '' '' ABSENT",
                          "RUN post-upgrade hook Job z '' '' OURS"));
  t.options.no_hooks = true;
  EXPECT_EQ(PlannedOf(t).changes_size(), 2);
}

TEST(ReleasePlan, ATestRunsItsHooksAndMakesNoRevision) {
  Transition t = UpgradeTo(4);
  t.kind = Kind::kTest;
  t.release.hooks = {HookOf("a", {"test"}), HookOf("b", {"test"}), HookOf("c", {"pre-upgrade"})};
  EXPECT_THAT(Told(PlannedOf(t)),
              ElementsAre("RUN test hook Job a '' '' OURS", "RUN test hook Job b '' '' OURS"));
  t.options.test_filters = {"name=b"};
  EXPECT_THAT(Told(PlannedOf(t)), ElementsAre("RUN test hook Job b '' '' OURS"));
}

TEST(ReleasePlan, AnUninstallTakesTheReleaseAway) {
  Transition t = UpgradeTo(3);
  t.kind = Kind::kUninstall;
  t.release.hooks = {HookOf("bye", {"post-delete"})};
  t.changes = {ChangeTo(Action::kDelete, "StatefulSet", "db"), ChangeTo(Action::kKeep, "Secret", "key")};
  const UnitPlan plan = PlannedOf(t);
  EXPECT_THAT(Told(plan),
              ElementsAre("DELETE release shop/store '' '' OURS", "DELETE StatefulSet shop/db '' '' OURS !",
                          "RUN post-delete hook Job bye '' '' OURS"));
  EXPECT_THAT(plan.warnings(), ElementsAre("Secret shop/key is kept (helm.sh/resource-policy: keep)"));
  t.options.keep_history = true;
  EXPECT_EQ(Told(PlannedOf(t))[0], "UPDATE revision 3 of shop/store '' 'uninstalled' OURS");
}

TEST(ReleasePlan, WarningsAreNoPreconditionAndFieldsLeftToOthersAreTold) {
  Transition t = UpgradeTo(4);
  ObjectChange cron = ChangeTo(Action::kUnchanged, "CronJob", "nightly");
  cron.left = {{".spec.suspend", "kubectl-edit"}};
  t.changes = {cron};
  t.warnings = {"the chart is deprecated"};
  Json observed = ObservationOf(t);
  EXPECT_THAT(
      observed.at(kWarnings),
      ElementsAre("the chart is deprecated", "CronJob shop/nightly .spec.suspend is left to kubectl-edit"));
  observed.erase(kWarnings);
  Json plain = ObservationOf(UpgradeTo(4));
  plain.erase(kWarnings);
  EXPECT_EQ(observed, plain);
}

TEST(ReleasePlan, WhatThePreconditionIsMadeOf) {
  const Json base = ObservationOf(UpgradeTo(4));
  Transition failed = UpgradeTo(4);
  failed.history[0].status = ReleaseStatus::kFailed;
  EXPECT_NE(ObservationOf(failed), base);
  Transition later = UpgradeTo(4);
  later.history[0].written = absl::FromUnixSeconds(1);
  later.history[0].version = "17";
  EXPECT_EQ(ObservationOf(later), base);
}

TEST(MatchesFilters, AsHelmTest) {
  const ReleaseHook hook = HookOf("a", {"test"});
  EXPECT_TRUE(MatchesFilters(hook, {}));
  EXPECT_TRUE(MatchesFilters(hook, {"name=a", "name=b"}));
  EXPECT_TRUE(MatchesFilters(hook, {"name=b", "name=a"}));
  EXPECT_FALSE(MatchesFilters(hook, {"name=b"}));
  EXPECT_FALSE(MatchesFilters(hook, {"!name=a"}));
  EXPECT_FALSE(MatchesFilters(hook, {"name=a", "!name=a"}));
  EXPECT_TRUE(MatchesFilters(hook, {"!name=b"}));
  EXPECT_FALSE(MatchesFilters(hook, {"kind=Pod"}));
}

class ReleaseUnitTest : public ::testing::Test {
 protected:
  ReleaseUnitTest() {
    acts_.prepare = [this](const ReleaseRequest& request, const Writer& writer,
                           int revision) -> absl::StatusOr<Transition> {
      RETURN_IF_ERROR(prepare_error_);
      asked_.push_back(absl::StrCat(request.release.Text(), " by ", writer.Text(), " for ", revision));
      Transition t = UpgradeTo(revision > 0 ? revision : last_ + 1);
      t.nothing = revision > 0 && revision == last_;
      return t;
    };
    acts_.carry = [this](const Transition& t, const CarryContext& context) -> absl::StatusOr<Release> {
      context.progress("carrying");
      carried_.push_back(absl::StrCat(t.release.revision, " attempt ", context.attempt));
      if (cut_) {
        stop_ = true;
        return absl::CancelledError("stopped");
      }
      RETURN_IF_ERROR(carry_error_);
      last_ = t.release.revision;
      return t.release;
    };
  }
  std::unique_ptr<ReleaseUnit> Make() {
    ReleaseWanted wanted{
        .id = "release shop/store", .inputs = {{"request", "mac"}}, .coordinator = "c", .epoch = 7};
    wanted.request = [] {
      ReleaseRequest request;
      request.release = {"store", "shop"};
      return request;
    };
    return std::make_unique<ReleaseUnit>(std::move(wanted), acts_);
  }
  absl::StatusOr<Execution> Run(ReleaseUnit& unit, const UnitPlan& approved) {
    return Execute(unit, journal_,
                   {.key = {"op-1", unit.id()},
                    .payload = "p",
                    .approved = approved,
                    .boot_id = "boot",
                    .progress = [this](absl::string_view text) { progress_.emplace_back(text); },
                    .go_on = [this] { return !stop_; }});
  }

  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Journal::Schema()});
  Journal journal_{db_.get(), &SystemClock()};
  ReleaseActs acts_;
  int last_ = 3;  // revision, deployed
  bool stop_ = false, cut_ = false;
  absl::Status prepare_error_, carry_error_;
  std::vector<std::string> asked_, carried_, progress_;
};

TEST_F(ReleaseUnitTest, PlannedCarriedAndVerifiedByItsRevision) {
  auto unit = Make();
  const UnitPlan plan = PlanUnit(*unit);
  EXPECT_THAT(Told(plan), ElementsAre("CREATE revision 4 of shop/store '' 'upgrade' ABSENT"));
  ASSERT_NE(unit->transition(), nullptr);
  const auto done = Run(*unit, plan);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  EXPECT_THAT(carried_, ElementsAre("4 attempt 1"));
  EXPECT_THAT(progress_, ElementsAre("carrying"));
  EXPECT_THAT(asked_.back(), HasSubstr("for 4")) << "verified by the witness";
  EXPECT_THAT(asked_.back(), HasSubstr("op-1"));
  EXPECT_EQ(asked_.size(), 3u) << "planned, observed, verified; not once more to act";
}

TEST_F(ReleaseUnitTest, AStopLeavesTheIntentOpenAndTheNextStartGoesOnWithTheSameRevision) {
  auto unit = Make();
  const UnitPlan plan = PlanUnit(*unit);
  cut_ = true;
  EXPECT_TRUE(absl::IsCancelled(Run(*unit, plan).status()));
  EXPECT_EQ((*journal_.Find({"op-1", unit->id()}))->state, StepRecord::State::kIntent);
  cut_ = stop_ = false;
  auto again = Make();
  const auto done = Run(*again, plan);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kResumed);
  EXPECT_THAT(carried_, ElementsAre("4 attempt 1", "4 attempt 1"));
}

TEST_F(ReleaseUnitTest, WhatHasEndedBeforeACutIsFoundSo) {
  auto unit = Make();
  const UnitPlan plan = PlanUnit(*unit);
  cut_ = true;
  EXPECT_FALSE(Run(*unit, plan).ok());
  last_ = 4;  // the other process did get that far
  auto again = Make();
  const auto done = Run(*again, plan);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kResumed);
  EXPECT_EQ(carried_.size(), 1u);
}

TEST_F(ReleaseUnitTest, AClusterThatHasMovedMakesAPlanStale) {
  auto unit = Make();
  const UnitPlan plan = PlanUnit(*unit);
  last_ = 4;
  const auto refused = Run(*Make(), plan);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("has changed since the plan was made"));
  EXPECT_THAT(carried_, IsEmpty());
}

TEST_F(ReleaseUnitTest, AFailureIsNoQuestion) {
  auto unit = Make();
  carry_error_ = absl::AbortedError("the lease is lost");
  const auto failed = Run(*unit, PlanUnit(*unit));
  EXPECT_TRUE(absl::IsFailedPrecondition(failed.status())) << failed.status();
  EXPECT_EQ((*journal_.Find({"op-1", unit->id()}))->state, StepRecord::State::kFailed);
  prepare_error_ = absl::NotFoundError("release: not found");
  EXPECT_EQ(PlanUnit(*unit).error(), "release: not found");
}

TEST_F(ReleaseUnitTest, ATestThatEndedWellIsVerified) {
  auto prepare = acts_.prepare;
  acts_.prepare = [prepare](const ReleaseRequest& r, const Writer& w,
                            int revision) -> absl::StatusOr<Transition> {
    ASSIGN_OR_RETURN(Transition t, prepare(r, w, revision));
    t.kind = Kind::kTest;
    t.nothing = false;
    t.release.hooks = {HookOf("smoke", {"test"})};
    return t;
  };
  auto unit = Make();
  const auto done = Run(*unit, PlanUnit(*unit));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
}

}  // namespace
}  // namespace devstats::release
