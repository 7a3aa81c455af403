#include "coordinator/service/release_states.h"

#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/objects/objects.h"
#include "coordinator/release/wait/readiness.h"

namespace devstats::coordinator {
namespace {

using release::Readiness;
using release::ReleaseObject;

v1::ReleaseObjectState State(const std::string& object, const std::string& state, const std::string& reason) {
  v1::ReleaseObjectState out;
  out.set_object(object);
  out.set_state(state);
  out.set_reason(reason);
  return out;
}

v1::ReleaseObjectState Judged(const kube::ObjectRef& ref, const Json& live) {
  const Readiness readiness = release::ReadinessOf(live);
  switch (readiness.state) {
    case Readiness::State::kReady:
      return State(ref.Text(), "ready", "");
    case Readiness::State::kWaiting:
      return State(ref.Text(), "waiting", readiness.reason);
    case Readiness::State::kFailed:
      break;
  }
  return State(ref.Text(), "failed", readiness.reason);
}

// Objects by name, of one kind in one namespace.
using Group = std::vector<const ReleaseObject*>;
using Named = std::map<std::string, Json>;

// One request for all of them, where there is more than one: by the label that releases put on theirs, for a
// namespace may hold much else.
absl::StatusOr<Named> ListOf(const Group& group, kube::KubeClient& client) {
  const kube::ObjectRef& first = group[0]->ref;
  Named out;
  if (group.size() == 1) return out;
  ASSIGN_OR_RETURN(kube::ObjectList list,
                   client.List({.api_version = first.api_version,
                                .kind = first.kind,
                                .namespace_ = first.namespace_,
                                .label_selector = "app.kubernetes.io/managed-by=Helm"}));
  for (Json& item : list.items) {
    const std::string name = kube::TextAt(item, {"metadata", "name"});
    out[name] = std::move(item);
  }
  return out;
}

absl::StatusOr<v1::ReleaseObjectState> StateOf(const kube::ObjectRef& ref, const Named& listed,
                                               kube::KubeClient& client) {
  const auto found = listed.find(ref.name);
  if (found != listed.end()) return Judged(ref, found->second);
  const auto live = client.Get(ref);
  if (absl::IsNotFound(live.status())) return State(ref.Text(), "missing", "it is not in the cluster");
  RETURN_IF_ERROR(live.status(), ref.Text());
  return Judged(ref, *live);
}

}  // namespace

absl::StatusOr<std::vector<v1::ReleaseObjectState>> StatesOf(const release::Release& release,
                                                             kube::KubeClient& client) {
  std::vector<std::string> vanished;
  ASSIGN_OR_RETURN(const std::vector<ReleaseObject> objects,
                   ObjectsOf(release.manifest, release.key(), client, {.own = false, .vanished = &vanished}));
  std::map<std::tuple<std::string, std::string, std::string>, Group> groups;
  for (const ReleaseObject& object : objects)
    groups[{object.ref.api_version, object.ref.kind, object.ref.namespace_}].push_back(&object);
  std::map<const ReleaseObject*, v1::ReleaseObjectState> states;
  for (const auto& [key, group] : groups) {
    ASSIGN_OR_RETURN(const Named listed, ListOf(group, client));
    for (const ReleaseObject* object : group) {
      ASSIGN_OR_RETURN(states[object], StateOf(object->ref, listed, client));
    }
  }
  std::vector<v1::ReleaseObjectState> out;
  for (const ReleaseObject& object : objects) out.push_back(std::move(states[&object]));
  for (const std::string& kind : vanished)
    out.push_back(State(kind, "missing", "the server has no such kind"));
  return out;
}

}  // namespace devstats::coordinator
