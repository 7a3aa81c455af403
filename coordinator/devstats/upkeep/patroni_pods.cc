#include "coordinator/devstats/upkeep/patroni_pods.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/roll.h"

namespace devstats::domain {
namespace {

using kube::TextAt;

struct Pod {
  std::string uid;
  bool old = false, leaving = false;
};
using Pods = std::map<std::string, Pod>;  // by name

absl::StatusOr<Pods> ListPods(kube::KubeClient& client, const PatroniPods& of, absl::Time since) {
  ASSIGN_OR_RETURN(
      const kube::ObjectList list,
      client.List(
          {.api_version = "v1", .kind = "Pod", .namespace_ = of.name_space, .label_selector = of.selector}));
  Pods pods;
  for (const Json& live : list.items) {
    absl::Time made = absl::InfiniteFuture();
    std::string error;
    absl::ParseTime(absl::RFC3339_full, TextAt(live, {"metadata", "creationTimestamp"}), &made, &error);
    pods[TextAt(live, {"metadata", "name"})] = {
        .uid = TextAt(live, {"metadata", "uid"}),
        .old = made <= since,
        .leaving = !TextAt(live, {"metadata", "deletionTimestamp"}).empty()};
  }
  return pods;
}

struct Step {
  enum class Action { kDone, kWait, kReplace, kSwitchover };
  Action action = Action::kDone;
  std::string member, candidate, why;
};
Step Wait(std::string why) { return {.action = Step::Action::kWait, .why = std::move(why)}; }

// Why nothing may be taken away now; empty: it may.
std::string Unsettled(const Pods& pods, const patroni::ClusterState& state, const PatroniPods& of) {
  if (pods.size() < static_cast<size_t>(of.members))
    return absl::StrCat(pods.size(), " of ", of.members, " pods are there");
  if (!state.leader()) return "no member leads";
  for (const auto& [name, pod] : pods) {
    if (pod.leaving) return absl::StrCat(name, " is being replaced");
    if (pod.old) continue;
    const patroni::MemberState* member = state.Find(name);
    if (!member) return absl::StrCat(name, " is no member yet");
    if (std::string problem = patroni::ProblemOf(*member, of.most_lag); !problem.empty()) return problem;
  }
  return "";
}

Step Next(const Pods& pods, const patroni::ClusterState& state, const PatroniPods& of) {
  std::string why = Unsettled(pods, state, of);
  if (!why.empty()) return Wait(std::move(why));
  const patroni::MemberState* leader = state.leader();
  for (const auto& [name, pod] : pods)
    if (pod.old && name != leader->name) return {.action = Step::Action::kReplace, .member = name};
  const auto own = pods.find(leader->name);
  if (own == pods.end() || !own->second.old) return {};
  if (of.members == 1) return {.action = Step::Action::kReplace, .member = leader->name};
  std::string candidate = patroni::BestCandidate(state, of.most_lag);
  if (candidate.empty()) return Wait("no replica can lead");
  return {.action = Step::Action::kSwitchover, .member = leader->name, .candidate = std::move(candidate)};
}

bool MayPass(const absl::Status& status) {  // the next look tells
  return status.ok() || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsNotFound(status) || absl::IsAborted(status);
}

absl::Status Do(kube::KubeClient& client, patroni::PatroniApi& api, const PatroniPods& of, const Pods& pods,
                const Step& step, const patroni::Waiting& waiting) {
  if (step.action == Step::Action::kSwitchover) {
    waiting.progress(absl::StrCat("switching over from ", step.member, " to ", step.candidate));
    // Whether the old leader follows is not waited for: it has the old password until its pod is a new one.
    const absl::Status over = api.Switchover(step.member, step.candidate);
    return MayPass(over) ? absl::OkStatus() : over;
  }
  waiting.progress(absl::StrCat("replacing pod ", step.member));
  const absl::Status deleted =
      client.Delete({"v1", "Pod", of.name_space, step.member}, {.uid = pods.at(step.member).uid});
  return MayPass(deleted) ? absl::OkStatus() : deleted;
}

}  // namespace

absl::Status CheckPatroniPods(patroni::PatroniApi& api, const PatroniPods& pods) {
  ASSIGN_OR_RETURN(const patroni::ClusterState state, patroni::ObserveCluster(api));
  std::string problem = state.paused ? "Patroni is paused" : state.leader() ? "" : "no member leads";
  if (static_cast<int>(state.members.size()) < pods.members)
    problem = absl::StrCat(state.members.size(), " of ", pods.members, " members are there");
  for (const patroni::MemberState& member : state.members)
    if (problem.empty()) problem = patroni::ProblemOf(member, pods.most_lag);
  if (problem.empty()) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(absl::StrCat("not all members of Patroni are well: ", problem)),
              "their pods are to be replaced one by one, which needs the others: devstatsctl patroni status");
}

absl::Status ReplacePatroniPods(kube::KubeClient& client, patroni::PatroniApi& api, const PatroniPods& of,
                                absl::Time since, const patroni::Waiting& waiting) {
  absl::Duration waited;
  std::string told;
  while (true) {
    if (!waiting.go_on()) return absl::CancelledError("interrupted");
    ASSIGN_OR_RETURN(const Pods pods, ListPods(client, of, since), "pods of Patroni");
    const auto state = patroni::ObserveCluster(api);
    if (!state.ok() && !MayPass(state.status())) return state.status();
    const Step step = state.ok() ? Next(pods, *state, of) : Wait(std::string(state.status().message()));
    if (step.action == Step::Action::kDone) return absl::OkStatus();
    if (step.action != Step::Action::kWait) {
      RETURN_IF_ERROR(Do(client, api, of, pods, step, waiting), step.member);
      waited = absl::ZeroDuration();
    } else if (step.why != told) {
      waiting.progress(absl::StrCat("waiting: ", step.why));
    }
    told = step.why;
    if (waited >= waiting.patience)
      return absl::DeadlineExceededError(absl::StrCat("pods of Patroni: ", step.why));
    waiting.sleep ? waiting.sleep(waiting.poll) : absl::SleepFor(waiting.poll);
    waited += waiting.poll;
  }
}

}  // namespace devstats::domain
