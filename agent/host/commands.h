// Programs that resources run. Reading ones run as children of the executor; those that change the box run in a
// transient systemd unit named by (operation, step), so that they outlive us, are found again after a restart, and
// never run twice at a time.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/journal.h"
#include "common/subprocess.h"

namespace devstats::agent {

struct Command {
  std::string label;              // unique within its step: "mkfs", "init"; part of the unit's name
  std::vector<std::string> argv;  // absolute path first; never a secret
  std::vector<std::string> environment;
  std::string input;              // to standard input, by a file that only root reads and that is removed afterwards
  absl::Duration timeout = absl::Minutes(10);
};

// Thread-safe.
class Commands {
 public:
  virtual ~Commands() = default;
  // Reads; changes nothing.
  virtual absl::StatusOr<ProcessResult> Observe(const std::vector<std::string>& argv,
                                                const ProcessOptions& options = {}) = 0;
  // Runs to the end and returns its result (both streams in `out`, its end when it is long). With a unit of that key
  // and label there already, from an earlier process of ours: attaches to it instead and returns its result.
  // `line` is told each line of output. A non-zero exit is a result. DeadlineExceeded after the time-out (stopped).
  virtual absl::StatusOr<ProcessResult> Run(const StepKey& key, const Command& command,
                                            const std::function<void(absl::string_view)>& line) = 0;
  // Waits for whatever of this step still runs. OK when nothing does.
  virtual absl::Status Settle(const StepKey& key) = 0;
  // Removes units and output files of the step (its result is safe elsewhere), or of all steps of an operation.
  virtual absl::Status Forget(const StepKey& key) = 0;
  virtual absl::Status ForgetOperation(const std::string& operation) = 0;
};

// "COMMAND failed (exit 1): last words" as an error with the command's own last lines; OK for exit 0.
absl::Status CommandStatus(const std::string& what, const ProcessResult& result);

}  // namespace devstats::agent
