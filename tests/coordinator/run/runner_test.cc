#include "coordinator/run/runner.h"

#include "absl/synchronization/notification.h"
#include "common/status.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/run/graph_fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

// Units live in `worlds_` so that every graph made for the operation shows the same world.
class RunnerTest : public GraphFixture {
 protected:
  std::unique_ptr<Runner> MakeRunner() {
    return std::make_unique<Runner>(
        &operations_, &journal_,
        [this](const OperationRecord&) -> absl::StatusOr<Graph> {
          if (!maker_error_.ok()) return maker_error_;
          nodes_.clear();
          build_();
          return Graph::Make(std::move(nodes_));
        },
        "boot-1");
  }
  OperationRecord Request() {
    nodes_.clear();
    build_();
    OperationRecord record{.kind = "apply", .actor = "ann", .spec = "s", .file = "f"};
    for (const UnitPlan& plan : Graph::Make(std::move(nodes_))->Plan()) *record.plan.add_units() = plan;
    return record;
  }
  bool Reaches(const std::string& id, const std::string& state) {
    return Eventually([&] { return operations_.Get(id)->state == state; });
  }
  std::vector<std::string> Told(const std::string& id) {
    std::vector<std::string> told;
    const auto events = journal_.Events(0, id, 1000);
    for (const auto& e : *events) told.push_back(e.unit() + (e.unit().empty() ? "" : " ") + e.state());
    return told;
  }

  Operations operations_{db_.get(), &SystemClock()};
  std::function<void()> build_ = [this] { Add("a"); };
  absl::Status maker_error_;
};

TEST_F(RunnerTest, BringsAnOperationToItsEndAndTellsOfIt) {
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(begun.ok()) << begun.status();
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(World("a"), "new");
  EXPECT_TRUE(Eventually([&] { return Told(begun->id).back() == "done"; }));
  EXPECT_THAT(Told(begun->id), ::testing::ElementsAre("running", "a running", "a done", "done"));
  EXPECT_EQ(runner->Units(begun->id).at("a").state, "done");
}

TEST_F(RunnerTest, OnlyUnitsThatActedForgetAndDoSoBeforeTheEnd) {
  std::vector<std::string> forgotten;
  SetWorld("idle", "new");
  build_ = [&] {
    for (const char* name : {"idle", "busy"})
      Add(name)->on_forget = [&, name](const std::string& operation) {
        forgotten.push_back(absl::StrCat(name, " ", operations_.Get(operation)->state));
      };
  };
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_THAT(forgotten, ::testing::ElementsAre("busy running"));
}

TEST_F(RunnerTest, AFailedRunForgetsNothingUntilItIsResumed) {
  int forgotten = 0;
  bool broken = true;
  build_ = [&] {
    FakeUnit* a = Add("a");
    if (broken) a->apply_error = absl::InternalError("no space");
    a->on_forget = [&](const std::string&) { ++forgotten; };
  };
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(Reaches(begun->id, kFailed));
  EXPECT_EQ(forgotten, 0);
  broken = false;
  ASSERT_TRUE(Eventually([&] { return runner->Resume(begun->id).ok(); }));
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(forgotten, 1);
}

TEST_F(RunnerTest, AFailedRunIsResumedByItsId) {
  bool broken = true;
  build_ = [&] {
    FakeUnit* a = Add("a");
    if (broken) a->apply_error = absl::InternalError("no space");
  };
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(begun.ok());
  ASSERT_TRUE(Reaches(begun->id, kFailed));
  EXPECT_THAT(operations_.Get(begun->id)->error, HasSubstr("a: no space"));
  broken = false;
  ASSERT_TRUE(Eventually([&] { return runner->Resume(begun->id).ok(); }));
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(World("a"), "new");
}

