#include "coordinator/devstats/patroni/tuning_run.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::patroni {
namespace {

// A parameter that becomes smaller takes two: the first one's value is kept up by the leader's.
constexpr int kMostRestarts = 3;

Json PatchOf(const Tuning& tuning) {
  Json patch = Json::object();
  for (const SettingDifference& d : tuning.differences) {
    const auto setting = tuning.wanted.settings.find(d.path);
    if (setting != tuning.wanted.settings.end()) patch[d.path] = setting->second;
  }
  for (const auto& [name, value] : tuning.wanted.postgresql) {
    const bool differs =
        std::any_of(tuning.differences.begin(), tuning.differences.end(),
                    [&name = name](const auto& d) { return d.path == "postgresql." + name; });
    if (differs) patch["postgresql"][name] = value;
  }
  for (const ParameterRow& row : tuning.rows) {
    if (!row.dcs_as_wanted) patch["postgresql"]["parameters"][row.name] = row.wanted;
  }
  return patch;
}

// Members that have not heard of the configuration yet.
std::vector<std::string> NotTaken(const Tuning& tuning) {
  std::vector<std::string> out;
  for (const ParameterRow& row : tuning.rows) {
    for (const auto& [name, member] : row.members) {
      const MemberState* state = tuning.state.Find(name);
      const bool pending = row.postmaster && state && state->pending_restart;
      if (!member.taken && !pending) out.push_back(absl::StrCat(name, " has not taken ", row.name, " yet"));
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<TuningRun::Outcome> TuningRun::Step(const Tuning& tuning) {
  const bool told = tuning.differences.empty() && std::all_of(tuning.rows.begin(), tuning.rows.end(),
                                                              [](const auto& r) { return r.dcs_as_wanted; });
  if (!told) return Patch(tuning);
  if (const auto missing = NotTaken(tuning); !missing.empty()) {
    const size_t most = std::min<size_t>(missing.size(), 4);
    return Outcome{.waiting =
                       absl::StrJoin(missing.begin(), missing.begin() + static_cast<long>(most), "; ")};
  }
  const RestartNeeds needs = NeedsOf(tuning.state, tuning.rows);
  const RollStep step = NextStep(tuning.state, needs, limits_);
  if (step.action != RollStep::Action::kNone) return Act(tuning, step);
  // Taken, not in effect, and no restart is what it waits for: a reload is under way.
  for (const ParameterRow& row : tuning.rows) {
    if (!row.in_effect()) return Outcome{.waiting = absl::StrCat(row.name, " is not in effect yet")};
  }
  // The last one that was restarted must be back before anything else happens to the cluster.
  for (const MemberState& m : tuning.state.members) {
    if (std::string problem = ProblemOf(m, limits_.most_lag); !problem.empty())
      return Outcome{.waiting = std::move(problem)};
  }
  return Outcome{.done = true};
}

absl::StatusOr<TuningRun::Outcome> TuningRun::Patch(const Tuning& tuning) {
  context_.progress("changing the shared configuration");
  const absl::Status sent = api_->PatchConfig(PatchOf(tuning)).status();
  FaultPoint("patroni.patched", context_.key.step);
  ASSIGN_OR_RETURN(Outcome outcome, Sent(sent));
  // A member shows what it saw in its last round: asked at once, it may still show the old one.
  if (outcome.acted) outcome.waiting = "the new configuration to be seen";
  return outcome;
}

absl::StatusOr<TuningRun::Outcome> TuningRun::Act(const Tuning& tuning, const RollStep& step) {
  if (step.action == RollStep::Action::kWait) return Outcome{.waiting = step.why};
  if (tuning.state.paused) {
    return Hint(absl::FailedPreconditionError(
                    "the cluster is paused: nothing is restarted while Patroni does not watch"),
                "patronictl resume, then run this again");
  }
  if (step.action == RollStep::Action::kRestart) return Restart(tuning, step.member);
  context_.progress(absl::StrCat("switching over from ", step.member, " to ", step.candidate));
  const absl::Status sent = api_->Switchover(step.member, step.candidate);
  FaultPoint("patroni.switched", context_.key.step);
  return Sent(sent);
}

absl::StatusOr<TuningRun::Outcome> TuningRun::Restart(const Tuning& tuning, const std::string& member) {
  if (++restarts_[member] > kMostRestarts) {
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(member, " was restarted ", kMostRestarts,
                                                   " times and says that a restart is pending still")),
        "look at the member's log: another value may stand in a file that Patroni does not write");
  }
  context_.progress(absl::StrCat("restarting PostgreSQL of ", member));
  const MemberState* state = tuning.state.Find(member);
  RestartOptions options{.only_pending = state->pending_restart};
  // Between the look and the act a replica may have become the leader. Only these words are taken by all
  // versions.
  if (state->role_word == "replica" || state->role_word == "master" || state->role_word == "primary")
    options.role = state->role_word;
  const absl::Status sent = api_->Restart(member, options);
  FaultPoint("patroni.restarted", context_.key.step);
  return Sent(sent);
}

absl::StatusOr<TuningRun::Outcome> TuningRun::Sent(const absl::Status& status) {
  if (status.ok()) return Outcome{.acted = true};
  if (absl::IsPermissionDenied(status) || absl::IsUnimplemented(status) || absl::IsInvalidArgument(status))
    return status;
  // Refused or cut: the world has moved, or it is under way.
  return Outcome{.waiting = std::string(status.message())};
}

}  // namespace devstats::patroni
