// What became of a sync. The program `devstats` ends well whether a project was synced, failed, or was left
// out because of a flag: only its words in gha_logs tell, and how fresh the data is.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

struct LogLine {
  absl::Time at;
  std::string program, project, message;  // project is empty for what `devstats` says of all
};

enum class Meaning {
  kOther,
  kStarted,         // "Syncing #1 kubernetes"
  kSynced,          // "Synced kubernetes, took: 5m"; "Sync success"
  kFailed,          // "Error result for kubernetes (took 5m): ..."
  kTimedOut,        // "Program 'calc_metric': timeout terminated after 60 seconds ..."
  kNotProvisioned,  // "Missing provisioned flag on 'gha' database ..."
  kAlreadyRunning,  // "Running flag on 'gha' set, exiting"
  kNoDatabase       // "No 'gha' database, cannot check running flag"
};
struct Said {
  Meaning meaning = Meaning::kOther;
  std::string of;  // the project, or the database; empty: that of the line
};
// Pure. That a program has "timeout handler installed" is no timeout, nor is a flag's age a refusal.
Said MeaningOf(const std::string& message);

struct SyncVerdict {
  enum class State {
    kNone,        // nothing is said of it
    kUnfinished,  // begun
    kHealthy,
    kFailed,
    kTimedOut,  // and no end of it is told
    kBlocked    // by a flag, or there is no database
  };
  State state = State::kNone;
  absl::Time at;  // of what decided
  std::string message;
};
const char* NameOf(SyncVerdict::State state);  // "healthy"

// Pure: the last thing said of the project decides. `lines` in order.
SyncVerdict Judge(const std::vector<LogLine>& lines, const std::string& project, const std::string& database);

// From the lines since `since`.
absl::StatusOr<SyncVerdict> JudgeSync(Postgres& postgres, const std::string& project,
                                      const std::string& database, absl::Time since, const Clock& clock);

struct LogFilter {
  std::string project, program;  // empty: all
  absl::Time since = absl::InfinitePast();
  int most = 1000;  // the newest
};
// In order.
absl::StatusOr<std::vector<LogLine>> ReadLog(Postgres& postgres, const LogFilter& filter, const Clock& clock);

// When each project was last synced, of those in the log (it is kept for a week).
absl::StatusOr<std::map<std::string, absl::Time>> LastSyncs(Postgres& postgres, const Clock& clock);

// Hours of GitHub's archive, in UTC. Either is absent in a database that is not provisioned yet.
struct Freshness {
  std::optional<absl::Time> parsed;  // the last hour that was read (gha_parsed)
  std::optional<absl::Time> events;  // the last point of the series that every dashboard has (sevents_h)
};
absl::StatusOr<Freshness> ReadFreshness(Postgres& postgres, const std::string& database);

}  // namespace devstats::postgres
