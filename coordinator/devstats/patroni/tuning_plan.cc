#include "coordinator/devstats/patroni/tuning_plan.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::patroni {
namespace {

using kube::At;
using kube::TextAt;

// The members that will need a restart once the DCS is as wanted.
std::set<std::string> RestartsOf(const Tuning& tuning) {
  std::set<std::string> members = NeedsOf(tuning.state, tuning.rows).members;
  for (const ParameterRow& row : tuning.rows) {
    for (const auto& [name, member] : row.members) {
      if (row.postmaster && !member.as_wanted) members.insert(name);
    }
  }
  return members;
}

Json ErrorOf(const absl::Status& status) {
  return {{"code", static_cast<int>(status.code())}, {"message", status.message()}, {"hint", HintOf(status)}};
}

void AddChange(UnitPlan* plan, const Json& change) {
  Change* c = plan->add_changes();
  c->set_path(TextAt(change, {"path"}));
  c->set_before(TextAt(change, {"before"}));
  c->set_after(TextAt(change, {"after"}));
  const bool run = TextAt(change, {"action"}) == "run";
  c->set_action(run ? Change::RUN : c->before().empty() ? Change::CREATE : Change::UPDATE);
  c->set_owner(c->action() == Change::CREATE ? Change::ABSENT : Change::OURS);
}

Json ConfigChanges(const Tuning& tuning) {
  Json changes = Json::array();
  for (const SettingDifference& d : tuning.differences)
    changes.push_back({{"path", d.path}, {"before", d.before}, {"after", d.after}});
  for (const ParameterRow& row : tuning.rows) {
    if (row.dcs_as_wanted) continue;
    changes.push_back(
        {{"path", "parameters." + row.name}, {"before", row.dcs.value_or("")}, {"after", row.wanted}});
  }
  return changes;
}

// Of a member that already has been told and has not taken the value yet: a change too, else nothing would
// wait for it.
Json PendingChanges(const Tuning& tuning, const std::set<std::string>& restarts) {
  Json changes = Json::array();
  for (const ParameterRow& row : tuning.rows) {
    for (const auto& [name, member] : row.members) {
      if (!row.dcs_as_wanted || member.as_wanted || (row.postmaster && restarts.count(name))) continue;
      changes.push_back({{"path", absl::StrCat(row.name, " of ", name)},
                         {"action", "run"},
                         {"before", member.show},
                         {"after", row.wanted}});
    }
  }
  return changes;
}

}  // namespace

Json ObservedOf(const Tuning& tuning, const std::vector<Finding>& findings) {
  Json observed = Json::object();
  absl::Status refused = RefusalOf(findings);
  if (refused.ok()) refused = OverridesOf(tuning.rows);
  if (!refused.ok()) observed["refused"] = ErrorOf(refused);
  const std::set<std::string> restarts = RestartsOf(tuning);
  Json changes = ConfigChanges(tuning);
  for (const Json& change : PendingChanges(tuning, restarts)) changes.push_back(change);
  const MemberState* leader = tuning.state.leader();
  for (const std::string& name : restarts) {
    if (leader && name == leader->name) continue;
    changes.push_back(
        {{"path", "restart " + name}, {"action", "run"}, {"before", "replica"}, {"after", "restarted"}});
  }
  if (leader && restarts.count(leader->name)) {
    if (tuning.state.members.size() > 1) {
      changes.push_back(
          {{"path", "switchover"}, {"action", "run"}, {"before", leader->name}, {"after", "another leads"}});
    }
    changes.push_back({{"path", "restart " + leader->name},
                       {"action", "run"},
                       {"before", "leader"},
                       {"after", "restarted"}});
  }
  observed["changes"] = std::move(changes);
  if (const auto warnings = WarningsOf(findings); !warnings.empty()) observed[kWarnings] = warnings;
  return observed;
}

absl::StatusOr<UnitPlan> TuningPlanOf(const Json& observed) {
  if (const Json& refused = At(observed, {"refused"}); refused.is_object()) {
    const absl::Status status(static_cast<absl::StatusCode>(refused.value("code", 0)),
                              TextAt(refused, {"message"}));
    return Hint(status, TextAt(refused, {"hint"}));
  }
  UnitPlan plan;
  for (const Json& change : At(observed, {"changes"})) AddChange(&plan, change);
  return plan;
}

}  // namespace devstats::patroni
