// systemd for tests: units in memory, every call recorded. It passes the same contract test as the real one
// (host/systemd_contract.h).
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/systemd.h"

namespace devstats::agent {

// Thread-safe. A unit that was never added is not found.
class FakeSystemd : public Systemd {
 public:
  // A unit with a file. `file`: "enabled", "disabled", "static", "masked".
  void Add(const std::string& unit, const std::string& file = "disabled", bool active = false) {
    absl::MutexLock lock(&mu_);
    units_[unit] = {file == "masked" ? "masked" : "loaded", active ? "active" : "inactive",
                    active ? "running" : "dead", file};
  }
  // Starting it fails from now on, leaving these lines in its journal; "" heals it.
  void FailStart(const std::string& unit, const std::string& words) {
    absl::MutexLock lock(&mu_);
    failing_[unit] = words;
  }
  // It dies of its own now, with these last words.
  void Fail(const std::string& unit, const std::string& words) {
    absl::MutexLock lock(&mu_);
    units_[unit].active = units_[unit].sub = "failed";
    LogLocked(unit, words);
  }
  void Log(const std::string& unit, const std::string& text) {
    absl::MutexLock lock(&mu_);
    LogLocked(unit, text);
  }
  // Called, without a lock held, after each "start", "stop", "restart", "enable", "mask", "unmask" that
  // worked.
  std::function<void(const std::string& verb, const std::string& unit)> on_change;

  // "start kubelet.service", "daemon-reload": in order; only what changes something.
  std::vector<std::string> calls() const {
    absl::MutexLock lock(&mu_);
    return calls_;
  }
  void ClearCalls() {
    absl::MutexLock lock(&mu_);
    calls_.clear();
  }

  absl::StatusOr<UnitState> Get(const std::string& unit) override {
    absl::MutexLock lock(&mu_);
    auto found = units_.find(unit);
    return found == units_.end() ? UnitState{"not-found", "inactive", "dead", ""} : found->second;
  }
  absl::StatusOr<std::vector<std::string>> Units(const std::string& suffix) override {
    absl::MutexLock lock(&mu_);
    std::vector<std::string> names;
    for (const auto& [name, state] : units_)
      if (absl::EndsWith(name, suffix)) names.push_back(name);
    return names;
  }
  absl::Status Start(const std::string& unit) override { return Run("start", unit); }
  absl::Status Restart(const std::string& unit) override { return Run("restart", unit); }
  absl::Status Stop(const std::string& unit) override {
    return Change("stop", unit, false, [](UnitState& state) {
      state.active = "inactive";
      state.sub = "dead";
    });
  }
  absl::Status Enable(const std::string& unit) override {
    {
      absl::MutexLock lock(&mu_);
      if (auto found = units_.find(unit); found != units_.end() && found->second.file == "masked")
        return absl::FailedPreconditionError(absl::StrCat("enabling ", unit, ": it is masked"));
    }
    return Change("enable", unit, true, [](UnitState& state) {
      if (state.file == "disabled") state.file = "enabled";
    });
  }
  absl::Status Mask(const std::string& unit) override {
    return Change("mask", unit, false, [this, unit](UnitState& state) {
      if (state.file != "masked") masked_[unit] = state;
      state.load = state.file = "masked";
    });
  }
  absl::Status Unmask(const std::string& unit) override {
    return Change("unmask", unit, false, [this, unit](UnitState& state) {
      if (state.file != "masked") return;
      auto before = masked_.find(unit);
      state.file = before == masked_.end() ? "disabled" : before->second.file;
      state.load = state.file.empty() ? "not-found" : "loaded";
      masked_.erase(unit);
    });
  }
  absl::Status DaemonReload() override {
    absl::MutexLock lock(&mu_);
    calls_.push_back("daemon-reload");
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<JournalLine>> Journal(const std::string& unit, int lines) override {
    absl::MutexLock lock(&mu_);
    const auto& all = journal_[unit];
    const size_t from = all.size() > static_cast<size_t>(lines) ? all.size() - static_cast<size_t>(lines) : 0;
    return std::vector<JournalLine>(all.begin() + static_cast<ptrdiff_t>(from), all.end());
  }

 private:
  void LogLocked(const std::string& unit, const std::string& text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    journal_[unit].push_back(
        {absl::FromUnixSeconds(static_cast<int64_t>(journal_[unit].size())), unit, text});
  }
  absl::Status Run(const std::string& verb, const std::string& unit) {
    {
      absl::MutexLock lock(&mu_);
      auto found = units_.find(unit);
      if (found == units_.end())
        return absl::NotFoundError(absl::StrCat(verb, "ing ", unit, ": no such unit"));
      if (found->second.load == "masked")
        return absl::FailedPreconditionError(absl::StrCat(verb, "ing ", unit, ": it is masked"));
      if (const std::string& words = failing_[unit]; !words.empty()) {
        calls_.push_back(absl::StrCat(verb, " ", unit));
        found->second.active = found->second.sub = "failed";
        LogLocked(unit, words);
        return absl::InternalError(absl::StrCat(verb, "ing ", unit, ": failed; its last words:\n", words));
      }
    }
    return Change(verb, unit, true, [](UnitState& state) {
      state.active = "active";
      state.sub = "running";
    });
  }
  absl::Status Change(const std::string& verb, const std::string& unit, bool must_exist,
                      const std::function<void(UnitState&)>& change) {
    {
      absl::MutexLock lock(&mu_);
      calls_.push_back(absl::StrCat(verb, " ", unit));
      auto found = units_.find(unit);
      if (found == units_.end() && must_exist)
        return absl::NotFoundError(absl::StrCat(verb, " ", unit, ": no such unit"));
      if (found == units_.end() && verb == "stop") return absl::OkStatus();
      if (found == units_.end())
        found = units_.emplace(unit, UnitState{"not-found", "inactive", "dead", ""}).first;
      change(found->second);
    }
    if (on_change) on_change(verb, unit);
    return absl::OkStatus();
  }

  mutable absl::Mutex mu_;
  std::map<std::string, UnitState> units_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, UnitState> masked_;  // what masked units were before; under mu_, by way of Change
  std::map<std::string, std::string> failing_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::vector<JournalLine>> journal_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::agent
