// The options of a kind of job as flags of a command, made from the table of kinds: `--cpus 8 --tsdb-drop`.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "coordinator/ctl/text.h"

namespace CLI {
class App;
}
namespace devstats::jobs {
struct KindSpec;
}

namespace devstats::ctl {

// As written, by name: what CreateJobRequest takes. A flag may be said to be off: --use-flags=false.
using JobOptions = std::map<std::string, std::string>;

// Declares the options of `kind`, which must be one of jobs::AllKinds(), on a verb; what is given lands in
// `options`.
void AddJobFlags(CLI::App* verb, absl::string_view kind, const std::shared_ptr<JobOptions>& options);

// All kinds, and the options of one.
Table JobKindTable();
Table JobOptionTable(const jobs::KindSpec& kind);
// All kinds with their options, as data for programs.
Json JobKindsJson();

}  // namespace devstats::ctl
