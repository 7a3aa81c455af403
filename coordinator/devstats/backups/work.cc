#include "coordinator/devstats/backups/work.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::backups {
namespace {

constexpr int kJobsLooked = 1000;  // jobs

// What was said last that is no line of the report.
std::string LastWords(absl::string_view log) {
  std::string last;
  for (const absl::string_view line : absl::StrSplit(log, '\n', absl::SkipWhitespace()))
    if (!absl::StartsWith(line, "devstats-backup-")) last = log::Printable(line.substr(0, 200));
  return last.empty() ? "" : absl::StrCat("; it said: ", last);
}

absl::Status JudgeDump(const Report& report, const std::string& name) {
  const auto it = std::find_if(report.files.begin(), report.files.end(),
                               [&](const File& file) { return file.name == name; });
  if (it == report.files.end()) return absl::FailedPreconditionError(absl::StrCat("there is no ", name));
  if (it->state != State::kGood)
    return absl::FailedPreconditionError(absl::StrCat(
        name, " cannot be read to its end: ", it->reason.empty() ? "no reason given" : it->reason));
  if (it->bytes == 0) return absl::FailedPreconditionError(absl::StrCat(name, " is empty"));
  if (it->modified < report.began) return absl::FailedPreconditionError(absl::StrCat(name, " is an old one"));
  return absl::OkStatus();
}

}  // namespace

absl::Status Judge(const std::string& kind, const Json& options, const std::string& phase,
                   absl::string_view log) {
  const absl::StatusOr<Report> report = ParseReport(log);
  absl::Status status = report.status();
  if (report.ok() && kind == kBackupKind)
    status = JudgeDump(*report, absl::StrCat(options.value("database", ""), ".dump"));
  if (status.ok() && phase != "Succeeded")
    status = absl::FailedPreconditionError(absl::StrCat("its pod has ", phase));
  if (status.ok()) return status;
  // Not to be asked again: the log will not change.
  return absl::FailedPreconditionError(absl::StrCat(status.message(), LastWords(log)));
}

bool IsWhole(const jobs::Job& job) {
  return job.kind == kListKind || (job.kind == kVerifyKind && !job.options.contains("databases"));
}

absl::StatusOr<Told> ReportOf(jobs::Store* store, const std::string& environment, const std::string& id) {
  Told told;
  ASSIGN_OR_RETURN(told.job, store->Get(id));
  const std::string& kind = told.job.kind;
  if (told.job.environment != environment ||
      (kind != kListKind && kind != kVerifyKind && kind != kPruneKind && kind != kBackupKind))
    return absl::NotFoundError(absl::StrCat(id, " is no job on the backups of ", environment));
  if (told.job.state != jobs::JobState::kSucceeded)
    return absl::FailedPreconditionError(absl::StrCat("job ", id, " is ", jobs::NameOf(told.job.state),
                                                      told.job.message.empty() ? "" : ": ",
                                                      told.job.message));
  ASSIGN_OR_RETURN(const std::string log, store->Log(id));
  ASSIGN_OR_RETURN(told.report, ParseReport(log), id);
  return told;
}

absl::StatusOr<std::optional<Told>> NewestReport(jobs::Store* store, const std::string& environment) {
  std::optional<jobs::Job> newest;
  for (const char* kind : {kListKind, kVerifyKind}) {
    ASSIGN_OR_RETURN(const std::vector<jobs::Job> found, store->List({.environment = environment,
                                                                      .kind = kind,
                                                                      .states = {jobs::JobState::kSucceeded},
                                                                      .limit = kJobsLooked}));
    for (const jobs::Job& job : found)
      if (IsWhole(job) && (!newest || job.ended > newest->ended)) newest = job;
  }
  if (!newest) return std::optional<Told>();
  ASSIGN_OR_RETURN(Told told, ReportOf(store, environment, newest->id));
  return std::optional<Told>(std::move(told));
}

}  // namespace devstats::backups
