// Commands for tests: scripted by the first words of argv, recorded. Keeps results by (step, label) as the
// real one's units do, so a step that runs again attaches instead of running twice.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/commands.h"

namespace devstats::agent {

// Thread-safe. A command that no script fits is NotFound, as a program that is not installed.
class FakeCommands : public Commands {
 public:
  using Argv = std::vector<std::string>;
  using Script = std::function<absl::StatusOr<ProcessResult>(const Command&)>;

  // The script of commands whose argv begins with these words; the latest one that fits is taken.
  void On(Argv words, Script script) {
    absl::MutexLock lock(&mu_);
    scripts_.insert(scripts_.begin(), {std::move(words), std::move(script)});
  }
  void On(Argv words, const std::string& out, int exit_code = 0) {
    On(std::move(words), [=](const Command&) { return ProcessResult{exit_code, out, "", false}; });
  }
  // The next Run starts its command, which goes on to its end, but we do not live to see it: Unavailable.
  void CutNextRun() {
    absl::MutexLock lock(&mu_);
    cut_ = true;
  }
  // As a boot does: units are gone, nobody knows how they ended.
  void Reboot() {
    absl::MutexLock lock(&mu_);
    kept_.clear();
  }

  // What Run started (attaching starts nothing) and what Observe ran, in order.
  std::vector<Command> runs() const {
    absl::MutexLock lock(&mu_);
    return runs_;
  }
  std::vector<Argv> observed() const {
    absl::MutexLock lock(&mu_);
    return observed_;
  }
  // The runs as text, "apt-get install ...", for matchers.
  std::vector<std::string> RunTexts() const {
    std::vector<std::string> texts;
    for (const Command& c : runs()) texts.push_back(absl::StrJoin(c.argv, " "));
    return texts;
  }
  std::vector<std::string> forgotten() const {
    absl::MutexLock lock(&mu_);
    return forgotten_;
  }

  absl::StatusOr<ProcessResult> Observe(const Argv& argv, const ProcessOptions& options = {}) override {
    {
      absl::MutexLock lock(&mu_);
      observed_.push_back(argv);
    }
    return Play({.label = "", .argv = argv, .environment = options.environment, .input = options.input});
  }
  absl::StatusOr<ProcessResult> Run(const StepKey& key, const Command& command,
                                    const std::function<void(absl::string_view)>& line) override {
    const auto unit = std::make_pair(key.Text(), command.label);
    bool cut = false;
    {
      absl::MutexLock lock(&mu_);
      if (auto kept = kept_.find(unit); kept != kept_.end()) return kept->second;
      runs_.push_back(command);
      cut = std::exchange(cut_, false);
    }
    absl::StatusOr<ProcessResult> result = Play(command);
    if (!result.ok()) return result;
    {
      absl::MutexLock lock(&mu_);
      kept_[unit] = *result;
    }
    if (cut) return absl::UnavailableError("cut");
    for (absl::string_view text : absl::StrSplit(result->out, '\n', absl::SkipEmpty())) line(text);
    return result;
  }
  absl::Status Settle(const StepKey&) override { return absl::OkStatus(); }
  absl::Status Forget(const StepKey& key) override {
    absl::MutexLock lock(&mu_);
    forgotten_.push_back(key.Text());
    std::erase_if(kept_, [&](const auto& kept) { return kept.first.first == key.Text(); });
    return absl::OkStatus();
  }
  absl::Status ForgetOperation(const std::string& operation) override {
    absl::MutexLock lock(&mu_);
    forgotten_.push_back(operation);
    std::erase_if(kept_, [&](const auto& kept) { return kept.first.first.starts_with(operation + "/"); });
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<ProcessResult> Play(const Command& command) {
    Script script;
    {
      absl::MutexLock lock(&mu_);
      for (const auto& [words, candidate] : scripts_) {
        if (words.size() > command.argv.size() ||
            !std::equal(words.begin(), words.end(), command.argv.begin()))
          continue;
        script = candidate;
        break;
      }
    }
    if (!script)
      return absl::NotFoundError(absl::StrCat(absl::StrJoin(command.argv, " "), ": no such program"));
    return script(command);
  }

  mutable absl::Mutex mu_;
  std::vector<std::pair<Argv, Script>> scripts_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<std::string, std::string>, ProcessResult> kept_ ABSL_GUARDED_BY(mu_);
  std::vector<Command> runs_ ABSL_GUARDED_BY(mu_);
  std::vector<Argv> observed_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> forgotten_ ABSL_GUARDED_BY(mu_);
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace devstats::agent
