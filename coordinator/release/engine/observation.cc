#include "coordinator/release/engine/observation.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/release/engine/hooks.h"

namespace devstats::release {
namespace {

absl::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kInstall:
      return "install";
    case Kind::kUpgrade:
    case Kind::kAdopt:
      return "upgrade";
    case Kind::kRollback:
      return "rollback";
    case Kind::kUninstall:
      return "delete";
    case Kind::kTest:
      break;
  }
  return "test";
}

absl::string_view NameOf(Action action) {
  switch (action) {
    case Action::kCreate:
      return "create";
    case Action::kUpdate:
      return "update";
    case Action::kDelete:
      return "delete";
    case Action::kUnchanged:
    case Action::kKeep:
      break;
  }
  return "";
}

void AddHooks(const Transition& t, const std::string& event, std::vector<PlannedHook>* planned) {
  std::vector<const ReleaseHook*> hooks;
  for (const ReleaseHook& hook : t.release.hooks)
    if (HasEvent(hook, event)) hooks.push_back(&hook);
  std::stable_sort(hooks.begin(), hooks.end(),
                   [](const ReleaseHook* a, const ReleaseHook* b) { return RunsBefore(*a, *b); });
  for (const ReleaseHook* hook : hooks) planned->push_back({event, hook});
}

Json FieldsOf(const ObjectChange& change) {
  Json fields = Json::array();
  for (const coordinator::FieldDifference& f : change.fields)
    fields.push_back({{"path", f.path}, {"before", f.before}, {"after", f.after}});
  return fields;
}

// What is made before all else.
Json FirstOf(const Transition& t) {
  Json objects = Json::array();
  if (t.make_namespace) {
    objects.push_back({{"object", absl::StrCat("Namespace ", t.release.name_space)},
                       {"kind", "Namespace"},
                       {"action", "create"}});
  }
  for (const ReleaseObject& crd : t.crds)
    objects.push_back({{"object", crd.ref.Text()}, {"kind", crd.ref.kind}, {"action", "create"}});
  return objects;
}

Json HooksOf(const Transition& t) {
  Json hooks = Json::array();
  for (const PlannedHook& planned : HooksToRun(t))
    hooks.push_back(absl::StrCat(planned.event, " hook ", planned.hook->kind, " ", planned.hook->name));
  return hooks;
}

Json WarningsOf(const Transition& t) {
  Json warnings = t.warnings;
  const auto add_dropped = [&](const ObjectChange& change) {
    if (std::string text = DroppedText(change); !text.empty()) warnings.push_back(std::move(text));
  };
  for (const ObjectChange& definition : t.definitions) add_dropped(definition);
  for (const ObjectChange& change : t.changes) {
    add_dropped(change);
    if (change.action == Action::kKeep)
      warnings.push_back(absl::StrCat(change.ref.Text(), " is kept (helm.sh/resource-policy: keep)"));
    for (const kube::FieldConflict& left : change.left)
      warnings.push_back(absl::StrCat(change.ref.Text(), " ", left.field, " is left to ", left.manager));
  }
  return warnings;
}

}  // namespace

Json ObservationOf(const std::vector<ObjectChange>& changes) {
  Json objects = Json::array();
  for (const ObjectChange& change : changes) {
    const Action action =
        change.action == Action::kUnchanged && change.takes_over ? Action::kUpdate : change.action;
    if (NameOf(action).empty()) continue;
    Json object = {
        {"object", change.ref.Text()}, {"kind", change.ref.kind}, {"action", std::string(NameOf(action))}};
    if (action == Action::kUpdate) object["fields"] = FieldsOf(change);
    if (change.adopts) object["adopts"] = true;
    if (change.takes_over) object["takes_over"] = true;
    objects.push_back(std::move(object));
  }
  return objects;
}

std::string HookEvent(absl::string_view when, Kind kind) { return absl::StrCat(when, "-", NameOf(kind)); }

bool MatchesFilters(const ReleaseHook& hook, const std::vector<std::string>& filters) {
  bool wanted = true, named = false;
  for (absl::string_view filter : filters) {
    if (absl::ConsumePrefix(&filter, "!name=")) {
      if (filter == hook.name) return false;
    } else {
      if (!named) wanted = false;
      named = true;
      if (absl::ConsumePrefix(&filter, "name=") && filter == hook.name) wanted = true;
    }
  }
  return wanted;
}

std::vector<PlannedHook> HooksToRun(const Transition& t) {
  std::vector<PlannedHook> planned;
  if (t.kind == Kind::kTest) {
    AddHooks(t, "test", &planned);
    std::erase_if(planned,
                  [&](const PlannedHook& p) { return !MatchesFilters(*p.hook, t.options.test_filters); });
  } else if (!t.options.no_hooks) {
    for (const char* when : {"pre", "post"}) AddHooks(t, HookEvent(when, t.kind), &planned);
  }
  return planned;
}

Json ObservationOf(const Transition& t) {
  Json out = {{"release", t.release.key().Text()}, {kWarnings, WarningsOf(t)}};
  if (t.nothing) {
    out["nothing"] = true;
    return out;
  }
  out["kind"] = std::string(NameOf(t.kind));
  out["revision"] = t.release.revision;
  if (t.options.keep_history) out["keep_history"] = true;
  out["history"] = Json::array();
  for (const RevisionHead& head : t.history)
    out["history"].push_back({{"revision", head.revision}, {"status", std::string(StatusName(head.status))}});
  out["objects"] = FirstOf(t);
  for (Json& object : ObservationOf(t.changes)) out["objects"].push_back(std::move(object));
  out["hooks"] = HooksOf(t);
  return out;
}

}  // namespace devstats::release
