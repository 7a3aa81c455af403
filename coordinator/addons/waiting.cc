#include "coordinator/addons/waiting.h"

#include "common/status.h"

namespace devstats::addons {

Json Seen(bool done, const std::vector<std::string>& reasons) {
  Json seen{{"done", done}};
  if (!reasons.empty()) seen[kWarnings] = reasons;
  return seen;
}

void AddWait(const Json& seen, const std::string& wanted, UnitPlan* plan) {
  for (const Json& reason : seen.value(kWarnings, Json::array()))
    plan->add_warnings(reason.get<std::string>());
  if (seen["done"].get<bool>()) return;
  Change* change = plan->add_changes();
  change->set_path("waits");
  change->set_action(Change::RUN);
  change->set_owner(Change::OURS);
  change->set_after(wanted);
}

absl::StatusOr<Json> WaitingUnit::Observe() {
  ASSIGN_OR_RETURN(const std::vector<std::string> reasons, Missing());
  return Seen(reasons.empty(), reasons);
}

absl::StatusOr<UnitPlan> WaitingUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  AddWait(observed, Until(), &plan);
  return plan;
}

absl::Status WaitingUnit::Apply(const UnitPlan&, const StepContext& context) {
  absl::Status waited = coordinator::WaitUntilNone(
      id_, patience_, [this] { return Missing(); }, context.progress);
  const std::string advice = Advice();
  return advice.empty() ? waited : Hint(std::move(waited), advice);
}

}  // namespace devstats::addons
