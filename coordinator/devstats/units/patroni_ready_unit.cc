#include "coordinator/devstats/units/patroni_ready_unit.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/state.h"
#include "coordinator/kube/units/pods.h"

namespace devstats::domain {

Json PatroniReadyUnit::Inputs() const {
  return {{"namespace", wanted_.name_space}, {"pods", wanted_.selector}, {"members", wanted_.members}};
}

// A member that has not come is known to Kubernetes alone.
absl::Status PatroniReadyUnit::AddPods(Reasons* reasons) {
  ASSIGN_OR_RETURN(const kube::ObjectList pods, client_->List({.api_version = "v1",
                                                               .kind = "Pod",
                                                               .namespace_ = wanted_.name_space,
                                                               .label_selector = wanted_.selector}));
  if (pods.items.size() < static_cast<size_t>(wanted_.members))
    reasons->push_back(absl::StrCat(pods.items.size(), " of ", wanted_.members, " pods are there"));
  for (const Json& pod : pods.items)
    if (!coordinator::IsPodWell(pod))
      reasons->push_back(
          absl::StrCat("pod ", kube::TextAt(pod, {"metadata", "name"}), ": ", coordinator::WhyNotWell(pod)));
  return absl::OkStatus();
}

absl::StatusOr<PatroniReadyUnit::Reasons> PatroniReadyUnit::Missing() {
  Reasons reasons;
  RETURN_IF_ERROR(AddPods(&reasons));
  const auto state = patroni::ObserveCluster(*api_);
  if (!state.ok()) {
    if (!absl::IsUnavailable(state.status())) return state.status();
    reasons.push_back(std::string(state.status().message()));
    return reasons;
  }
  if (!state->leader()) reasons.push_back("no member leads");
  if (state->members.size() < static_cast<size_t>(wanted_.members))
    reasons.push_back(
        absl::StrCat("Patroni knows ", state->members.size(), " of ", wanted_.members, " members"));
  for (const patroni::MemberState& member : state->members)
    if (const std::string problem = ProblemOf(member, wanted_.most_lag); !problem.empty())
      reasons.push_back(absl::StrCat(member.name, ": ", problem));
  return reasons;
}

std::string PatroniReadyUnit::Until() const {
  return absl::StrCat("one leader, ", wanted_.members - 1, " streaming");
}

}  // namespace devstats::domain
