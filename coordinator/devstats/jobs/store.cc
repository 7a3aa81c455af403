#include "coordinator/devstats/jobs/store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/digest.h"
#include "common/secret.h"
#include "common/status.h"

namespace devstats::jobs {
namespace {

constexpr char kColumns[] =
    "id, environment, project, kind, options, actor, weight, state, attempt, retry_of, message, queued, "
    "started, "
    "ended, namespace, pod_uid, pod, doubted, cancelled_by, after_job, stood_before";
constexpr char kList[] = "devstatsctl job list";

int64_t Millis(absl::Time t) { return t == absl::InfinitePast() ? 0 : absl::ToUnixMillis(t); }
absl::Time Moment(const SqlValue& v) {
  return AsInt(v) ? absl::FromUnixMillis(AsInt(v)) : absl::InfinitePast();
}

absl::StatusOr<Job> FromRow(const SqlRow& row) {
  Job job{
      .id = AsText(row[0]), .environment = AsText(row[1]), .project = AsText(row[2]), .kind = AsText(row[3])};
  ASSIGN_OR_RETURN(job.options, ParseJson(AsText(row[4])), "options");
  job.actor = AsText(row[5]);
  job.weight = static_cast<int>(AsInt(row[6]));
  ASSIGN_OR_RETURN(job.state, JobStateOf(AsText(row[7])));
  job.attempt = static_cast<int>(AsInt(row[8]));
  job.retry_of = AsText(row[9]);
  job.message = AsText(row[10]);
  job.queued = Moment(row[11]);
  job.started = Moment(row[12]);
  job.ended = Moment(row[13]);
  job.namespace_ = AsText(row[14]);
  job.pod_uid = AsText(row[15]);
  job.pod = AsInt(row[16]) != 0;
  job.doubted = Moment(row[17]);
  job.cancelled_by = AsText(row[18]);
  job.after = AsText(row[19]);
  job.before = AsText(row[20]);
  return job;
}

absl::Status Missing(const std::string& id) {
  return Hint(absl::NotFoundError(absl::StrCat("there is no job ", id)), kList);
}

// The job that stands for it now: a retry of a retry ... of it, or it itself.
absl::StatusOr<std::string> LastRetry(Database& db, std::string id) {
  while (!id.empty()) {
    ASSIGN_OR_RETURN(const auto rows,
                     db.Run("SELECT id FROM jobs WHERE retry_of = ? ORDER BY n DESC LIMIT 1", {id}));
    if (rows.empty()) break;
    id = AsText(rows[0][0]);
  }
  return id;
}

}  // namespace

std::string Store::Schema() {
  return R"sql(
CREATE TABLE jobs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  environment TEXT NOT NULL,
  project TEXT NOT NULL,
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  actor TEXT NOT NULL,
  weight INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  retry_of TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  queued INTEGER NOT NULL,          -- Unix milliseconds, as all times
  started INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  namespace TEXT NOT NULL DEFAULT '',
  pod_uid TEXT NOT NULL DEFAULT '',
  pod INTEGER NOT NULL DEFAULT 0,   -- 1: there may be one
  doubted INTEGER NOT NULL DEFAULT 0,
  cancelled_by TEXT NOT NULL DEFAULT '',
  log TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_state ON jobs(state, pod);
)sql";
}

std::string Store::AfterColumn() {
  return R"sql(
ALTER TABLE jobs ADD COLUMN after_job TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN stood_before TEXT NOT NULL DEFAULT '';
)sql";
}

absl::StatusOr<std::vector<Job>> Store::Select(const std::string& where, const std::vector<SqlValue>& args) {
  ASSIGN_OR_RETURN(const auto rows, db_->Run(absl::StrCat("SELECT ", kColumns, " FROM jobs ", where), args),
                   "jobs");
  std::vector<Job> jobs;
  for (const SqlRow& row : rows) {
    ASSIGN_OR_RETURN(Job job, FromRow(row), AsText(row[0]));
    jobs.push_back(std::move(job));
  }
  return jobs;
}

absl::Status Store::CheckAfter(const Job& job) {
  if (job.after.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Job before, Get(job.after));
  if (before.environment != job.environment)
    return absl::InvalidArgumentError(
        absl::StrCat("job ", before.id, ", which is to come before, is of environment ", before.environment));
  if (before.state != JobState::kFailed && before.state != JobState::kCancelled) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(absl::StrCat(
                  "job ", before.id, ", which must have succeeded before, ", HowItEnded(before.state))),
              absl::StrCat("devstatsctl job retry ", before.id));
}

