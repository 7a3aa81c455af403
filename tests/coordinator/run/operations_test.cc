#include "coordinator/run/operations.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

class OperationsTest : public ::testing::Test {
 protected:
  OperationRecord Begin(const std::string& spec = "s") {
    Plan plan;
    plan.add_units()->set_unit("host@a");
    auto record = operations_.Begin({.kind = "apply", .actor = "ann", .spec = spec, .file = "f", .plan = plan});
    EXPECT_TRUE(record.ok()) << record.status();
    return record.value_or(OperationRecord());
  }
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Operations::Schema(), Operations::PayloadColumn()});
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  Operations operations_{db_.get(), &clock_};
};

TEST_F(OperationsTest, KeepsWhatWasAskedAndApproved) {
  const OperationRecord begun = Begin();
  EXPECT_THAT(begun.id, ::testing::MatchesRegex("op-1-[0-9a-f]{4}"));
  auto kept = operations_.Get(begun.id);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->state, kRunning);
  EXPECT_EQ(kept->actor, "ann");
  EXPECT_EQ(kept->plan.units(0).unit(), "host@a");
  EXPECT_EQ(kept->started, clock_.Now());
  EXPECT_EQ(kept->ended, absl::InfinitePast());
}

TEST_F(OperationsTest, ASecondRunIsRefusedWithTheHoldersName) {
  const OperationRecord first = Begin();
  auto second = operations_.Begin({.kind = "apply", .actor = "bob"});
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status()));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(first.id + " of ann is running"));
  EXPECT_THAT(HintOf(second.status()), HasSubstr("events --follow --operation " + first.id));
  ASSERT_TRUE(operations_.End(first.id, kAwaitingApproval, "", "").ok());
  second = operations_.Begin({.kind = "apply", .actor = "bob"});
  EXPECT_THAT(HintOf(second.status()), HasSubstr("approve or abort"));
  ASSERT_TRUE(operations_.End(first.id, kDone, "", "").ok());
  EXPECT_TRUE(operations_.Begin({.kind = "apply", .actor = "bob"}).ok());
}

TEST_F(OperationsTest, OnlyTheLatestUnfinishedOneCanBeResumed) {
  const OperationRecord first = Begin();
  ASSERT_TRUE(operations_.End(first.id, kFailed, "why", "what").ok());
  EXPECT_EQ(operations_.Get(first.id)->error, "why");
  ASSERT_TRUE(operations_.Reopen(first.id).ok());
  EXPECT_EQ(operations_.Get(first.id)->state, kRunning);
  EXPECT_EQ(operations_.Get(first.id)->error, "");
  ASSERT_TRUE(operations_.End(first.id, kFailed, "", "").ok());
  const OperationRecord second = Begin();
  const absl::Status old = operations_.Reopen(first.id);
  EXPECT_THAT(std::string(old.message()), HasSubstr("was followed by " + second.id));
  ASSERT_TRUE(operations_.End(second.id, kDone, "", "").ok());
  EXPECT_THAT(std::string(operations_.Reopen(second.id).message()), HasSubstr("nothing to resume"));
}

TEST_F(OperationsTest, AmendedPlansAreKeptBesideTheApprovedOne) {
  const OperationRecord record = Begin();
  UnitPlan amended;
  amended.set_unit("host@a");
  amended.add_changes()->set_path("x");
  ASSERT_TRUE(operations_.ApproveUnit(record.id, amended).ok());
  EXPECT_EQ(operations_.Get(record.id)->units.at("host@a").changes(0).path(), "x");
  EXPECT_EQ(operations_.Get(record.id)->plan.units(0).changes_size(), 0);
}

TEST_F(OperationsTest, TheSpecInForceIsTheNewestThatWasNotAborted) {
  EXPECT_FALSE(operations_.Current()->has_value());
  const OperationRecord first = Begin("one");
  ASSERT_TRUE(operations_.End(first.id, kDone, "", "").ok());
  const OperationRecord second = Begin("two");
  ASSERT_TRUE(operations_.End(second.id, kAborted, "", "").ok());
  EXPECT_EQ((*operations_.Current())->spec, "one");
}

TEST_F(OperationsTest, ReleasesHaveNoSpec) {
  const OperationRecord first = Begin("one");
  ASSERT_TRUE(operations_.End(first.id, kDone, "", "").ok());
  ASSERT_TRUE(operations_.Begin({.kind = "release upgrade shop/store", .actor = "ann"}).ok());
  EXPECT_EQ((*operations_.Current())->spec, "one");
}

TEST_F(OperationsTest, APayloadIsKeptAsLongAsItMayBeNeeded) {
  const std::string payload("\0\xffsealed", 8);
  const auto begin = [&](const std::string& state) {
    const std::string id =
        operations_.Begin({.kind = "release install a/b", .actor = "ann", .payload = payload})->id;
    EXPECT_EQ(operations_.Get(id)->payload, payload);
    EXPECT_EQ((*operations_.Unfinished())[0].payload, payload);
    EXPECT_EQ((*operations_.Latest(1))[0].payload, "") << "not read for lists";
    EXPECT_TRUE(operations_.End(id, state, "", "").ok());
    return id;
  };
  EXPECT_EQ(operations_.Get(begin(kDone))->payload, "");
  EXPECT_EQ(operations_.Get(begin(kAborted))->payload, "");
  const std::string failed = begin(kFailed);
  EXPECT_EQ(operations_.Get(failed)->payload, payload) << "it may be resumed";
  begin(kDone);
  EXPECT_EQ(operations_.Get(failed)->payload, "") << "it was followed by another";
}

TEST(OperationsMigration, ADatabaseOfAnOlderVersionIsGoneOnWith) {
  const TempDir dir;
  const std::string file = dir.path() + "/state.db";
  std::string id;
  {
    auto old = *Database::Open(file, {Operations::Schema()});
    id = "op-1-abcd";
    ASSERT_TRUE(old->Run("INSERT INTO operations (id, kind, state, actor, spec, file, plan, units, started) VALUES "
                         "(?, 'apply', 'running', 'ann', 's', 'f', '{}', '{}', 1)",
                         {id})
                    .ok());
  }
  auto db = *Database::Open(file, {Operations::Schema(), Operations::PayloadColumn()});
  Operations operations(db.get(), &SystemClock());
  EXPECT_EQ((*operations.Unfinished())[0].payload, "");
  ASSERT_TRUE(operations.End(id, kDone, "", "").ok());
  const auto next = operations.Begin({.kind = "release install a/b", .actor = "ann", .payload = "p"});
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(operations.Get(next->id)->payload, "p");
}

TEST_F(OperationsTest, UnknownIdsAreNotFound) {
  EXPECT_TRUE(absl::IsNotFound(operations_.Get("op-9-ffff").status()));
  EXPECT_TRUE(absl::IsNotFound(operations_.Reopen("op-9-ffff")) || !operations_.Reopen("op-9-ffff").ok());
}

}  // namespace
}  // namespace devstats::coordinator
