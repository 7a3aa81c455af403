#include "coordinator/devstats/patroni/roll.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/patroni/parameters.h"

namespace devstats::patroni {
namespace {

// Has the value in its files, or (what Patroni passes on the command line) nothing against it, and not in
// effect.
bool Waits(const ParameterRow& row, const ParameterRow::OfMember& member) {
  return row.postmaster && row.dcs_as_wanted && !member.as_wanted && member.taken;
}

bool IsSmaller(const std::string& wanted, const std::string& now) {
  const auto a = IntegerOf(wanted), b = IntegerOf(now);
  return a && b && *a < *b;
}

// The parameters that are to become smaller on the leader, and only afterwards on the others.
std::set<std::string> ShrinkingOn(const std::string& leader, const std::vector<ParameterRow>& rows) {
  std::set<std::string> names;
  for (const ParameterRow& row : rows) {
    const auto member = row.members.find(leader);
    if (member == row.members.end() || !row.dcs_as_wanted) continue;
    if (MustNotShrinkOnReplicas(row.name) && IsSmaller(row.wanted, member->second.show))
      names.insert(row.name);
  }
  return names;
}

// All that a restart would change on the member has to wait for the leader.
bool OnlyShrinks(const std::string& name, const std::vector<ParameterRow>& rows,
                 const std::set<std::string>& shrinking) {
  bool any = false;
  for (const ParameterRow& row : rows) {
    const auto member = row.members.find(name);
    if (member == row.members.end() || !row.postmaster || member->second.as_wanted) continue;
    if (!shrinking.count(row.name)) return false;
    any = true;
  }
  return any;
}

RollStep Wait(std::string why) { return {.action = RollStep::Action::kWait, .why = std::move(why)}; }

}  // namespace

RestartNeeds NeedsOf(const ClusterState& state, const std::vector<ParameterRow>& rows) {
  RestartNeeds needs;
  for (const MemberState& m : state.members) {
    bool needed = m.pending_restart;
    for (const ParameterRow& row : rows) {
      const auto member = row.members.find(m.name);
      needed = needed || (member != row.members.end() && Waits(row, member->second));
    }
    if (needed) needs.members.insert(m.name);
  }
  const MemberState* leader = state.leader();
  if (!leader) return needs;
  const std::set<std::string> shrinking = ShrinkingOn(leader->name, rows);
  needs.leader_in_place = !shrinking.empty();
  for (const std::string& name : needs.members) {
    if (name != leader->name && OnlyShrinks(name, rows, shrinking)) needs.after_leader.insert(name);
  }
  return needs;
}

std::string BestCandidate(const ClusterState& state, int64_t most_lag) {
  const MemberState* best = nullptr;
  const auto rank = [](const MemberState& m) {
    return std::make_tuple(m.role != Role::kSyncStandby, m.lag.value_or(0), m.name);
  };
  for (const MemberState& m : state.members) {
    if (m.leads() || !m.may_lead() || !ProblemOf(m, most_lag).empty()) continue;
    if (!best || rank(m) < rank(*best)) best = &m;
  }
  return best ? best->name : "";
}

RollStep NextStep(const ClusterState& state, const RestartNeeds& needs, const RollLimits& limits) {
  if (needs.members.empty()) return {};
  const MemberState* leader = state.leader();
  if (!leader) return Wait("no member leads");
  // One that is down is waited for: with it and the next one away at a time, too few would be left.
  for (const MemberState& m : state.members) {
    const std::string problem = ProblemOf(m, limits.most_lag);
    if (!problem.empty()) return Wait(problem);
  }
  const bool leader_needs = needs.members.count(leader->name) > 0;
  for (const std::string& name : needs.members) {
    if (name == leader->name || (leader_needs && needs.after_leader.count(name))) continue;
    return {.action = RollStep::Action::kRestart, .member = name};
  }
  const bool replaceable = std::any_of(state.members.begin(), state.members.end(),
                                       [](const MemberState& m) { return !m.leads() && m.may_lead(); });
  if (needs.leader_in_place || !replaceable)
    return {.action = RollStep::Action::kRestart, .member = leader->name};
  return {.action = RollStep::Action::kSwitchover,
          .member = leader->name,
          .candidate = BestCandidate(state, limits.most_lag)};
}

}  // namespace devstats::patroni
