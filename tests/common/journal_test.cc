#include "common/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/fault.h"
#include "common/files.h"
#include "tests/common/child.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = StepRecord::State;

StepRecord IntentOf(const std::string& operation, const std::string& step,
                    const std::string& payload = "p1") {
  return {.key = {operation, step}, .payload = payload, .boot_id = "boot-1", .intent = {{"witness", "u-1"}}};
}

std::vector<std::string> KeysOf(const absl::StatusOr<std::vector<StepRecord>>& records) {
  std::vector<std::string> keys;
  if (!records.ok()) return {records.status().ToString()};
  for (const auto& record : *records) keys.push_back(record.key.Text());
  return keys;
}

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { Reopen(); }
  void Reopen() {
    journal_.reset();
    db_.reset();
    auto db = Database::Open(path_, {Journal::Schema()});
    ASSERT_TRUE(db.ok()) << db.status();
    db_ = *std::move(db);
    journal_ = std::make_unique<Journal>(db_.get(), &clock_);
  }
  uint64_t Tell(const std::string& operation, const std::string& message) {
    events::v1::Event event;
    event.set_operation(operation);
    event.set_message(message);
    const auto id = journal_->Append(event);
    EXPECT_TRUE(id.ok()) << id.status();
    return id.value_or(0);
  }
  std::vector<std::string> Told(uint64_t since, const std::string& operation, int limit) {
    std::vector<std::string> out;
    const auto events = journal_->Events(since, operation, limit);
    EXPECT_TRUE(events.ok()) << events.status();
    if (events.ok()) {
      for (const auto& event : *events) out.push_back(event.message());
    }
    return out;
  }

  TempDir dir_;
  const std::string path_ = dir_ / "journal.db";
  FixedClock clock_{absl::FromUnixMillis(1'000'000)};
  std::unique_ptr<Database> db_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, AnIntentIsFoundAsItWasWritten) {
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "s")).ok());
  Reopen();
  const auto found = journal_->Find({"op", "s"});
  ASSERT_TRUE(found.ok() && *found) << found.status();
  EXPECT_EQ((*found)->key, (StepKey{"op", "s"}));
  EXPECT_EQ((*found)->state, State::kIntent);
  EXPECT_EQ((*found)->payload, "p1");
  EXPECT_EQ((*found)->boot_id, "boot-1");
  EXPECT_EQ((*found)->intent, (Json{{"witness", "u-1"}}));
  EXPECT_TRUE((*found)->result.is_null());
  EXPECT_FALSE(*journal_->Find({"op", "other"}));
}

TEST_F(JournalTest, TheSameKeyWithAnotherPayloadIsRefusedAndChangesNothing) {
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "s")).ok());
  ASSERT_TRUE(journal_->WriteResult({"op", "s"}, State::kDone, "ok").ok());
  StepRecord other = IntentOf("op", "s", "p2");
  other.boot_id = "boot-2";
  EXPECT_EQ(journal_->WriteIntent(other).code(), absl::StatusCode::kFailedPrecondition);
  const auto found = *journal_->Find({"op", "s"});
  EXPECT_EQ(found->state, State::kDone);
  EXPECT_EQ(found->payload, "p1");
  EXPECT_EQ(found->boot_id, "boot-1");
  EXPECT_EQ(found->result, "ok");
}

TEST_F(JournalTest, TheSamePayloadMakesItAnIntentAgain) {
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "s")).ok());
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "t")).ok());
  ASSERT_TRUE(journal_->WriteResult({"op", "s"}, State::kFailed, "disk").ok());
  StepRecord again = IntentOf("op", "s");
  again.boot_id = "boot-2";
  again.intent = {{"witness", "u-2"}};
  ASSERT_TRUE(journal_->WriteIntent(again).ok());
  const auto found = *journal_->Find({"op", "s"});
  EXPECT_EQ(found->state, State::kIntent);
  EXPECT_EQ(found->boot_id, "boot-2");
  EXPECT_EQ(found->intent, (Json{{"witness", "u-2"}}));
  EXPECT_TRUE(found->result.is_null());
  EXPECT_THAT(KeysOf(journal_->Steps("op")), ElementsAre("op/s", "op/t"));  // its place stays
}

