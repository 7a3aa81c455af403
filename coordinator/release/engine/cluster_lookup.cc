#include "coordinator/release/engine/cluster_lookup.h"

#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::release {
namespace {

using chart::Value;

constexpr int kMostLevels = 1000;  // as the rest of the chart engine

absl::StatusOr<Value> ToValue(const Json& json, int level = 0);

absl::StatusOr<Value> ToMap(const Json& json, int level) {
  chart::Map entries;
  for (const auto& [key, entry] : json.items()) {
    ASSIGN_OR_RETURN(entries[key], ToValue(entry, level + 1));
  }
  return Value::MakeMap(std::move(entries));
}

absl::StatusOr<Value> ToList(const Json& json, int level) {
  chart::List items;
  items.reserve(json.size());
  for (const Json& item : json) {
    ASSIGN_OR_RETURN(items.emplace_back(), ToValue(item, level + 1));
  }
  return Value::MakeList(std::move(items));
}

// As apimachinery's JSON reader: int64 if it fits, else float64.
Value ToNumber(const Json& json) {
  if (json.is_number_float()) return Value::Float(json.get<double>());
  if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()})
    return Value::Float(json.get<double>());
  return Value::Int64(json.get<int64_t>());
}

absl::StatusOr<Value> ToValue(const Json& json, int level) {
  if (level > kMostLevels) return absl::ResourceExhaustedError("the object nests deeper than 1,000 levels");
  if (json.is_object()) return ToMap(json, level);
  if (json.is_array()) return ToList(json, level);
  if (json.is_string()) return Value::String(json.get_ref<const std::string&>());
  if (json.is_boolean()) return Value::Bool(json.get<bool>());
  return json.is_number() ? ToNumber(json) : Value();
}

absl::StatusOr<bool> HasGroupVersion(absl::string_view api_version, kube::KubeClient& client) {
  ASSIGN_OR_RETURN(const std::vector<kube::ApiResource> kinds, client.Kinds());
  for (const kube::ApiResource& resource : kinds)
    if (resource.api_version == api_version) return true;
  return false;
}

absl::StatusOr<Value> Nothing() { return Value::MakeMap(); }

// Of a kind that discovery lacks. Helm's words.
absl::StatusOr<Value> Unknown(absl::string_view api_version, absl::string_view kind,
                              kube::KubeClient& client) {
  ASSIGN_OR_RETURN(const bool group, HasGroupVersion(api_version, client));
  if (group) return Nothing();
  return Hint(
      absl::NotFoundError(absl::StrCat(
          "unable to get apiresource from unstructured: ", absl::StrContains(api_version, '/') ? "" : "/",
          api_version, ", Kind=", kind, ": the server could not find the requested resource")),
      "install what defines that kind first, or let the template ask .Capabilities.APIVersions.Has");
}

absl::StatusOr<Value> ListOf(const kube::ListQuery& query, kube::KubeClient& client) {
  const auto found = client.List(query);
  if (absl::IsNotFound(found.status())) return Nothing();
  RETURN_IF_ERROR(found.status());
  const Json list = {{"apiVersion", query.api_version},
                     {"kind", query.kind + "List"},
                     {"metadata", {{"resourceVersion", found->resource_version}}},
                     {"items", found->items}};
  return ToValue(list);
}

}  // namespace

absl::StatusOr<Value> ClusterLookup::Get(absl::string_view api_version, absl::string_view kind,
                                         absl::string_view name_space, absl::string_view name) {
  const auto resource = client_->FindKind(std::string(api_version), std::string(kind));
  if (absl::IsNotFound(resource.status())) return Unknown(api_version, kind, *client_);
  RETURN_IF_ERROR(resource.status());
  const std::string in(resource->namespaced ? name_space : "");
  if (name.empty()) {
    return ListOf({.api_version = resource->api_version, .kind = resource->kind, .namespace_ = in}, *client_);
  }
  if (resource->namespaced && in.empty()) return Nothing();  // there is no such path
  const auto found = client_->Get({resource->api_version, resource->kind, in, std::string(name)});
  if (absl::IsNotFound(found.status())) return Nothing();
  RETURN_IF_ERROR(found.status());
  return ToValue(*found);
}

}  // namespace devstats::release
