#include "coordinator/release/record/storage_secret.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/release/record/record.h"

namespace devstats::release {
namespace {

using kube::TextAt;

constexpr char kType[] = "helm.sh/release.v1";
constexpr char kCreatedAt[] = "createdAt", kModifiedAt[] = "modifiedAt";

bool IsHelms(absl::string_view label) {
  return label == "name" || label == "owner" || label == "status" || label == "version" ||
         label == kCreatedAt || label == kModifiedAt;
}

std::map<std::string, std::string> TextsOf(const Json& object) {
  std::map<std::string, std::string> out;
  if (!object.is_object()) return out;
  for (const auto& [key, value] : object.items())
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  return out;
}

// The last write as the labels tell it, else as the server does.
absl::Time Written(const Json& secret) {
  for (const char* label : {kModifiedAt, kCreatedAt}) {
    int64_t seconds = 0;
    if (absl::SimpleAtoi(TextAt(secret, {"metadata", "labels", label}), &seconds))
      return absl::FromUnixSeconds(seconds);
  }
  absl::Time last = absl::InfinitePast(), time;
  const auto look = [&](const std::string& text) {
    if (!text.empty() && absl::ParseTime(absl::RFC3339_full, text, &time, nullptr))
      last = std::max(last, time);
  };
  look(TextAt(secret, {"metadata", "creationTimestamp"}));
  for (const Json& entry : kube::At(secret, {"metadata", "managedFields"})) look(TextAt(entry, {"time"}));
  return last;
}

}  // namespace

kube::ObjectRef SecretOf(const ReleaseName& name, int revision) {
  return {"v1", "Secret", name.name_space, absl::StrCat("sh.helm.release.v1.", name.name, ".v", revision)};
}

std::string SelectorOf(const ReleaseName& name) { return absl::StrCat("owner=helm,name=", name.name); }

std::optional<RevisionHead> HeadOf(const Json& secret) {
  RevisionHead out;
  out.release = {TextAt(secret, {"metadata", "labels", "name"}), TextAt(secret, {"metadata", "namespace"})};
  const bool numbered = absl::SimpleAtoi(TextAt(secret, {"metadata", "labels", "version"}), &out.revision);
  if (!numbered || TextAt(secret, {"metadata", "name"}) != SecretOf(out.release, out.revision).name)
    return {};
  out.status = StatusNamed(TextAt(secret, {"metadata", "labels", "status"}));
  out.written = Written(secret);
  out.version = TextAt(secret, {"metadata", "resourceVersion"});
  out.labels = TextsOf(kube::At(secret, {"metadata", "labels"}));
  std::erase_if(out.labels, [](const auto& label) { return IsHelms(label.first); });
  out.annotations = TextsOf(kube::At(secret, {"metadata", "annotations"}));
  return out;
}

Json RecordSecret(const Release& release, const std::string& data, bool created, absl::Time now) {
  const kube::ObjectRef ref = SecretOf(release.key(), release.revision);
  Json labels = release.labels;
  for (const char* label : {kCreatedAt, kModifiedAt}) labels.erase(label);
  labels[created ? kCreatedAt : kModifiedAt] = absl::StrCat(absl::ToUnixSeconds(now));
  labels["name"] = release.name;
  labels["owner"] = "helm";
  labels["status"] = std::string(StatusName(release.info.status));
  labels["version"] = absl::StrCat(release.revision);
  Json out{{"apiVersion", ref.api_version},
           {"kind", ref.kind},
           {"type", kType},
           {"metadata", {{"name", ref.name}, {"namespace", ref.namespace_}, {"labels", std::move(labels)}}},
           {"data", {{"release", chart::EncodeBase64(data)}}}};
  if (!release.annotations.empty()) out["metadata"]["annotations"] = release.annotations;
  return out;
}

absl::StatusOr<std::string> DataOf(const Json& secret, const char* key) {
  const Json& value = kube::At(secret, {"data", key});
  if (!value.is_string()) return absl::DataLossError(absl::StrCat("no data.", key));
  auto bytes = chart::DecodeBase64(value.get_ref<const std::string&>());
  if (bytes.ok()) return bytes;
  return absl::DataLossError(absl::StrCat("data.", key, ": ", bytes.status().message()));
}

}  // namespace devstats::release
