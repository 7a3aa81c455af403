// The journal of both daemons: what was meant to be done (intents), what came of it (results), and what was
// told (events). It narrows a resume; it never replaces looking: a `done` here is not believed without
// Verify.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/sqlite.h"
#include "devstats/events/v1/events.pb.h"

namespace devstats {

// (operation, step) is the idempotency key of everything that changes something.
struct StepKey {
  std::string operation;
  std::string step;
  std::string Text() const { return operation + "/" + step; }
  friend bool operator==(const StepKey&, const StepKey&) = default;
};

struct StepRecord {
  enum class State { kIntent, kDone, kFailed };
  StepKey key;
  State state = State::kIntent;
  std::string payload;  // digest of the request that the key stands for
  std::string boot_id;  // of the box when the intent was written
  Json intent;          // approved diff, witness
  Json result;          // once done or failed
};

class Journal {
 public:
  // Shares `db` (not owned; opened with a migration list that starts with Journal::Schema()). `clock` is not
  // owned.
  Journal(Database* db, const Clock* clock);
  static std::string Schema();

  // Writes the intent; durable on return. With a record of that key: FailedPrecondition when its payload
  // differs, otherwise the record is an intent again (result dropped). Fault points
  // journal.intent.{before,after}.
  absl::Status WriteIntent(const StepRecord& record);
  // Ends the step: kDone or kFailed. NotFound without an intent. Fault points journal.result.{before,after}.
  absl::Status WriteResult(const StepKey& key, StepRecord::State state, const Json& result);
  absl::StatusOr<std::optional<StepRecord>> Find(const StepKey& key);
  absl::StatusOr<std::vector<StepRecord>> Steps(
      const std::string& operation);  // in the order of their intents
  absl::StatusOr<std::vector<StepRecord>> OpenIntents();
  // Drops the steps of an operation; returns how many.
  absl::StatusOr<int> Forget(const std::string& operation);

  // Events: id and time are given here. Append wakes WaitEvents.
  absl::StatusOr<uint64_t> Append(events::v1::Event event);
  // Up to `limit` events after `since`, oldest first; of one operation unless that is empty.
  absl::StatusOr<std::vector<events::v1::Event>> Events(uint64_t since, const std::string& operation,
                                                        int limit);
  // Waits until there is an event after `since`, at most `timeout`. True when there is one.
  bool WaitEvents(uint64_t since, absl::Duration timeout);

  // Small durable values: "epoch", "cluster_id".
  absl::StatusOr<std::optional<std::string>> GetValue(const std::string& key);
  absl::Status SetValue(const std::string& key, const std::string& value);

 private:
  Database* db_;
  const Clock* clock_;
  absl::Mutex mu_;
  uint64_t last_event_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace devstats
