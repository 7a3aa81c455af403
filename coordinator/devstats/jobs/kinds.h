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
  kChoice      // one of `choices`
};

struct OptionSpec {
  std::string name;  // "cpus"
  OptionType type = OptionType::kFlag;
  std::string key;      // the chart's value: "nCPUs"
  std::string meaning;  // one line, for help
  bool destroys = false;
  int least = 0, most = 0;           // kNumber
  std::vector<std::string> choices;  // kChoice; "none" sets an empty value
};

struct KindSpec {
  std::string name;     // "reinit"
  std::string command;  // "./devstats-helm/reinit.sh"
  std::string meaning;
  bool destroys = false;             // whatever its options
  bool whole_environment = false;    // has no project, and the bootstrap gate
  std::vector<std::string> options;  // that it takes
  std::vector<std::string> needs;    // those of them that must be given
};

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

// The chart's values that the job sets, over those of its environment; the options must have passed Check.
absl::StatusOr<Json> ValuesOf(absl::string_view kind, const Json& options);

}  // namespace devstats::jobs