// `right` needs nothing at first; `broken` fails the first run, and then passes.
class ResumeTest : public RunnerTest {
 protected:
  std::string FailFirst() {
    SetWorld("right", "new");
    build_ = [this] {
      FakeUnit* right = Add("right");
      right->owner = owner_;
      FakeUnit* broken = Add("broken");
      if (broken_) broken->apply_error = absl::InternalError("no space");
    };
    auto begun = runner_->Start(Request());
    EXPECT_TRUE(begun.ok()) << begun.status();
    EXPECT_TRUE(Reaches(begun->id, kFailed));
    EXPECT_EQ(runner_->Units(begun->id).at("right").state, "unchanged");
    broken_ = false;
    return begun->id;
  }
  std::unique_ptr<Runner> runner_ = MakeRunner();
  Change::Owner owner_ = Change::OURS;
  bool broken_ = true;
};

TEST_F(ResumeTest, MendsUnaskedWhatIsOursAndHasDriftedSince) {
  const std::string id = FailFirst();
  SetWorld("right", "drifted");
  ASSERT_TRUE(Eventually([&] { return runner_->Resume(id).ok(); }));
  ASSERT_TRUE(Reaches(id, kDone));
  EXPECT_EQ(World("right"), "new");
  const auto events = *journal_.Events(0, id, 1000);
  const auto amendments = std::count_if(events.begin(), events.end(), [](const events::v1::Event& e) {
    return e.kind() == events::v1::Event::AMENDMENT && e.unit() == "right";
  });
  EXPECT_EQ(amendments, 1);
}

TEST_F(ResumeTest, WaitsForAnApprovalToTouchWhatIsNotOurs) {
  const std::string id = FailFirst();
  owner_ = Change::FOREIGN;
  SetWorld("right", "somebody else's");
  ASSERT_TRUE(Eventually([&] { return runner_->Resume(id).ok(); }));
  ASSERT_TRUE(Reaches(id, kAwaitingApproval));
  EXPECT_EQ(World("right"), "somebody else's");
  EXPECT_EQ(World("broken"), "new");
  const std::string digest = DigestOf(runner_->Units(id).at("right").amended);
  ASSERT_TRUE(Eventually([&] { return runner_->Approve(id, "right", digest).ok(); }));
  ASSERT_TRUE(Reaches(id, kDone));
  EXPECT_EQ(World("right"), "new");
}

TEST_F(RunnerTest, ARestartGoesOnWithWhatWasUnfinished) {
  auto record = operations_.Begin(Request());  // as if the process had died right after
  ASSERT_TRUE(record.ok());
  auto runner = MakeRunner();
  ASSERT_TRUE(runner->Recover().ok());
  ASSERT_TRUE(Reaches(record->id, kDone));
  EXPECT_EQ(World("a"), "new");
}

TEST_F(RunnerTest, AnApprovalIsForExactlyThePlanThatWaits) {
  build_ = [this] {
    Add("world");
    FakeUnit* later = Add("later", {"world"}, {"world"});
    later->home = "world";
    later->destructive = true;
  };
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(begun.ok());
  ASSERT_TRUE(Reaches(begun->id, kAwaitingApproval));
  EXPECT_EQ(World("later"), "<absent>");
  const std::string digest = DigestOf(runner->Units(begun->id).at("later").amended);
  EXPECT_FALSE(runner->Approve(begun->id, "world", digest).ok());
  const absl::Status wrong = runner->Approve(begun->id, "later", "0000");
  EXPECT_THAT(HintOf(wrong), HasSubstr("--confirm " + digest));
  ASSERT_TRUE(Eventually([&] { return runner->Approve(begun->id, "later", digest).ok(); }));
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(World("later"), "new");
}

TEST_F(RunnerTest, AbortLetsTheRunningUnitEndAndStartsNoMore) {
  absl::Notification in_act, go_on;
  build_ = [&] {
    Add("a")->on_apply = [&] {
      in_act.Notify();
      go_on.WaitForNotification();
    };
    Add("b", {"a"});
  };
  auto runner = MakeRunner();
  auto begun = runner->Start(Request());
  ASSERT_TRUE(begun.ok());
  in_act.WaitForNotification();
  ASSERT_TRUE(runner->Abort(begun->id).ok());
  go_on.Notify();
  ASSERT_TRUE(Reaches(begun->id, kAborted));
  EXPECT_EQ(World("a"), "new");
  EXPECT_EQ(World("b"), "<absent>");
  EXPECT_FALSE(runner->Resume(begun->id).ok());
}