TEST_F(JournalTest, AKeyMustBeWhole) {
  EXPECT_EQ(journal_->WriteIntent(IntentOf("", "s")).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(journal_->WriteIntent(IntentOf("op", "")).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(JournalTest, KeysWhoseTextsAreEqualStayApart) {
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("a/b", "c")).ok());
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("a", "b/c", "other")).ok());
  EXPECT_EQ(journal_->OpenIntents()->size(), 2u);
}

TEST_F(JournalTest, AResultNeedsAnIntent) {
  EXPECT_EQ(journal_->WriteResult({"op", "s"}, State::kDone, {}).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "s")).ok());
  EXPECT_EQ(journal_->WriteResult({"op", "s"}, State::kIntent, {}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(JournalTest, AResultMayBeRepeatedButNotTurned) {
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", "s")).ok());
  const Json result = {{"changes", 3}};
  ASSERT_TRUE(journal_->WriteResult({"op", "s"}, State::kDone, result).ok());
  EXPECT_TRUE(journal_->WriteResult({"op", "s"}, State::kDone, result).ok());
  EXPECT_EQ(journal_->WriteResult({"op", "s"}, State::kFailed, result).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(journal_->WriteResult({"op", "s"}, State::kDone, {}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*journal_->Find({"op", "s"}))->state, State::kDone);
  EXPECT_EQ((*journal_->Find({"op", "s"}))->result, result);
}

TEST_F(JournalTest, StepsOpenIntentsAndForget) {
  for (const char* step : {"b", "a", "c"}) ASSERT_TRUE(journal_->WriteIntent(IntentOf("op", step)).ok());
  ASSERT_TRUE(journal_->WriteIntent(IntentOf("other", "x")).ok());
  ASSERT_TRUE(journal_->WriteResult({"op", "a"}, State::kDone, {}).ok());
  EXPECT_THAT(KeysOf(journal_->Steps("op")), ElementsAre("op/b", "op/a", "op/c"));
  EXPECT_THAT(KeysOf(journal_->OpenIntents()), ElementsAre("op/b", "op/c", "other/x"));
  EXPECT_EQ(*journal_->Forget("op"), 3);
  EXPECT_EQ(*journal_->Forget("op"), 0);
  EXPECT_THAT(KeysOf(journal_->Steps("op")), IsEmpty());
  EXPECT_THAT(KeysOf(journal_->OpenIntents()), ElementsAre("other/x"));
  EXPECT_TRUE(journal_->WriteIntent(IntentOf("op", "a", "p2")).ok());  // forgotten: any payload
}

TEST_F(JournalTest, EventsAreNumberedTimedAndKept) {
  events::v1::Event event;
  event.set_id(99);
  event.set_time_ms(5);
  event.set_kind(events::v1::Event::PROGRESS);
  event.set_operation("op");
  event.set_unit("disk@node-1");
  event.set_state("running");
  event.set_message("bad byte \xff, größer");
  event.set_elapsed_ms(7);
  ASSERT_EQ(*journal_->Append(event), 1u);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Tell("op", "second"), 2u);
  Reopen();
  const auto events = journal_->Events(0, "", 10);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 2u);
  const auto& first = events->front();
  EXPECT_EQ(first.id(), 1u);
  EXPECT_EQ(first.time_ms(), 1'000'000);
  EXPECT_EQ(first.kind(), events::v1::Event::PROGRESS);
  EXPECT_EQ(first.unit(), "disk@node-1");
  EXPECT_EQ(first.state(), "running");
  EXPECT_EQ(first.elapsed_ms(), 7);
  EXPECT_THAT(first.message(), ::testing::EndsWith("größer"));
  EXPECT_EQ(events->back().time_ms(), 1'001'000);
}

TEST_F(JournalTest, EventsResumeAndFilter) {
  for (const char* m : {"1", "2", "3", "4"}) Tell(std::string(m) == "2" ? "b" : "a", m);
  EXPECT_THAT(Told(0, "", 10), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(Told(2, "", 10), ElementsAre("3", "4"));
  EXPECT_THAT(Told(0, "a", 2), ElementsAre("1", "3"));
  EXPECT_THAT(Told(3, "a", 10), ElementsAre("4"));
  EXPECT_THAT(Told(4, "", 10), IsEmpty());
  EXPECT_THAT(Told(UINT64_MAX, "", 10), IsEmpty());
  EXPECT_THAT(Told(0, "", 0), IsEmpty());
  EXPECT_THAT(Told(0, "", -1), IsEmpty());
}

TEST_F(JournalTest, NumbersAreNeverUsedAgain) {
  Tell("a", "1");
  const uint64_t last = Tell("a", "2");
  ASSERT_TRUE(db_->Run("DELETE FROM events").ok());
  Reopen();
  EXPECT_GT(Tell("a", "3"), last);
}

TEST_F(JournalTest, WaitEventsTellsAtOnceWhatIsThereAndGivesUpOtherwise) {
  EXPECT_FALSE(journal_->WaitEvents(0, absl::ZeroDuration()));
  const uint64_t id = Tell("a", "1");
  EXPECT_TRUE(journal_->WaitEvents(0, absl::InfiniteDuration()));
  EXPECT_FALSE(journal_->WaitEvents(id, absl::Milliseconds(1)));
  Reopen();
  EXPECT_TRUE(journal_->WaitEvents(0, absl::ZeroDuration()));
}

TEST_F(JournalTest, AppendWakesThoseWhoWait) {
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { EXPECT_TRUE(journal_->WaitEvents(0, absl::Minutes(1))); });
  }
  Tell("a", "1");
  for (auto& thread : waiting) thread.join();
}

