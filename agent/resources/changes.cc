#include "agent/resources/changes.h"

#include "common/status.h"

namespace devstats::agent {

void AddChange(UnitPlan* plan, const std::string& path, const Json& before, const std::string& after,
               Change::Owner owner) {
  Change* c = plan->add_changes();
  c->set_path(path);
  c->set_action(before.is_null() ? Change::CREATE : Change::UPDATE);
  c->set_owner(before.is_null() ? Change::ABSENT : owner);
  c->set_before(before.is_null() ? "" : before.get<std::string>());
  c->set_after(after);
}

void AddFileChange(UnitPlan* plan, const std::string& path, const Json& now, const std::string& content) {
  if (now != content) AddChange(plan, path, now, content);
}

void AddRun(UnitPlan* plan, const std::string& what, Change::Owner owner) {
  Change* c = plan->add_changes();
  c->set_path(what);
  c->set_action(Change::RUN);
  c->set_owner(owner);
}

void AddRemoval(UnitPlan* plan, const std::string& path, const std::string& before) {
  Change* c = plan->add_changes();
  c->set_path(path);
  c->set_action(Change::DELETE);
  c->set_owner(Change::OURS);
  c->set_before(before);
}

absl::StatusOr<Json> ObserveFile(const Host& host, const std::string& path) {
  ASSIGN_OR_RETURN(auto content, host.ReadFile(path));
  return content ? Json(*content) : Json();
}

}  // namespace devstats::agent
