#include "coordinator/devstats/upkeep/secret_look.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/upkeep/restart.h"

namespace devstats::domain {
namespace {

using kube::At;
using kube::TextAt;

absl::Time TimeOf(const std::string& text) {
  absl::Time time;
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error) ? time : absl::InfinitePast();
}

const Json& ListAt(const Json& value, std::initializer_list<const char*> path) {
  static const auto& none = *new Json(Json::array());
  const Json& found = At(value, path);
  return found.is_array() ? found : none;
}

bool Uses(const Json& container, const std::string& secret, const std::string& key) {
  for (const Json& variable : ListAt(container, {"env"}))
    if (TextAt(variable, {"valueFrom", "secretKeyRef", "name"}) == secret &&
        TextAt(variable, {"valueFrom", "secretKeyRef", "key"}) == key)
      return true;
  return false;
}

bool PodUses(const Json& pod, const std::string& secret, const std::string& key) {
  for (const char* list : {"containers", "initContainers"})
    for (const Json& container : ListAt(pod, {"spec", list}))
      if (Uses(container, secret, key)) return true;
  return false;
}

// The workload that a pod is of. A ReplicaSet is its deployment's: its name ends with the hash of the
// template.
std::pair<std::string, std::string> OwnerOf(const Json& pod) {
  for (const Json& owner : ListAt(pod, {"metadata", "ownerReferences"})) {
    if (At(owner, {"controller"}) != true) continue;
    std::string kind = TextAt(owner, {"kind"}), name = TextAt(owner, {"name"});
    const std::string hash = absl::StrCat("-", TextAt(pod, {"metadata", "labels", "pod-template-hash"}));
    if (kind == "ReplicaSet" && hash.size() > 1 && absl::EndsWith(name, hash))
      return {"Deployment", name.substr(0, name.size() - hash.size())};
    return {kind, name};
  }
  return {"Pod", TextAt(pod, {"metadata", "name"})};
}

// It was made then or later: its own time has no fractions of a second, that of a restart which led to it
// does.
absl::Time NotBefore(const Json& pod) {
  return std::max(TimeOf(TextAt(pod, {"metadata", "creationTimestamp"})),
                  TimeOf(TextAt(pod, {"metadata", "annotations", kRestartedAt})));
}

const char* StateOf(const Json& key) {
  const std::string state = TextAt(key, {"state"});
  return state == "same" ? "as sealed" : state == "missing" ? "missing" : "differs";
}

// What the unit sees of one Secret; what cannot be had says why, in the place of the state.
void Fill(const SecretsWanted& wanted, const SecretWanted& secret, const SealedValues& sealed,
          kube::KubeClient& client, SecretKeyState* state) {
  SecretsWanted one{.id = wanted.id, .name_space = wanted.name_space, .secrets = {secret}};
  one.secrets[0].keys.clear();
  for (const SecretKey& key : secret.keys)
    if (key.key == state->key) one.secrets[0].keys.push_back(key);
  const auto seen = SecretsUnit(std::move(one), sealed, &client).Observe();
  if (seen.ok())
    state->state = StateOf(At(*seen, {secret.name.c_str(), "keys", state->key.c_str()}));
  else
    state->state = std::string(seen.status().message());
}

}  // namespace

absl::Time ChangedAt(const Json& secret, const std::string& key) {
  const std::string note = ChangeNote(key);
  const absl::Time noted = TimeOf(TextAt(secret, {"metadata", "annotations", note.c_str()}));
  if (noted != absl::InfinitePast()) return noted;
  absl::Time changed = TimeOf(TextAt(secret, {"metadata", "creationTimestamp"}));
  for (const Json& entry : ListAt(secret, {"metadata", "managedFields"}))
    if (At(entry, {"fieldsV1", "f:data"}).is_object())
      changed = std::max(changed, TimeOf(TextAt(entry, {"time"})));
  return changed;
}

std::vector<SecretUser> OutdatedUsers(const std::vector<Json>& pods, const std::string& secret,
                                      const std::string& key, absl::Time changed) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> users;
  for (const Json& pod : pods) {
    const std::string phase = TextAt(pod, {"status", "phase"});
    const bool leaving = !TextAt(pod, {"metadata", "deletionTimestamp"}).empty();
    if (leaving || phase == "Succeeded" || phase == "Failed" || !PodUses(pod, secret, key)) continue;
    if (NotBefore(pod) > changed) continue;
    users[OwnerOf(pod)].push_back(TextAt(pod, {"metadata", "name"}));
  }
  std::vector<SecretUser> out;
  for (auto& [owner, names] : users) out.push_back({owner.first, owner.second, std::move(names)});
  return out;
}

absl::StatusOr<std::vector<SecretKeyState>> LookAtSecrets(kube::KubeClient& client,
                                                          const SecretsWanted& wanted,
                                                          const SealedValues& sealed) {
  ASSIGN_OR_RETURN(const kube::ObjectList pods,
                   client.List({.api_version = "v1", .kind = "Pod", .namespace_ = wanted.name_space}),
                   "pods");
  std::vector<SecretKeyState> out;
  for (const SecretWanted& secret : wanted.secrets) {
    const auto live = client.Get({"v1", "Secret", wanted.name_space, secret.name});
    if (!live.ok() && !absl::IsNotFound(live.status())) return live.status();
    for (const SecretKey& key : secret.keys) {
      SecretKeyState& state = out.emplace_back();
      state.secret = secret.name;
      state.key = key.key;
      state.sealed = key.sealed;
      if (!key.sealed.empty()) state.mac = sealed.mac(key.sealed).value_or("");
      Fill(wanted, secret, sealed, client, &state);
      if (!live.ok()) continue;
      state.changed = ChangedAt(*live, key.key);
      state.outdated = OutdatedUsers(pods.items, secret.name, key.key, state.changed);
    }
  }
  return out;
}

}  // namespace devstats::domain