TEST_F(JournalTest, AFollowerSeesEachEventOnceAndInOrder) {
  constexpr int kWriters = 3, kEach = 30;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) Tell("a", "m");
    });
  }
  uint64_t since = 0;
  while (since < kWriters * kEach && journal_->WaitEvents(since, absl::Minutes(1))) {
    const auto events = journal_->Events(since, "", 7);
    ASSERT_TRUE(events.ok());
    for (const auto& event : *events) ASSERT_EQ(event.id(), ++since);
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(since, uint64_t{kWriters * kEach});
}

TEST_F(JournalTest, Values) {
  EXPECT_EQ(*journal_->GetValue("epoch"), std::nullopt);
  ASSERT_TRUE(journal_->SetValue("epoch", "1").ok());
  ASSERT_TRUE(journal_->SetValue("epoch", "2").ok());
  ASSERT_TRUE(journal_->SetValue("empty", "").ok());
  Reopen();
  EXPECT_EQ(*journal_->GetValue("epoch"), "2");
  EXPECT_EQ(*journal_->GetValue("empty"), "");
}

// Runs a whole step in a process that dies at `point`; what the next one then finds.
std::optional<StepRecord> AfterCut(const std::string& point) {
  TempDir dir;
  EXPECT_TRUE(WriteFileAtomic(dir / "rules", "kill " + point + " op/s\n").ok());
  FixedClock clock(absl::UnixEpoch());
  EXPECT_TRUE(DiesBySigkill([&] {
    if (!EnableFaults(dir / "rules", dir / "hits", true).ok()) _exit(1);
    auto db = Database::Open(dir / "db", {Journal::Schema()});
    Journal journal(db->get(), &clock);
    (void)journal.WriteIntent(IntentOf("op", "s"));
    (void)journal.WriteResult({"op", "s"}, State::kDone, "result");
  })) << point;
  auto db = Database::Open(dir / "db", {Journal::Schema()});
  auto found = Journal(db->get(), &clock).Find({"op", "s"});
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *std::move(found) : std::nullopt;
}

TEST(JournalCut, LeavesWhatWasDurable) {
  EXPECT_FALSE(AfterCut("journal.intent.before"));
  EXPECT_EQ(AfterCut("journal.intent.after")->state, State::kIntent);
  EXPECT_EQ(AfterCut("journal.result.before")->state, State::kIntent);
  EXPECT_EQ(AfterCut("journal.result.after")->state, State::kDone);
}

TEST_F(JournalTest, TwoProcessesCannotBothTakeAKeyForDifferentPayloads) {
  std::vector<std::unique_ptr<Child>> children;
  journal_.reset();
  db_.reset();
  for (int i = 0; i < 4; ++i) {
    children.push_back(std::make_unique<Child>([&, i] {
      Reopen();
      const auto status = journal_->WriteIntent(IntentOf("op", "s", std::to_string(i)));
      _exit(status.ok() ? 0 : absl::IsFailedPrecondition(status) ? 1 : 2);
    }));
  }
  int taken = 0, refused = 0;
  for (auto& child : children) {
    const int code = WEXITSTATUS(child->Wait());
    taken += code == 0;
    refused += code == 1;
  }
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(refused, 3);
}

}  // namespace
}  // namespace devstats
