#include "coordinator/release/objects/sendable.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/objects/references.h"

namespace devstats::release {
namespace {

using kube::TextAt;

bool IsKubernetesOwn(absl::string_view api_version) {
  const size_t slash = api_version.find('/');
  if (slash == api_version.npos) return true;
  const absl::string_view group = api_version.substr(0, slash);
  return !absl::StrContains(group, '.') || absl::EndsWith(group, ".k8s.io");
}

void DropNulls(Json* value) {
  if (value->is_object()) {
    auto& map = value->get_ref<Json::object_t&>();
    std::erase_if(map, [](const auto& entry) { return entry.second.is_null(); });
  }
  if (value->is_structured()) {
    for (Json& item : *value) DropNulls(&item);
  }
}

// The member of a map, or nullptr; for changing.
Json* Member(Json* value, const char* key) {
  const auto found = value && value->is_object() ? value->find(key) : Json::iterator();
  return value && value->is_object() && found != value->end() ? &*found : nullptr;
}

void EncodeStringData(Json* secret) {
  const Json* plain = Member(secret, "stringData");
  if (!plain || !plain->is_object()) return;
  Json* data = Member(secret, "data");
  if (data && !data->is_object()) return;
  for (const auto& [key, value] : plain->items()) {
    if (!value.is_string()) return;  // the server says why not
  }
  const Json entries = *plain;
  secret->erase("stringData");
  for (const auto& [key, value] : entries.items()) {
    (*secret)["data"][key] = absl::Base64Escape(value.get_ref<const std::string&>());
  }
}

void NameProtocols(Json* service) {
  Json* ports = Member(Member(service, "spec"), "ports");
  if (!ports || !ports->is_array()) return;
  for (Json& port : *ports) {
    if (port.is_object() && !port.contains("protocol")) port["protocol"] = "TCP";
  }
}

void KeepLastVariables(Json* variables) {
  if (!variables || !variables->is_array()) return;
  std::set<std::string> later;
  for (size_t i = variables->size(); i-- > 0;) {
    const std::string name = TextAt((*variables)[i], {"name"});
    if (!name.empty() && !later.insert(name).second) variables->erase(i);
  }
}

// The item with that name, or nullptr.
const Json* Named(const std::string& name, const Json& list) {
  for (const Json& item : list) {
    if (!name.empty() && TextAt(item, {"name"}) == name) return &item;
  }
  return nullptr;
}

bool IsEmptyMap(const Json& value) { return value.is_object() && value.empty(); }

void AddNulls(const Json& previous, Json* object) {
  if (object->is_object() && previous.is_object()) {
    for (const auto& [key, was] : previous.items()) {
      if (Json* now = Member(object, key.c_str())) {
        AddNulls(was, now);
      } else if (IsEmptyMap(was)) {
        (*object)[key] = nullptr;
      }
    }
  } else if (object->is_array() && previous.is_array()) {
    for (Json& item : *object) {
      if (const Json* was = Named(TextAt(item, {"name"}), previous)) AddNulls(*was, &item);
    }
  }
}

}  // namespace

bool AddRemovals(const Json& previous, Json* object) {
  const bool own = IsKubernetesOwn(TextAt(*object, {"apiVersion"}));
  if (own) AddNulls(previous, object);
  return own;
}

Json RemovalsOf(const Json& previous, const Json& object) {
  Json out = Json::object();
  if (!previous.is_object() || !object.is_object()) return out;
  for (const auto& [key, was] : previous.items()) {
    const auto now = object.find(key);
    if (now == object.end()) {
      if (IsEmptyMap(was)) out[key] = nullptr;
    } else if (Json within = RemovalsOf(was, *now); !within.empty()) {
      out[key] = std::move(within);
    }
  }
  return out;
}

void MakeSendable(Json* object) {
  const std::string api_version = TextAt(*object, {"apiVersion"}), kind = TextAt(*object, {"kind"});
  if (!IsKubernetesOwn(api_version)) return;
  DropNulls(object);
  if (api_version == "v1" && kind == "Secret") EncodeStringData(object);
  if (api_version == "v1" && kind == "Service") NameProtocols(object);
  Json* pod = const_cast<Json*>(&PodSpecOf(*object));  // null, or a part of what may be changed
  for (const char* list : {"containers", "initContainers"}) {
    Json* containers = Member(pod, list);
    if (!containers || !containers->is_array()) continue;
    for (Json& container : *containers) KeepLastVariables(Member(&container, "env"));
  }
}

}  // namespace devstats::release
