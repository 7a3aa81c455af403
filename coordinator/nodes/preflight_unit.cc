#include "coordinator/nodes/preflight_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"

namespace devstats::coordinator {

PreflightUnit::PreflightUnit(PreflightWants wants, AgentClient* agent, const Clock* clock)
    : wants_(std::move(wants)), id_(absl::StrCat("preflight@", wants_.node)), agent_(agent), clock_(clock) {}

Json PreflightUnit::Inputs() const { return {{"address", wants_.address}, {"os", wants_.os}}; }

// Only verdicts and what does not change by itself: the time itself would make every plan stale.
absl::StatusOr<Json> PreflightUnit::Observe() {
  const absl::Time before = clock_->Now();
  ASSIGN_OR_RETURN(const agent::v1::Facts facts, agent_->GetFacts());
  const absl::Time after = clock_->Now();
  const absl::Time theirs = absl::FromUnixMillis(facts.time_ms());
  // The answer was made somewhere between: only what lies outside is skew.
  const absl::Duration skew = theirs < before  ? before - theirs
                              : theirs > after ? theirs - after
                                               : absl::ZeroDuration();
  Json addresses = Json::array();
  for (const agent::v1::Address& a : facts.addresses()) {
    const std::vector<std::string> parts = absl::StrSplit(a.address(), '/');
    addresses.push_back(parts[0]);
  }
  return Json{
      {"os", absl::StrCat(facts.os_id(), "-", facts.os_version())},
      {"clock", skew <= wants_.max_skew ? "" : absl::FormatDuration(absl::Trunc(skew, absl::Seconds(1)))},
      {"has_address", std::find(addresses.begin(), addresses.end(), wants_.address) != addresses.end()},
      {"architecture", facts.architecture()}};
}

absl::StatusOr<UnitPlan> PreflightUnit::Diff(const Json& observed) const {
  const std::string os = observed.value("os", ""), skew = observed.value("clock", "");
  if (std::find(wants_.supported.begin(), wants_.supported.end(), os) == wants_.supported.end())
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(wants_.node, " runs ", os, ", which is not supported")),
        absl::StrCat("supported are ", absl::StrJoin(wants_.supported, ", ")));
  if (!wants_.os.empty() && wants_.os != os)
    return absl::FailedPreconditionError(
        absl::StrCat(wants_.node, " runs ", os, "; cluster.yaml says ", wants_.os));
  if (!skew.empty())
    return Hint(
        absl::FailedPreconditionError(absl::StrCat("the clock of ", wants_.node, " is off by ", skew)),
        "on the box: timedatectl set-ntp true, then wait for \"System clock synchronized: yes\"");
  if (!observed.value("has_address", false))
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(wants_.node, " does not have the address ", wants_.address)),
                "cluster.yaml and the box disagree: is this box enrolled under the right name?");
  return UnitPlan();
}

}  // namespace devstats::coordinator
