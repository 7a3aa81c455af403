// The kinds of jobs there are, with the options that each takes: typed, bounded, and named for what they do.
// Which value of the chart an option sets, and which script of the image a kind runs, stands in the table
// (kind_table.cc) and nowhere else. Sources: the chart's sections "bootstrap" and "provisions", and what
// operators run in them. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"

namespace devstats::jobs {

enum class OptionType {
  kFlag,       // true or false
  kNumber,     // least..most
  kQuantity,   // of a resource: "500m", "2Gi"
  kDate,       // "2026-01-31"
  kRange,      // "2 weeks"
  kDurations,  // of programs, with the exit code of one that takes longer: "calc_metric:48h:102"
  kPeriods,    // "d7:t,m:f"
  kNames,      // "a,b": letters, digits and _.-
  kPath,       // in the image: "metrics/shared/metrics.yaml"
  kUrl,        // http or https
  kFiles,      // of backups, as a list told of them: "keda.dump:1024:1795000000,..."
  kChoice,     // one of `choices`
  kLife        // how long a pod is there: "90m", "4h"; 1m..72h
};

struct OptionSpec {
  std::string name;  // "cpus"
  OptionType type = OptionType::kFlag;
  // The chart's value: "nCPUs"; or "env:NAME", of its container's environment; empty: it is the coordinator's
  // to heed.
  std::string key;
  std::string meaning;  // one line, for help
  bool destroys = false;
  int least = 0, most = 0;           // kNumber
  std::vector<std::string> choices;  // kChoice; "none" sets an empty value
};

// Which of the chart's pods a job is.
enum class PodKind {
  kProvision,  // of a project
  kBootstrap,
  kSync,     // of a project, as its cron job makes it
  kBackups,  // as its cron job has it, with their volume
  kReports,
  kVacuum,  // as its cron job has it
  kTests
};

// By what it is known that a job has done its work, beside that its pod ended well.
enum class Proof {
  kPod,          // nothing else
  kBootstrap,    // the database of logs has its flags' table
  kReport,       // what it tells of files (backups/report.h)
  kDropped,      // the project's database is gone
  kRows,         // its programs' rows in gha_logs
  kProvisioned,  // rows, the flag, and data that is no older than before
  kSync          // what gha_logs says of the sync, however its pod ended
};

struct KindSpec {
  std::string name;     // "reinit"
  std::string command;  // "./devstats-helm/reinit.sh"
  std::string meaning;
  bool destroys = false;           // whatever its options
  bool whole_environment = false;  // has no project
  bool alone = false;              // nothing else runs in its environment meanwhile
  std::string script;            // what /bin/sh runs there: fixed text; what it tells is read, and kept whole
  bool without_secrets = false;  // its pod sees none of those that the chart gives it
  std::string verb;              // it is queued by this verb alone: "backup run"
  std::vector<std::string> options;  // that it takes
  std::vector<std::string> needs;    // those of them that must be given
  PodKind pod = PodKind::kProvision;
  Proof proof = Proof::kPod;
  std::map<std::string, std::string> values = {};  // of the chart, always set
  // Does nothing but be there, for somebody to work in, until its option `ttl` has passed.
  bool sleeps = false;
};
inline constexpr char kLifeOption[] = "ttl";
inline constexpr char kDropKind[] = "drop", kImageProjectsKind[] = "image-projects";

const std::vector<OptionSpec>& AllOptions();
const std::vector<KindSpec>& AllKinds();

// InvalidArgument, with what may have been meant.
absl::StatusOr<const KindSpec*> FindKind(absl::string_view name);
absl::StatusOr<const OptionSpec*> FindOption(const KindSpec& kind, absl::string_view name);

// Options as a person writes them ("cpus" -> "8") as typed ones ({"cpus": 8}). InvalidArgument names the
// option, what is wrong with it and what it should be.
absl::StatusOr<Json> ParseOptions(const KindSpec& kind, const std::map<std::string, std::string>& texts);
// Typed options, as kept with a job.
absl::Status Check(const KindSpec& kind, const Json& options);
// What the job destroys, in words ("drops its series"); empty: nothing.
std::string Destroys(const KindSpec& kind, const Json& options);

// Of a job that sleeps: how long.
absl::Duration LifeOf(const Json& options);
// Whether it replaces or drops the whole database of its project, so that a backup should come before.
bool ReplacesDatabase(const KindSpec& kind, const Json& options);

// What its container's environment has beside what the chart gives it, by name.
std::map<std::string, std::string> EnvironmentOf(const KindSpec& kind, const Json& options);
// The chart's values that the job sets, over those of its environment; the options must have passed Check.
absl::StatusOr<Json> ValuesOf(absl::string_view kind, const Json& options);

}  // namespace devstats::jobs
