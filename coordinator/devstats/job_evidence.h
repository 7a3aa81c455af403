// By what a job is judged once its pod has ended: what it left in the databases, and only then how its pod
// ended. The exit status of upstream's programs says little: `devstats` ends well whether a project was
// synced, failed or was left out, and restore.sh ignores the errors of pg_restore.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "coordinator/devstats/jobs/job.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// Whether how the pod ended decides alone. FailedPrecondition, with the reason: the job has failed.
absl::Status JudgePod(jobs::Proof proof, const std::string& phase);

// JobWork::Before of a kind: the newest hour of GitHub's archive that the project's database has; empty: it
// has none, or is not there.
absl::StatusOr<std::string> NewestHour(postgres::Postgres& postgres, const std::string& database);

// JobWork::Judge, after JudgePod, of a job with `project`. Errors of the server are its own.
absl::Status JudgeEvidence(jobs::Proof proof, const jobs::Job& job, const std::string& phase,
                           const spec::ProjectSpec& project, postgres::Postgres& postgres,
                           const Clock& clock);

}  // namespace devstats::domain
