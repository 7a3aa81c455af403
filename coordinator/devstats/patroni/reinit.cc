#include "coordinator/devstats/patroni/reinit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/values.h"

namespace devstats::patroni {
namespace {

std::string LagText(const MemberState& m) {
  return m.lag ? TextOfBytes(static_cast<double>(*m.lag)) : std::string("an unknown amount");
}

bool IsRebuilt(const MemberState& m) {
  return absl::StrContains(m.state, "creating replica") || absl::StrContains(m.state, "custom bootstrap") ||
         absl::StrContains(m.state, "initializing");
}

bool Runs(const MemberState& m) {
  return m.unreachable.empty() &&
         (m.state == "running" || m.state == "streaming" || m.state == "in archive recovery");
}

}  // namespace

absl::Status CheckReinit(const ClusterState& state, const std::string& member, const LagLimits& limits) {
  const MemberState* m = state.Find(member);
  if (!m) return absl::NotFoundError(absl::StrCat("no member ", member));
  if (m->leads()) {
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(member, " leads: a rebuild would take its data from nobody")),
                "switch over first");
  }
  if (!state.leader())
    return absl::FailedPreconditionError("no member leads: there is nothing to build it from");
  for (const MemberState& other : state.members) {
    if (IsRebuilt(other)) return absl::FailedPreconditionError(absl::StrCat(other.name, " is being rebuilt"));
    if (other.name == member || Runs(other)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        other.name, " does not run (", other.unreachable.empty() ? other.state : other.unreachable,
        "): with ", member, " away, too few would be left"));
  }
  if (!m->unreachable.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(member, ": its Patroni does not answer, and it is who rebuilds: ", m->unreachable));
  }
  if (!Runs(*m)) return absl::OkStatus();
  if (!m->lag) return absl::FailedPreconditionError(absl::StrCat(member, " runs, and its lag is not known"));
  if (*m->lag < limits.rebuild) {
    return absl::FailedPreconditionError(absl::StrCat(member, " is ", LagText(*m),
                                                      " behind: it needs no rebuild below ",
                                                      TextOfBytes(static_cast<double>(limits.rebuild))));
  }
  return absl::OkStatus();
}

LagReport ReportLag(const ClusterState& state, const LagLimits& limits) {
  LagReport report;
  for (const MemberState& m : state.members) {
    if (CheckReinit(state, m.name, limits).ok()) report.rebuild.push_back(m.name);
    if (!m.leads() && m.lag && *m.lag >= limits.warn)
      report.warnings.push_back(absl::StrCat(m.name, " is ", LagText(m), " behind the leader"));
  }
  return report;
}

absl::Status Rebuild(PatroniApi& api, const std::string& member, const LagLimits& limits,
                     const Waiting& waiting) {
  ASSIGN_OR_RETURN(const ClusterState state, ObserveCluster(api));
  const MemberState* m = state.Find(member);
  if (!m || !IsRebuilt(*m)) {
    RETURN_IF_ERROR(CheckReinit(state, member, limits));
    waiting.progress(absl::StrCat("rebuilding ", member));
    absl::Status sent = api.Reinitialize(member);
    if (!sent.ok() && !absl::IsUnavailable(sent) && !absl::IsDeadlineExceeded(sent)) return sent;
    FaultPoint("patroni.reinit", member);
    // Until the old PostgreSQL is down, the member still looks as before.
    RETURN_IF_ERROR(AwaitState(api, "rebuild", waiting, [&](const ClusterState& now) -> std::string {
      const MemberState* then = now.Find(member);
      const bool begun = !then || !Runs(*then) || then->started != m->started;
      return begun ? "" : absl::StrCat(member, " has not begun");
    }));
  }
  return AwaitState(api, "rebuild", waiting, [&](const ClusterState& now) -> std::string {
    const MemberState* then = now.Find(member);
    return then ? ProblemOf(*then, limits.warn) : absl::StrCat(member, " is away");
  });
}

}  // namespace devstats::patroni
