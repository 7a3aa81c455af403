#include "common/journal.h"

#include <algorithm>

#include "common/fault.h"
#include "common/status.h"
#include "common/utf8.h"

namespace devstats {
namespace {

using State = StepRecord::State;

constexpr char kStepColumns[] = "operation, step, state, payload, boot_id, intent, result";

// Stands in the database: never renumber.
int64_t Number(State state) {
  switch (state) {
    case State::kIntent:
      return 0;
    case State::kDone:
      return 1;
    case State::kFailed:
      return 2;
  }
  return 2;
}

absl::StatusOr<StepRecord> ToRecord(const SqlRow& row) {
  StepRecord record;
  record.key = {AsText(row[0]), AsText(row[1])};
  const int64_t state = AsInt(row[2]);
  record.state = state == 0 ? State::kIntent : state == 1 ? State::kDone : State::kFailed;
  record.payload = AsText(row[3]);
  record.boot_id = AsText(row[4]);
  ASSIGN_OR_RETURN(record.intent, ParseJson(AsText(row[5]), 200), record.key.Text());
  ASSIGN_OR_RETURN(record.result, ParseJson(AsText(row[6]), 200), record.key.Text());
  return record;
}

absl::StatusOr<std::vector<StepRecord>> ToRecords(const absl::StatusOr<std::vector<SqlRow>>& rows) {
  RETURN_IF_ERROR(rows.status(), "journal");
  std::vector<StepRecord> records;
  for (const SqlRow& row : *rows) {
    ASSIGN_OR_RETURN(StepRecord record, ToRecord(row), "journal");
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

std::string Journal::Schema() {
  return R"sql(
    CREATE TABLE steps (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      operation TEXT NOT NULL,
      step TEXT NOT NULL,
      state INTEGER NOT NULL,
      payload TEXT NOT NULL,
      boot_id TEXT NOT NULL,
      intent TEXT NOT NULL,
      result TEXT NOT NULL,
      intent_ms INTEGER NOT NULL,
      result_ms INTEGER,
      UNIQUE (operation, step)
    ) STRICT;
    CREATE INDEX steps_open ON steps (seq) WHERE state = 0;
    CREATE TABLE events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again, so that "since" stays true
      time_ms INTEGER NOT NULL,
      operation TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_operation ON events (operation, id);
    CREATE TABLE vars (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  )sql";
}

Journal::Journal(Database* db, const Clock* clock) : db_(db), clock_(clock) {
  // An error here shows again at the first use, where it can be returned.
  const auto rows = db_->Run("SELECT max(id) FROM events");
  if (!rows.ok()) return;
  absl::MutexLock lock(&mu_);
  last_event_ = static_cast<uint64_t>(AsInt((*rows)[0][0]));
}

absl::Status Journal::WriteIntent(const StepRecord& record) {
  if (record.key.operation.empty() || record.key.step.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("journal: \"", record.key.Text(), "\" is not a whole key"));
  }
  const std::string key = record.key.Text();
  FaultPoint("journal.intent.before", key);
  // One statement, so that looking for another payload and writing cannot be cut or raced apart.
  ASSIGN_OR_RETURN(
      const auto rows,
      db_->Run(
          "INSERT INTO steps (operation, step, state, payload, boot_id, intent, result, intent_ms) "
          "VALUES (?, ?, 0, ?, ?, ?, 'null', ?) ON CONFLICT (operation, step) DO UPDATE SET state = 0, "
          "boot_id = excluded.boot_id, intent = excluded.intent, result = 'null', "
          "intent_ms = excluded.intent_ms, result_ms = NULL WHERE payload = excluded.payload RETURNING seq",
          {record.key.operation, record.key.step, record.payload, record.boot_id,
           CanonicalJson(record.intent), absl::ToUnixMillis(clock_->Now())}),
      absl::StrCat("journal: intent of ", key));
  if (rows.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("journal: ", key, " was asked before with another payload"));
  }
  FaultPoint("journal.intent.after", key);
  return absl::OkStatus();
}

absl::Status Journal::WriteResult(const StepKey& key, State state, const Json& result) {
  const std::string context = absl::StrCat("journal: result of ", key.Text());
  if (state == State::kIntent)
    return absl::InvalidArgumentError(absl::StrCat(context, ": an intent ends nothing"));
  const std::string text = CanonicalJson(result);
  FaultPoint("journal.result.before", key.Text());
  // The same result twice is the same result: a caller cut before its answer asks again.
  ASSIGN_OR_RETURN(
      const auto rows,
      db_->Run("UPDATE steps SET state = ?1, result = ?2, result_ms = coalesce(result_ms, ?3) "
               "WHERE operation = ?4 AND step = ?5 AND (state = 0 OR (state = ?1 AND result = ?2)) "
               "RETURNING seq",
               {Number(state), text, absl::ToUnixMillis(clock_->Now()), key.operation, key.step}),
      context);
  if (rows.empty()) {
    ASSIGN_OR_RETURN(const auto found, Find(key), context);
    if (!found) return absl::NotFoundError(absl::StrCat(context, ": there is no intent"));
    return absl::FailedPreconditionError(absl::StrCat(context, ": it has ended otherwise already"));
  }
  FaultPoint("journal.result.after", key.Text());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StepRecord>> Journal::Find(const StepKey& key) {
  ASSIGN_OR_RETURN(auto records,
                   ToRecords(db_->Run(
                       absl::StrCat("SELECT ", kStepColumns, " FROM steps WHERE operation = ? AND step = ?"),
                       {key.operation, key.step})));
  if (records.empty()) return std::nullopt;
  return std::move(records[0]);
}

absl::StatusOr<std::vector<StepRecord>> Journal::Steps(const std::string& operation) {
  return ToRecords(db_->Run(
      absl::StrCat("SELECT ", kStepColumns, " FROM steps WHERE operation = ? ORDER BY seq"), {operation}));
}

absl::StatusOr<std::vector<StepRecord>> Journal::OpenIntents() {
  return ToRecords(
      db_->Run(absl::StrCat("SELECT ", kStepColumns, " FROM steps WHERE state = 0 ORDER BY seq")));
}

absl::StatusOr<int> Journal::Forget(const std::string& operation) {
  ASSIGN_OR_RETURN(const auto rows,
                   db_->Run("DELETE FROM steps WHERE operation = ? RETURNING seq", {operation}), "journal");
  return static_cast<int>(rows.size());
}

absl::StatusOr<uint64_t> Journal::Append(events::v1::Event event) {
  MakeUtf8(&event);
  event.clear_id();
  event.set_time_ms(absl::ToUnixMillis(clock_->Now()));
  ASSIGN_OR_RETURN(const auto rows,
                   db_->Run("INSERT INTO events (time_ms, operation, body) VALUES (?, ?, ?) RETURNING id",
                            {event.time_ms(), event.operation(), CanonicalJson(ToJson(event))}),
                   "journal: event");
  const auto id = static_cast<uint64_t>(AsInt(rows[0][0]));
  absl::MutexLock lock(&mu_);
  last_event_ = std::max(last_event_, id);
  return id;
}

absl::StatusOr<std::vector<events::v1::Event>> Journal::Events(uint64_t since, const std::string& operation,
                                                               int limit) {
  // Above what AUTOINCREMENT can give there is nothing; as a signed number it would be before everything.
  const auto after = static_cast<int64_t>(std::min<uint64_t>(since, INT64_MAX));
  const int64_t most = std::max(limit, 0);
  ASSIGN_OR_RETURN(
      const auto rows,
      operation.empty()
          ? db_->Run("SELECT id, body FROM events WHERE id > ? ORDER BY id LIMIT ?", {after, most})
          : db_->Run("SELECT id, body FROM events WHERE operation = ? AND id > ? ORDER BY id LIMIT ?",
                     {operation, after, most}),
      "journal");
  std::vector<events::v1::Event> events;
  for (const SqlRow& row : rows) {
    ASSIGN_OR_RETURN(const Json body, ParseJson(AsText(row[1]), 200), "journal: event");
    RETURN_IF_ERROR(FromJson(body, &events.emplace_back()), "journal: event");
    events.back().set_id(static_cast<uint64_t>(AsInt(row[0])));
  }
  return events;
}

bool Journal::WaitEvents(uint64_t since, absl::Duration timeout) {
  const auto newer = [this, since]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return last_event_ > since; };
  absl::MutexLock lock(&mu_);
  return mu_.AwaitWithTimeout(absl::Condition(&newer), timeout);
}

absl::StatusOr<std::optional<std::string>> Journal::GetValue(const std::string& key) {
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT value FROM vars WHERE name = ?", {key}), "journal");
  if (rows.empty()) return std::nullopt;
  return AsText(rows[0][0]);
}

absl::Status Journal::SetValue(const std::string& key, const std::string& value) {
  FaultPoint("journal.value.before", key);
  RETURN_IF_ERROR(db_->Run("INSERT INTO vars (name, value) VALUES (?, ?) "
                           "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                           {key, value}),
                  absl::StrCat("journal: value ", key));
  FaultPoint("journal.value.after", key);
  return absl::OkStatus();
}

}  // namespace devstats
