#include "agent/resources/file_state.h"

#include "absl/strings/str_cat.h"
#include "agent/host/systemd.h"
#include "common/status.h"

namespace devstats::agent {

absl::StatusOr<bool> IsOurFile(Host* host, const std::string& path) {
  ASSIGN_OR_RETURN(auto item, host->inventory().Find("file:" + path));
  return item.has_value();
}

absl::StatusOr<Json> ObserveFile(Host* host, const std::string& path) {
  ASSIGN_OR_RETURN(auto content, host->ReadFile(path));
  if (!content) return Json();
  ASSIGN_OR_RETURN(const bool ours, IsOurFile(host, path));
  return Json{{"content", *content}, {"ours", ours}};
}

Change* AddChange(UnitPlan* plan, const std::string& path, Change::Action action, Change::Owner owner,
                  const std::string& before, const std::string& after) {
  Change* c = plan->add_changes();
  c->set_path(path);
  c->set_action(action);
  c->set_owner(owner);
  c->set_before(before);
  c->set_after(after);
  return c;
}

void DiffFile(const Json& observed, const std::string& path, const std::string& content, UnitPlan* plan) {
  if (observed.is_null()) {
    AddChange(plan, path, Change::CREATE, Change::ABSENT, "", content);
  } else if (observed["content"] != content) {
    AddChange(plan, path, Change::UPDATE, observed["ours"] == true ? Change::OURS : Change::FOREIGN,
              observed["content"].get<std::string>(), content);
  }
}

absl::StatusOr<Json> ObserveService(Host* host, const std::string& unit) {
  ASSIGN_OR_RETURN(const UnitState state, host->systemd().Get(unit), unit);
  return Json{{"enabled", state.file == "enabled"}, {"active", state.active == "active"}};
}

void DiffService(const Json& observed, const std::string& unit, UnitPlan* plan) {
  for (const char* want : {"enabled", "active"})
    if (observed[want] != true)
      AddChange(plan, absl::StrCat(unit, " ", want), Change::UPDATE, Change::OURS, "no", "yes");
}

absl::Status ApplyService(Host* host, const std::string& unit) {
  RETURN_IF_ERROR(host->systemd().DaemonReload());
  RETURN_IF_ERROR(host->systemd().Enable(unit));
  return host->systemd().Restart(unit);
}

}  // namespace devstats::agent
