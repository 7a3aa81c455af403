#include "coordinator/release/objects/references.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/objects/definition.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;

constexpr int kDepth = 64;

// What a field of text names.
const absl::flat_hash_map<absl::string_view, const char*>& TextFields() {
  static const auto* const fields = new absl::flat_hash_map<absl::string_view, const char*>{
      {"secretName", "Secret"},
      {"claimName", "PersistentVolumeClaim"},
      {"volumeName", "PersistentVolume"},
      {"serviceAccountName", "ServiceAccount"},
      {"serviceName", "Service"},
      {"priorityClassName", "PriorityClass"},
      {"runtimeClassName", "RuntimeClass"},
      {"storageClassName", "StorageClass"},
      {"ingressClassName", "IngressClass"},
  };
  return *fields;
}

// What the name in a field of its own names.
const absl::flat_hash_map<absl::string_view, const char*>& NamedFields() {
  static const auto* const fields = new absl::flat_hash_map<absl::string_view, const char*>{
      {"configMap", "ConfigMap"},     {"configMapRef", "ConfigMap"}, {"configMapKeyRef", "ConfigMap"},
      {"secret", "Secret"},           {"secretRef", "Secret"},       {"secretKeyRef", "Secret"},
      {"imagePullSecrets", "Secret"}, {"service", "Service"},
  };
  return *fields;
}

class Walker {
 public:
  void Walk(const Json& value, int depth) {
    if (depth == 0) return;
    if (value.is_array()) {
      for (const Json& item : value) Walk(item, depth - 1);
    } else if (value.is_object()) {
      for (const auto& [key, field] : value.items()) {
        Look(key, field);
        if (field.is_structured()) Walk(field, depth - 1);
      }
    }
  }
  std::vector<Reference> Take() { return std::move(found_); }

 private:
  void Look(const std::string& key, const Json& field) {
    if (field.is_string()) {
      const auto kind = TextFields().find(key);
      if (kind != TextFields().end()) Add(kind->second, field.get<std::string>(), "");
      return;
    }
    const auto kind = NamedFields().find(key);
    if (kind != NamedFields().end()) {
      Each(field,
           [&](const Json& one) { Add(kind->second, TextAt(one, {"name"}), TextAt(one, {"namespace"})); });
    } else if (key == "subjects" || absl::EndsWith(key, "Ref")) {
      Each(field, [&](const Json& one) {
        Add(TextAt(one, {"kind"}), TextAt(one, {"name"}), TextAt(one, {"namespace"}));
      });
    }
  }
  template <typename F>
  static void Each(const Json& field, F f) {
    if (field.is_object()) f(field);
    if (!field.is_array()) return;
    for (const Json& item : field) f(item);
  }
  void Add(const std::string& kind, const std::string& name, const std::string& space) {
    if (!kind.empty() && !name.empty()) found_.push_back({kind, name, space});
  }
  std::vector<Reference> found_;
};

}  // namespace

std::vector<Reference> ReferencesOf(const Json& object) {
  const std::string kind = TextAt(object, {"kind"});
  if (kind == kDefinitionKind || kind == "ConfigMap") return {};
  if (kind == "Secret") {
    const std::string account =
        TextAt(object, {"metadata", "annotations", "kubernetes.io/service-account.name"});
    return account.empty() ? std::vector<Reference>()
                           : std::vector<Reference>{{"ServiceAccount", account, ""}};
  }
  Walker walker;
  walker.Walk(object, kDepth);
  return walker.Take();
}

const Json& PodSpecOf(const Json& object) {
  const std::string kind = TextAt(object, {"kind"});
  if (kind == "Pod") return At(object, {"spec"});
  if (kind == "CronJob") return At(object, {"spec", "jobTemplate", "spec", "template", "spec"});
  return At(object, {"spec", "template", "spec"});
}

}  // namespace devstats::release
