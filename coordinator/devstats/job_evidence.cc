#include "coordinator/devstats/job_evidence.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/flags.h"
#include "coordinator/devstats/postgres/logs.h"

namespace devstats::domain {
namespace {

using postgres::LogLine;
using postgres::Meaning;

absl::Status Wanting(const std::string& what) { return absl::FailedPreconditionError(what); }

std::string HowItEnded(const std::string& phase) {
  return phase.empty() ? "its pod is gone" : absl::StrCat("its pod has ", phase);
}

bool IsError(const LogLine& line) {
  const Meaning meaning = postgres::MeaningOf(line.message).meaning;
  return meaning == Meaning::kFailed || meaning == Meaning::kTimedOut ||
         absl::StartsWith(line.message, "Error");
}

// The rows that its programs wrote for the project: there are some, and the last is no error.
absl::Status JudgeRows(const jobs::Job& job, const spec::ProjectSpec& project, postgres::Postgres& postgres,
                       const Clock& clock) {
  ASSIGN_OR_RETURN(
      const std::vector<LogLine> lines,
      postgres::ReadLog(postgres, {.project = project.name, .since = job.started, .most = 1}, clock));
  if (lines.empty())
    return Wanting(
        absl::StrCat("its pod ended well, but gha_logs has no row of ", project.name, " since it began"));
  if (IsError(lines.back()))
    return Wanting(absl::StrCat("its last words in gha_logs are an error: ", lines.back().program, ": ",
                                lines.back().message));
  return absl::OkStatus();
}

absl::Status JudgeFreshness(const jobs::Job& job, const spec::ProjectSpec& project,
                            postgres::Postgres& postgres) {
  if (job.before.empty() || job.options.value("drop-database", false)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string now, NewestHour(postgres, project.database));
  // Both are written the same way, in UTC.
  if (now >= job.before) return absl::OkStatus();
  return Wanting(absl::StrCat("its data is older than before: the newest hour of ", project.database, " is ",
                              now.empty() ? "none" : now, ", and was ", job.before));
}

absl::Status JudgeProvisioned(const jobs::Job& job, const spec::ProjectSpec& project,
                              postgres::Postgres& postgres, const Clock& clock) {
  ASSIGN_OR_RETURN(const auto flags, postgres::ReadFlags(postgres, project.database), project.database);
  if (!IsProvisioned(flags))
    return Wanting(
        absl::StrCat("its pod ended well, but ", project.database, " is not marked as provisioned"));
  RETURN_IF_ERROR(JudgeRows(job, project, postgres, clock));
  return JudgeFreshness(job, project, postgres);
}

absl::Status JudgeSyncJob(const jobs::Job& job, const std::string& phase, const spec::ProjectSpec& project,
                          postgres::Postgres& postgres, const Clock& clock) {
  ASSIGN_OR_RETURN(const postgres::SyncVerdict verdict,
                   postgres::JudgeSync(postgres, project.name, project.database, job.started, clock));
  if (verdict.state == postgres::SyncVerdict::State::kHealthy) return absl::OkStatus();
  const std::string how = phase == "Succeeded" ? "its pod ended well" : HowItEnded(phase);
  if (verdict.state == postgres::SyncVerdict::State::kNone)
    return Wanting(
        absl::StrCat(how, ", and gha_logs says nothing of a sync of ", project.name, " since it began"));
  return Wanting(absl::StrCat(how, "; the sync is ", NameOf(verdict.state), ": ", verdict.message));
}

}  // namespace

absl::Status JudgePod(jobs::Proof proof, const std::string& phase) {
  // A sync may be done, and its program then be ended by its own time limit.
  if (phase == "Succeeded" || proof == jobs::Proof::kSync) return absl::OkStatus();
  return Wanting(HowItEnded(phase));
}

absl::StatusOr<std::string> NewestHour(postgres::Postgres& postgres, const std::string& database) {
  const absl::StatusOr<postgres::Freshness> fresh = postgres::ReadFreshness(postgres, database);
  if (absl::IsNotFound(fresh.status())) return std::string();
  RETURN_IF_ERROR(fresh.status());
  return fresh->parsed ? absl::FormatTime("%Y-%m-%d %H:%M", *fresh->parsed, absl::UTCTimeZone()) : "";
}

absl::Status JudgeEvidence(jobs::Proof proof, const jobs::Job& job, const std::string& phase,
                           const spec::ProjectSpec& project, postgres::Postgres& postgres,
                           const Clock& clock) {
  switch (proof) {
    case jobs::Proof::kRows:
      return JudgeRows(job, project, postgres, clock);
    case jobs::Proof::kProvisioned:
      return JudgeProvisioned(job, project, postgres, clock);
    case jobs::Proof::kSync:
      return JudgeSyncJob(job, phase, project, postgres, clock);
    case jobs::Proof::kBootstrap:
    case jobs::Proof::kReport:
    case jobs::Proof::kDropped:
    case jobs::Proof::kPod:
      break;
  }
  return absl::OkStatus();
}

}  // namespace devstats::domain
