// Commands whose runs outlive our process, as transient units do: what was started ends although we die, a process that
// comes later attaches to it, and nothing is started twice.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/commands.h"
#include "common/digest.h"
#include "common/fault.h"

namespace devstats::agent {

// Not thread-safe.
class DurableCommands : public Commands {
 public:
  // What programs do, read-only ones and others. It and `runs` are not owned; `runs` is durable after `save`.
  using Program = std::function<ProcessResult(const Command&)>;
  DurableCommands(Program program, Json* runs, std::function<void()> save)
      : program_(std::move(program)), runs_(*runs), save_(std::move(save)) {}

  absl::StatusOr<ProcessResult> Observe(const std::vector<std::string>& argv,
                                        const ProcessOptions& options = {}) override {
    const Command command{.label = "", .argv = argv, .environment = options.environment, .input = options.input};
    ProcessResult result = program_(command);
    if (result.exit_code == kNoSuchProgram) return absl::NotFoundError(absl::StrCat(argv[0], ": no such program"));
    return result;
  }
  absl::StatusOr<ProcessResult> Run(const StepKey& key, const Command& command,
                                    const std::function<void(absl::string_view)>&) override {
    const std::string unit = absl::StrCat(key.Text(), "/", command.label);
    FaultPoint("command.start.before", unit);
    if (!runs_.contains(unit)) {
      runs_[unit] = {{"argv", command.argv}, {"input", command.input}};
      save_();
      FaultPoint("command.start.after", unit);
    }
    Finish(unit);
    FaultPoint("command.ended", unit);
    return ProcessResult{runs_[unit]["exit"].get<int>(), runs_[unit]["out"].get<std::string>(), "", false};
  }
  absl::Status Settle(const StepKey& key) override {
    for (const std::string& unit : UnitsOf(key.Text())) Finish(unit);
    return absl::OkStatus();
  }
  absl::Status Forget(const StepKey& key) override { return Erase(key.Text()); }
  absl::Status ForgetOperation(const std::string& operation) override { return Erase(operation); }

  static constexpr int kNoSuchProgram = 127;

 private:
  // The unit goes on to its end, whoever waits for it.
  void Finish(const std::string& unit) {
    Json& run = runs_[unit];
    if (run.contains("exit")) return;
    const ProcessResult result = program_({.label = unit.substr(unit.rfind('/') + 1),
                                           .argv = run["argv"].get<std::vector<std::string>>(),
                                           .environment = {},
                                           .input = run["input"].get<std::string>()});
    run["exit"] = result.exit_code;
    run["out"] = result.out;
    save_();
  }
  std::vector<std::string> UnitsOf(const std::string& owner) const {
    std::vector<std::string> units;
    for (const auto& [unit, run] : runs_.items())
      if (absl::StartsWith(unit, owner + "/")) units.push_back(unit);
    return units;
  }
  absl::Status Erase(const std::string& owner) {
    for (const std::string& unit : UnitsOf(owner)) runs_.erase(unit);
    save_();
    return absl::OkStatus();
  }

  const Program program_;
  Json& runs_;
  const std::function<void()> save_;
};

}  // namespace devstats::agent
