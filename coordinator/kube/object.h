// Kubernetes objects as JSON: how one is named, and how manifests in YAML become such.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "common/yaml.h"

namespace devstats::kube {

struct ObjectRef {
  std::string api_version;  // "apps/v1"
  std::string kind;         // "DaemonSet"
  std::string namespace_;   // empty for a kind of the whole cluster
  std::string name;
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
  // "DaemonSet kube-system/kube-proxy", "Node node-1".
  std::string Text() const;
};

// InvalidArgument when apiVersion, kind or metadata.name is missing or no text.
absl::StatusOr<ObjectRef> RefOf(const Json& object);

// The value at a path of keys, or null: Json is never indexed by a key that it lacks.
const Json& At(const Json& value, std::initializer_list<const char*> path);
// The text at a path, or "".
std::string TextAt(const Json& value, std::initializer_list<const char*> path);
// The value of `type` in status.conditions: "True", "False", "Unknown" or "".
std::string ConditionOf(const Json& object, absl::string_view type);

// A tree as JSON, plain scalars typed as kubectl's YAML reader does (YAML 1.1: yes and on are true, 010 is
// 8). InvalidArgument for an integer or float that JSON cannot hold.
absl::StatusOr<Json> ToJson(const YamlNode& node);

// The objects of a manifest in order; empty documents are left out, a List is replaced by its items.
// InvalidArgument "FILE:LINE:COLUMN: why" for a document that is no object.
absl::StatusOr<std::vector<Json>> ParseManifest(absl::string_view text, absl::string_view filename);

}  // namespace devstats::kube
