#include "coordinator/addons/waiting.h"

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

}  // namespace devstats::addons
