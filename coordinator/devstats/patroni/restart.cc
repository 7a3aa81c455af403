#include "coordinator/devstats/patroni/restart.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::patroni {
namespace {

// A parameter that becomes smaller takes two.
constexpr int kMostRestarts = 3;

absl::Status CheckPaused(const ClusterState& state) {
  if (!state.paused) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(
                  "the cluster is paused: nothing is restarted while Patroni does not watch"),
              "patronictl resume, then run this again");
}

// Gone, busy, or cut: the next look tells.
bool MayPass(const absl::Status& status) {
  return status.ok() || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsFailedPrecondition(status);
}

class RestartRun {
 public:
  RestartRun(PatroniApi& api, const Waiting& waiting) : api_(api), waiting_(waiting) {}

  absl::Status Do(const RestartLook& look, const RollStep& step) {
    RETURN_IF_ERROR(CheckPaused(look.state));
    if (step.action == RollStep::Action::kSwitchover) {
      waiting_.progress(absl::StrCat("switching over from ", step.member, " to ", step.candidate));
      const absl::Status sent = api_.Switchover(step.member, step.candidate);
      return MayPass(sent) ? absl::OkStatus() : sent;
    }
    if (++restarts_[step.member] > kMostRestarts) {
      return Hint(
          absl::FailedPreconditionError(absl::StrCat(step.member, " was restarted ", kMostRestarts,
                                                     " times and says that a restart is pending still")),
          "look at the member's log: another value may stand in a file that Patroni does not write");
    }
    waiting_.progress(absl::StrCat("restarting PostgreSQL of ", step.member));
    const absl::Status sent = api_.Restart(step.member, {});
    return MayPass(sent) ? absl::OkStatus() : sent;
  }

  // False: it takes too long, or nobody waits any more; `why` says for what.
  absl::Status Wait(const std::string& why) {
    if (why != told_) waiting_.progress(absl::StrCat("waiting: ", why));
    told_ = why;
    if (waited_ >= waiting_.patience) return absl::DeadlineExceededError(absl::StrCat("restart: ", why));
    if (!waiting_.go_on()) return absl::CancelledError("restart: interrupted");
    waiting_.sleep ? waiting_.sleep(waiting_.poll) : absl::SleepFor(waiting_.poll);
    waited_ += waiting_.poll;
    return absl::OkStatus();
  }
  void Acted() { waited_ = absl::ZeroDuration(); }

 private:
  PatroniApi& api_;
  const Waiting& waiting_;
  std::map<std::string, int> restarts_;  // by member
  absl::Duration waited_;
  std::string told_;
};

std::string ProblemIn(const ClusterState& state, const RollLimits& limits) {
  for (const MemberState& m : state.members) {
    if (std::string problem = ProblemOf(m, limits.most_lag); !problem.empty()) return problem;
  }
  return "";
}

}  // namespace

absl::Status CheckRestart(const ClusterState& state, const std::string& member, const RollLimits& limits) {
  const MemberState* m = state.Find(member);
  if (!m) return absl::NotFoundError(absl::StrCat("no member ", member));
  RETURN_IF_ERROR(CheckPaused(state));
  for (const MemberState& other : state.members) {
    if (other.name == member) continue;
    if (const std::string problem = ProblemOf(other, limits.most_lag); !problem.empty())
      return absl::FailedPreconditionError(absl::StrCat("no restart: ", problem));
  }
  if (!m->leads()) return absl::OkStatus();
  const std::string candidate = BestCandidate(state, limits.most_lag);
  if (candidate.empty()) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat(member, " leads: a restart where it is would stop all that write")),
              absl::StrCat("a switchover restarts it, too: devstatsctl patroni switchover --to ", candidate));
}

absl::Status RestartMember(PatroniApi& api, const std::string& member, const RollLimits& limits,
                           const Waiting& waiting) {
  ASSIGN_OR_RETURN(const ClusterState state, ObserveCluster(api));
  RETURN_IF_ERROR(CheckRestart(state, member, limits));
  const MemberState* m = state.Find(member);
  RestartOptions options;
  // Between the look and the act a replica may have become the leader. Only these words are taken by all
  // versions.
  if (m->role_word == "replica" || m->role_word == "master" || m->role_word == "primary")
    options.role = m->role_word;
  waiting.progress(absl::StrCat("restarting PostgreSQL of ", member));
  absl::Status sent = api.Restart(member, options);
  if (!sent.ok() && !absl::IsUnavailable(sent) && !absl::IsDeadlineExceeded(sent)) return sent;
  const std::string before = m->started;
  return AwaitState(api, "restart", waiting, [&](const ClusterState& now) -> std::string {
    const MemberState* again = now.Find(member);
    if (!again || again->started == before) return absl::StrCat(member, " is not back yet");
    return ProblemIn(now, limits);
  });
}

absl::Status RestartAll(PatroniApi& api, const std::function<absl::StatusOr<RestartLook>()>& look,
                        const RollLimits& limits, const Waiting& waiting) {
  RestartRun run(api, waiting);
  while (true) {
    const auto seen = look();
    if (!seen.ok() && !MayPass(seen.status())) return seen.status();
    std::string why(seen.status().message());
    if (seen.ok()) {
      const RollStep step = NextStep(seen->state, seen->needs, limits);
      if (step.action == RollStep::Action::kRestart || step.action == RollStep::Action::kSwitchover) {
        RETURN_IF_ERROR(run.Do(*seen, step));
        run.Acted();
      }
      why = step.action == RollStep::Action::kWait ? step.why : ProblemIn(seen->state, limits);
      if (why.empty() && step.action == RollStep::Action::kNone) return absl::OkStatus();
    }
    RETURN_IF_ERROR(run.Wait(why.empty() ? "the members to come back" : why));
  }
}

}  // namespace devstats::patroni
