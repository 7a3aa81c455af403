#include "coordinator/devstats/patroni/switchover.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/roll.h"

namespace devstats::patroni {
namespace {

std::string ProblemsOf(const ClusterState& state, int64_t most_lag) {
  std::vector<std::string> problems;
  for (const MemberState& m : state.members) {
    if (m.leads()) continue;
    std::string problem = ProblemOf(m, most_lag);
    if (problem.empty() && !m.may_lead()) problem = absl::StrCat(m.name, " may not lead, by its tags");
    if (!problem.empty()) problems.push_back(std::move(problem));
  }
  return problems.empty() ? "there is no replica" : absl::StrJoin(problems, "; ");
}

}  // namespace

absl::StatusOr<SwitchoverChoice> DecideSwitchover(const ClusterState& state, const std::string& candidate,
                                                  int64_t most_lag) {
  const MemberState* leader = state.leader();
  if (!leader) {
    return Hint(absl::FailedPreconditionError("no member leads"),
                "Patroni elects one by itself when a member can lead");
  }
  if (candidate.empty()) {
    std::string best = BestCandidate(state, most_lag);
    if (!best.empty()) return SwitchoverChoice{leader->name, std::move(best)};
    return absl::FailedPreconditionError(absl::StrCat("no replica can lead: ", ProblemsOf(state, most_lag)));
  }
  const MemberState* member = state.Find(candidate);
  if (!member) return absl::NotFoundError(absl::StrCat("no member ", candidate));
  if (member->leads()) return absl::AlreadyExistsError(absl::StrCat(candidate, " leads"));
  if (!member->may_lead())
    return absl::FailedPreconditionError(absl::StrCat(candidate, " may not lead, by its tags"));
  if (std::string problem = ProblemOf(*member, most_lag); !problem.empty())
    return absl::FailedPreconditionError(absl::StrCat("no switchover: ", problem));
  return SwitchoverChoice{leader->name, candidate};
}

absl::Status AwaitState(PatroniApi& api, const std::string& what, const Waiting& waiting,
                        const std::function<std::string(const ClusterState&)>& problem) {
  absl::Duration waited;
  std::string told;
  while (true) {
    const auto state = ObserveCluster(api);
    if (!state.ok() && !absl::IsUnavailable(state.status()) && !absl::IsDeadlineExceeded(state.status()))
      return state.status();
    const std::string why = state.ok() ? problem(*state) : std::string(state.status().message());
    if (why.empty()) return absl::OkStatus();
    if (why != told) waiting.progress(absl::StrCat("waiting: ", why));
    told = why;
    if (waited >= waiting.patience) return absl::DeadlineExceededError(absl::StrCat(what, ": ", why));
    if (!waiting.go_on()) return absl::CancelledError(absl::StrCat(what, ": interrupted"));
    waiting.sleep ? waiting.sleep(waiting.poll) : absl::SleepFor(waiting.poll);
    waited += waiting.poll;
  }
}

absl::Status SwitchOver(PatroniApi& api, const std::string& candidate, int64_t most_lag,
                        const Waiting& waiting) {
  ASSIGN_OR_RETURN(const ClusterState state, ObserveCluster(api));
  ASSIGN_OR_RETURN(const SwitchoverChoice choice, DecideSwitchover(state, candidate, most_lag));
  waiting.progress(absl::StrCat("switching over from ", choice.leader, " to ", choice.candidate));
  const absl::Status sent = api.Switchover(choice.leader, choice.candidate);
  // An answer that did not come is no refusal: who leads will tell.
  if (!sent.ok() && !absl::IsUnavailable(sent) && !absl::IsDeadlineExceeded(sent)) return sent;
  return AwaitState(api, "switchover", waiting, [&](const ClusterState& now) -> std::string {
    const MemberState* leader = now.leader();
    if (!leader || leader->name == choice.leader) return absl::StrCat(choice.candidate, " does not lead yet");
    const MemberState* old = now.Find(choice.leader);
    return old ? ProblemOf(*old, most_lag) : absl::StrCat(choice.leader, " is away");
  });
}

}  // namespace devstats::patroni