absl::StatusOr<Job> Store::Insert(Database& db, Job job) {
  RETURN_IF_ERROR(CheckAfter(job));
  const std::string options = CanonicalJson(job.options);
  if (options.size() > kMaxOptions)
    return absl::InvalidArgumentError(
        absl::StrCat("the options have ", options.size(), " bytes; at most ", kMaxOptions));
  ASSIGN_OR_RETURN(
      const auto same,
      db.Run("SELECT id FROM jobs WHERE state = 'queued' AND environment = ? AND project = ? AND "
             "kind = ? AND options = ?",
             {job.environment, job.project, job.kind, options}));
  if (!same.empty())
    return Hint(absl::AlreadyExistsError(absl::StrCat("the same is queued already, as ", AsText(same[0][0]))),
                absl::StrCat("devstatsctl job show ", AsText(same[0][0])));
  ASSIGN_OR_RETURN(const auto counts, db.Run("SELECT (SELECT COUNT(*) FROM jobs WHERE state = 'queued'), "
                                             "(SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE "
                                             "name = 'jobs')"));
  if (AsInt(counts[0][0]) >= kMaxQueued)
    return Hint(absl::ResourceExhaustedError(absl::StrCat(kMaxQueued, " jobs are queued; no more are taken")),
                kList);
  // The number is the row's; the suffix keeps ids apart when a coordinator was set up anew.
  job.id = absl::StrCat("job-", AsInt(counts[0][1]), "-", RandomSecret(3).Reveal());
  job.state = JobState::kQueued;
  job.queued = absl::FromUnixMillis(absl::ToUnixMillis(clock_->Now()));
  RETURN_IF_ERROR(
      db.Run("INSERT INTO jobs (id, environment, project, kind, options, actor, weight, state, attempt, "
             "retry_of, queued, after_job) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
             {job.id, job.environment, job.project, job.kind, options, job.actor, int64_t{job.weight},
              NameOf(job.state), int64_t{job.attempt}, job.retry_of, Millis(job.queued), job.after}));
  RETURN_IF_ERROR(
      db.Run("DELETE FROM jobs WHERE pod = 0 AND ended > 0 AND n NOT IN (SELECT n FROM jobs WHERE ended > "
             "0 ORDER BY ended DESC, n DESC LIMIT ?) AND id NOT IN (SELECT after_job FROM jobs WHERE state = "
             "'queued')",
             {int64_t{kKeptEnded}}));
  return job;
}

void Store::SetWaker(std::function<void()> waker) {
  const absl::MutexLock lock(&mu_);
  waker_ = std::move(waker);
}

void Store::Wake() {
  const absl::MutexLock lock(&mu_);
  if (waker_) waker_();
}

absl::StatusOr<Job> Store::Add(Job job) {
  absl::StatusOr<Job> added = absl::InternalError("not added");
  RETURN_IF_ERROR(db_->Transact([&](Database& db) {
    added = Insert(db, std::move(job));
    return added.status();
  }));
  Wake();
  return added;
}

absl::StatusOr<Job> Store::Retry(const std::string& id, const std::string& actor) {
  absl::StatusOr<Job> added = absl::InternalError("not added");
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const Job old, Get(id));
    if (old.state != JobState::kFailed && old.state != JobState::kCancelled)
      return absl::FailedPreconditionError(absl::StrCat("job ", id, " is ", NameOf(old.state)));
    ASSIGN_OR_RETURN(
        const auto retries,
        db.Run("SELECT id, state FROM jobs WHERE retry_of = ? AND state IN ('queued', 'running')", {id}));
    if (!retries.empty())
      return absl::AlreadyExistsError(absl::StrCat("job ", id, " is retried by ", AsText(retries[0][0]),
                                                   ", which is ", AsText(retries[0][1])));
    ASSIGN_OR_RETURN(const std::string after, LastRetry(db, old.after));
    added = Insert(db, {.environment = old.environment,
                        .project = old.project,
                        .kind = old.kind,
                        .options = old.options,
                        .actor = actor,
                        .weight = old.weight,
                        .attempt = old.attempt + 1,
                        .retry_of = id,
                        .after = after});
    return added.status();
  }));
  Wake();
  return added;
}

