#include "coordinator/run/operations.h"

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/secret.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

absl::StatusOr<OperationRecord> FromRow(const SqlRow& row) {
  OperationRecord r{.id = AsText(row[0]),
                    .kind = AsText(row[1]),
                    .state = AsText(row[2]),
                    .actor = AsText(row[3]),
                    .spec = AsText(row[4]),
                    .file = AsText(row[5])};
  ASSIGN_OR_RETURN(Json plan, ParseJson(AsText(row[6])));
  RETURN_IF_ERROR(FromJson(plan, &r.plan), "plan");
  ASSIGN_OR_RETURN(Json units, ParseJson(AsText(row[7])));
  for (const auto& [name, json] : units.items()) RETURN_IF_ERROR(FromJson(json, &r.units[name]), name);
  r.error = AsText(row[8]);
  r.hint = AsText(row[9]);
  r.started = absl::FromUnixMillis(AsInt(row[10]));
  r.ended = AsInt(row[11]) ? absl::FromUnixMillis(AsInt(row[11])) : absl::InfinitePast();
  r.payload = AsText(row[12]);
  return r;
}

absl::Status Busy(const OperationRecord& holder) {
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("operation ", holder.id, " of ", holder.actor, " is ", holder.state)),
              holder.state == kAwaitingApproval
                  ? absl::StrCat("devstatsctl operation show ", holder.id, ", then approve or abort it")
                  : absl::StrCat("watch it: devstatsctl events --follow --operation ", holder.id));
}

}  // namespace

std::string Operations::Schema() {
  return "CREATE TABLE operations (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT "
         "NOT NULL,"
         " state TEXT NOT NULL, actor TEXT NOT NULL, spec TEXT NOT NULL, file TEXT NOT NULL, plan TEXT NOT "
         "NULL,"
         " units TEXT NOT NULL, error TEXT NOT NULL DEFAULT '', hint TEXT NOT NULL DEFAULT '', started "
         "INTEGER NOT NULL,"
         " ended INTEGER NOT NULL DEFAULT 0)";
}

std::string Operations::PayloadColumn() { return "ALTER TABLE operations ADD COLUMN payload BLOB"; }

absl::StatusOr<std::vector<OperationRecord>> Operations::Select(const std::string& where,
                                                                const std::vector<SqlValue>& args,
                                                                bool with_payload) {
  ASSIGN_OR_RETURN(
      auto rows,
      db_->Run(absl::StrCat("SELECT id, kind, state, actor, spec, file, plan, units, error, hint, started,"
                            " ended, ",
                            with_payload ? "payload" : "NULL", " FROM operations ", where),
               args),
      "operations");
  std::vector<OperationRecord> records;
  for (const SqlRow& row : rows) {
    ASSIGN_OR_RETURN(OperationRecord r, FromRow(row), AsText(row[0]));
    records.push_back(std::move(r));
  }
  return records;
}

absl::StatusOr<OperationRecord> Operations::Begin(OperationRecord record) {
  ASSIGN_OR_RETURN(auto holders, Unfinished());
  if (!holders.empty()) return Busy(holders.front());
  record.state = kRunning;
  record.started = clock_->Now();
  absl::Status status = db_->Transact([&](Database& db) -> absl::Status {
    // The number is the row's; the suffix keeps ids apart when a coordinator was set up anew.
    ASSIGN_OR_RETURN(
        auto last,
        db.Run("SELECT COALESCE(MAX(n), 0) + 1, (SELECT COUNT(*) FROM operations WHERE state IN (?, ?))"
               " FROM operations",
               {kRunning, kAwaitingApproval}));
    if (AsInt(last[0][1]) > 0) return absl::FailedPreconditionError("another operation has just begun");
    record.id = absl::StrCat("op-", AsInt(last[0][0]), "-", RandomSecret(2).Reveal());
    // Nobody can resume the others any more.
    RETURN_IF_ERROR(db.Run("UPDATE operations SET payload = NULL WHERE payload IS NOT NULL"));
    return db
        .Run(
            "INSERT INTO operations (id, kind, state, actor, spec, file, plan, units, started, payload) VALUES "
            "(?,?,?,?,?,?,?,'{}',?,?)",
            {record.id, record.kind, record.state, record.actor, record.spec, record.file,
             CanonicalJson(ToJson(record.plan)), absl::ToUnixMillis(record.started), record.payload})
        .status();
  });
  RETURN_IF_ERROR(status, "operations");
  return record;
}

absl::StatusOr<OperationRecord> Operations::Get(const std::string& id) {
  ASSIGN_OR_RETURN(auto found, Select("WHERE id = ?", {id}, true));
  if (found.empty())
    return Hint(absl::NotFoundError(absl::StrCat("there is no operation ", id)),
                "devstatsctl operation list");
  return found.front();
}

absl::StatusOr<std::vector<OperationRecord>> Operations::Latest(int limit) {
  return Select("ORDER BY n DESC LIMIT ?", {int64_t{limit}});
}

absl::StatusOr<std::vector<OperationRecord>> Operations::Unfinished() {
  return Select("WHERE state IN (?, ?) ORDER BY n", {kRunning, kAwaitingApproval}, true);
}

absl::StatusOr<std::optional<OperationRecord>> Operations::Current() {
  ASSIGN_OR_RETURN(auto found, Select("WHERE state <> ? AND kind NOT LIKE 'release %' ORDER BY n DESC LIMIT 1", {kAborted}));
  if (found.empty()) return std::nullopt;
  return found.front();
}

absl::Status Operations::Reopen(const std::string& id) {
  ASSIGN_OR_RETURN(auto latest, Latest(1));
  ASSIGN_OR_RETURN(OperationRecord r, Get(id));
  if (r.state == kDone || r.state == kAborted)
    return absl::FailedPreconditionError(
        absl::StrCat("operation ", id, " is ", r.state, "; there is nothing to resume"));
  if (latest.front().id != id)
    return Hint(
        absl::FailedPreconditionError(absl::StrCat("operation ", id, " was followed by ", latest.front().id)),
        "apply again instead");
  return db_
      ->Run("UPDATE operations SET state = ?, error = '', hint = '', ended = 0 WHERE id = ?", {kRunning, id})
      .status();
}

absl::Status Operations::End(const std::string& id, const std::string& state, const std::string& error,
                             const std::string& hint) {
  const int64_t ended = state == kAwaitingApproval ? 0 : absl::ToUnixMillis(clock_->Now());
  const bool final = state == kDone || state == kAborted;
  return db_
      ->Run(absl::StrCat("UPDATE operations SET state = ?, error = ?, hint = ?, ended = ?",
                         final ? ", payload = NULL" : "", " WHERE id = ?"),
            {state, error, hint, ended, id})
      .status();
}

absl::Status Operations::ApproveUnit(const std::string& id, const UnitPlan& plan) {
  ASSIGN_OR_RETURN(OperationRecord r, Get(id));
  r.units[plan.unit()] = plan;
  Json units = Json::object();
  for (const auto& [name, unit] : r.units) units[name] = ToJson(unit);
  return db_->Run("UPDATE operations SET units = ? WHERE id = ?", {CanonicalJson(units), id}).status();
}

}  // namespace devstats::coordinator
