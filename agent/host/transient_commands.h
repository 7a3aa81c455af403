// Commands as transient units of systemd: they outlive this process, and the next one finds them by their
// names.
#pragma once
#include <memory>
#include <string>

#include "agent/host/bus.h"
#include "agent/host/commands.h"

namespace devstats::agent {

// "devstats-cmd-OPERATION-STEP-LABEL": digests of the first two, since unit names take neither their
// characters nor their lengths; `systemctl status` shows the plain ones as the description. Without
// ".service".
std::string CommandUnit(const StepKey& key, const std::string& label);
// What the names of all units of a step, or of an operation, begin with.
std::string CommandPrefix(const StepKey& key);
std::string CommandPrefix(const std::string& operation);

class TransientCommands : public Commands {
 public:
  // `folder` holds output and input while they are needed; it is made, 0700.
  explicit TransientCommands(std::string folder) : folder_(std::move(folder)) {}

  absl::StatusOr<ProcessResult> Observe(const std::vector<std::string>& argv,
                                        const ProcessOptions& options = {}) override;
  absl::StatusOr<ProcessResult> Run(const StepKey& key, const Command& command,
                                    const std::function<void(absl::string_view)>& line) override;
  absl::Status Settle(const StepKey& key) override;
  absl::Status Forget(const StepKey& key) override;
  absl::Status ForgetOperation(const std::string& operation) override;

 private:
  std::string OutputOf(const std::string& unit) const { return folder_ + "/" + unit + ".out"; }
  std::string InputOf(const std::string& unit) const { return folder_ + "/" + unit + ".in"; }
  absl::Status Start(Bus& bus, const StepKey& key, const Command& command, const std::string& unit);
  // Of our files: names of the units with this prefix that were ever started and not forgotten.
  absl::StatusOr<std::vector<std::string>> Started(const std::string& prefix) const;
  absl::Status ForgetPrefix(const std::string& prefix);
  const std::string folder_;
};

}  // namespace devstats::agent