absl::StatusOr<Job> Store::Cancel(const std::string& id, const std::string& actor) {
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const Job job, Get(id));
    if (job.state == JobState::kRunning)
      return db.Run("UPDATE jobs SET cancelled_by = ? WHERE id = ? AND cancelled_by = ''", {actor, id})
          .status();
    if (job.state != JobState::kQueued)
      return absl::FailedPreconditionError(absl::StrCat("job ", id, " has ended: ", NameOf(job.state)));
    return db
        .Run("UPDATE jobs SET state = 'cancelled', cancelled_by = ?, ended = ?, message = ? WHERE id = ?",
             {actor, Millis(clock_->Now()), absl::StrCat("cancelled by ", actor, " before it started"), id})
        .status();
  }));
  Wake();
  return Get(id);
}

absl::StatusOr<Job> Store::Get(const std::string& id) {
  ASSIGN_OR_RETURN(std::vector<Job> found, Select("WHERE id = ?", {id}));
  if (found.empty()) return Missing(id);
  return std::move(found.front());
}

absl::StatusOr<std::vector<Job>> Store::List(const Filter& filter) {
  std::vector<std::string> terms = {"1"};
  std::vector<SqlValue> args;
  const std::pair<const char*, const std::string*> texts[] = {
      {"environment = ?", &filter.environment}, {"project = ?", &filter.project}, {"kind = ?", &filter.kind}};
  for (const auto& [term, value] : texts) {
    if (value->empty()) continue;
    terms.push_back(term);
    args.push_back(*value);
  }
  std::vector<std::string> states;
  for (const JobState state : filter.states) states.push_back(absl::StrCat("'", NameOf(state), "'"));
  if (!states.empty()) terms.push_back(absl::StrCat("state IN (", absl::StrJoin(states, ","), ")"));
  args.push_back(int64_t{filter.limit});
  return Select(absl::StrCat("WHERE ", absl::StrJoin(terms, " AND "), " ORDER BY n DESC LIMIT ?"), args);
}

absl::StatusOr<std::vector<Job>> Store::Open() {
  return Select("WHERE state IN ('queued', 'running') OR pod = 1 ORDER BY n", {});
}

absl::StatusOr<std::string> Store::Log(const std::string& id) {
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT log FROM jobs WHERE id = ?", {id}), "jobs");
  if (rows.empty()) return Missing(id);
  return AsText(rows[0][0]);
}

absl::Status Store::Step(const std::string& id, const std::string& what, const std::string& set,
                         const std::string& from, std::vector<SqlValue> args) {
  args.push_back(id);
  absl::Status status = db_->Transact([&](Database& db) -> absl::Status {
    RETURN_IF_ERROR(db.Run(absl::StrCat("UPDATE jobs SET ", set, " WHERE id = ? AND ", from), args));
    if (db.Changes() == 1) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Job job, Get(id));
    return absl::FailedPreconditionError(absl::StrCat("it is ", NameOf(job.state)));
  });
  return Annotate(status, absl::StrCat("job ", id, ": ", what));
}

absl::Status Store::Note(const std::string& id, const std::string& message) {
  return Step(id, "note", "message = ?", "state IN ('queued', 'running')", {message});
}

absl::Status Store::Intend(const std::string& id, const std::string& name_space, const std::string& before) {
  return Step(
      id, "start",
      "state = 'running', started = ?, namespace = ?, pod = 1, message = 'starting', stood_before = ?",
      "state = 'queued'", {Millis(clock_->Now()), name_space, before});
}

absl::Status Store::Doubt(const std::string& id) {
  return Step(id, "doubt", "doubted = ?", "state = 'running'", {Millis(clock_->Now())});
}

absl::Status Store::Created(const std::string& id, const std::string& pod_uid) {
  return Step(id, "created", "pod_uid = ?", "state = 'running'", {pod_uid});
}

absl::Status Store::End(const std::string& id, JobState state, const std::string& message,
                        const std::string& log) {
  if (!HasEnded(state)) return absl::InternalError(absl::StrCat(NameOf(state), " is no end"));
  return Step(
      id, "end", "state = ?, message = ?, log = ?, ended = ?", "state IN ('queued', 'running')",
      {NameOf(state), message, log.size() > kMaxReportLog ? log.substr(log.size() - kMaxReportLog) : log,
       Millis(clock_->Now())});
}

absl::Status Store::Cleaned(const std::string& id) {
  return Step(id, "clean", "pod = 0", "state NOT IN ('queued', 'running')", {});
}

}  // namespace devstats::jobs