// Takes as long as it is let.
struct LongUnit : FakeUnit {
  using FakeUnit::FakeUnit;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override {
    if (!context.go_on()) return absl::CancelledError("stopped");
    if (begun && !begun->HasBeenNotified()) {
      begun->Notify();
      while (context.go_on()) absl::SleepFor(absl::Milliseconds(1));
      return absl::CancelledError("stopped");
    }
    return FakeUnit::Apply(diff, context);
  }
  absl::Notification* begun = nullptr;
};

class LongRunTest : public RunnerTest {
 protected:
  LongRunTest() {
    build_ = [this] {
      auto unit = std::make_unique<LongUnit>("a", dir_.path(), std::map<std::string, std::string>{{"a", "new"}});
      unit->begun = &begun_;
      nodes_.push_back({.unit = std::move(unit)});
    };
  }
  absl::Notification begun_;
};

TEST_F(LongRunTest, AbortStopsWhatWaitsAndDropsItsPayload) {
  auto runner = MakeRunner();
  OperationRecord request = Request();
  request.payload = "sealed";
  auto begun = runner->Start(std::move(request));
  ASSERT_TRUE(begun.ok());
  begun_.WaitForNotification();
  EXPECT_EQ(operations_.Get(begun->id)->payload, "sealed");
  ASSERT_TRUE(runner->Abort(begun->id).ok());
  ASSERT_TRUE(Reaches(begun->id, kAborted));
  EXPECT_EQ(operations_.Get(begun->id)->payload, "");
  EXPECT_EQ(operations_.Get(begun->id)->error, "not finished: a");
  EXPECT_EQ(World("a"), "<absent>");
}

TEST_F(LongRunTest, AStoppedCoordinatorGoesOnWithItAtTheNextStart) {
  auto runner = MakeRunner();
  OperationRecord request = Request();
  request.payload = "sealed";
  auto begun = runner->Start(std::move(request));
  ASSERT_TRUE(begun.ok());
  begun_.WaitForNotification();
  runner.reset();
  ASSERT_EQ(operations_.Get(begun->id)->state, kRunning);
  EXPECT_EQ((*operations_.Unfinished())[0].payload, "sealed");
  runner = MakeRunner();
  ASSERT_TRUE(runner->Recover().ok());
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(World("a"), "new");
}

TEST_F(RunnerTest, ASpecThatNoLongerMakesAGraphFailsTheOperation) {
  auto runner = MakeRunner();
  OperationRecord request = Request();
  maker_error_ = Hint(absl::InvalidArgumentError("cluster.yaml:1:1: no"), "mend it");
  auto begun = runner->Start(std::move(request));
  ASSERT_TRUE(begun.ok());
  ASSERT_TRUE(Reaches(begun->id, kFailed));
  EXPECT_EQ(operations_.Get(begun->id)->error, "cluster.yaml:1:1: no");
  EXPECT_EQ(operations_.Get(begun->id)->hint, "mend it");
}

TEST_F(RunnerTest, AStoppedCoordinatorLeavesTheRunForTheNextStart) {
  absl::Notification in_act, go_on;
  build_ = [&] {
    FakeUnit* a = Add("a");
    if (!in_act.HasBeenNotified())
      a->on_apply = [&] {
        in_act.Notify();
        go_on.WaitForNotification();
      };
    Add("b", {"a"});
  };
  OperationRecord request = Request();
  auto runner = MakeRunner();
  auto begun = runner->Start(std::move(request));
  ASSERT_TRUE(begun.ok());
  in_act.WaitForNotification();
  std::thread destroyer([&] { runner.reset(); });
  go_on.Notify();
  destroyer.join();
  // Either it stopped between the two, or both were done before the stop was seen; in no case is it lost.
  if (operations_.Get(begun->id)->state == kRunning) {
    runner = MakeRunner();
    ASSERT_TRUE(runner->Recover().ok());
  }
  ASSERT_TRUE(Reaches(begun->id, kDone));
  EXPECT_EQ(World("b"), "new");
}

}  // namespace
}  // namespace devstats::coordinator
