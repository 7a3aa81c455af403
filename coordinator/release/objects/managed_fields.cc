#include "coordinator/release/objects/managed_fields.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/objects/fields.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;

constexpr char kLastApplied[] = "kubectl.kubernetes.io/last-applied-configuration";
constexpr char kBeforeFirstApply[] = "before-first-apply";
// Whose updates stand for the manifest that they had sent. kBeforeFirstApply: the server's own, for an object
// that had no managed fields when it was first applied.
constexpr absl::string_view kClients[] = {"helm", "kubectl-client-side-apply", "kubectl-create", "kubectl",
                                          kBeforeFirstApply};

const Json& EntriesOf(const Json& object) { return At(object, {"metadata", "managedFields"}); }

bool IsWhole(const Json& entry, absl::string_view operation) {
  return TextAt(entry, {"operation"}) == operation && TextAt(entry, {"subresource"}).empty();
}

bool IsOurApply(const Json& entry) {
  return IsWhole(entry, "Apply") && TextAt(entry, {"manager"}) == kube::kFieldManager;
}

bool IsClients(const Json& entry) {
  if (!IsWhole(entry, "Update")) return false;
  const std::string manager = TextAt(entry, {"manager"});
  if (manager == kube::kFieldManager) return true;
  if (std::find(std::begin(kClients), std::end(kClients), manager) != std::end(kClients)) return true;
  // Helm under another name, or within another program.
  return !At(entry, {"fieldsV1", "f:metadata", "f:annotations", "f:meta.helm.sh/release-name"}).is_null();
}

struct Owners {
  Json ours;                       // our apply's entry; null: none
  std::vector<const Json*> taken;  // entries that become ours, the newest first
  Json others = Json::array();
};

Owners OwnersOf(const Json& live) {
  Owners out;
  for (const Json& entry : EntriesOf(live)) {
    if (IsOurApply(entry)) {
      out.ours = entry;
    } else if (IsClients(entry)) {
      out.taken.push_back(&entry);
    } else {
      out.others.push_back(entry);
    }
  }
  std::stable_sort(out.taken.begin(), out.taken.end(),
                   [](const Json* a, const Json* b) { return TextAt(*a, {"time"}) > TextAt(*b, {"time"}); });
  return out;
}

// Adds the parameters of a strategy when another one is wanted: the server refuses to keep both.
void ClaimOldStrategy(const Json& live, const Json& wanted, Json* fields) {
  for (const char* strategy : {"strategy", "updateStrategy"}) {
    const std::string type = TextAt(wanted, {"spec", strategy, "type"});
    if (type.empty() || type == TextAt(live, {"spec", strategy, "type"}) ||
        !At(wanted, {"spec", strategy, "rollingUpdate"}).is_null() ||
        At(live, {"spec", strategy, "rollingUpdate"}).is_null()) {
      continue;
    }
    (*fields)["f:spec"][absl::StrCat("f:", strategy)]["f:rollingUpdate"] = Json::object();
  }
}

// The object that kubectl apply had sent; null: it had not.
Json LastAppliedOf(const Json& live) {
  const Json& text = At(live, {"metadata", "annotations", kLastApplied});
  if (!text.is_string()) return Json();
  auto parsed = ParseJson(text.get_ref<const std::string&>(), 200);
  return parsed.ok() ? *std::move(parsed) : Json();
}

Json PatchOf(const Json& live, const Json& entry, const Json& others) {
  Json entries = Json::array({entry});
  for (const Json& other : others) entries.push_back(other);
  // Not "test": only of a replaced version does the server say that it has changed (409).
  Json patch = Json::array({{{"op", "replace"}, {"path", "/metadata/managedFields"}, {"value", entries}},
                            {{"op", "replace"},
                             {"path", "/metadata/resourceVersion"},
                             {"value", At(live, {"metadata", "resourceVersion"})}}});
  if (!At(live, {"metadata", "annotations", kLastApplied}).is_null()) {
    patch.push_back({{"op", "remove"},
                     {"path", "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"}});
  }
  return patch;
}

}  // namespace

std::optional<Json> TakeOverPatch(const Json& live, const Json& previous, const Json& wanted) {
  Owners owners = OwnersOf(live);
  Json entry = owners.ours;
  if (entry.is_null() && owners.taken.empty()) return std::nullopt;
  if (entry.is_null()) {
    entry = *owners.taken.front();
    entry["manager"] = kube::kFieldManager;
    entry["operation"] = "Apply";
    entry["fieldsV1"] = Json::object();
  }
  Json& fields = entry["fieldsV1"];
  if (!fields.is_object()) fields = Json::object();
  const Json before = fields, applied = LastAppliedOf(live);
  for (const Json* taken : owners.taken) {
    // Fields of another version of the kind may be none of this one.
    if (At(*taken, {"apiVersion"}) != entry["apiVersion"] || !At(*taken, {"fieldsV1"}).is_object()) continue;
    AddFields(FieldsIn(At(*taken, {"fieldsV1"}), wanted, {&previous, &applied}), &fields);
  }
  ClaimOldStrategy(live, wanted, &fields);
  if (owners.taken.empty() && fields == before) return std::nullopt;
  return PatchOf(live, entry, owners.others);
}

bool IsTakenOver(const Json& live, absl::string_view manager) {
  if (manager == kBeforeFirstApply) return true;
  const Owners owners = OwnersOf(live);
  return std::any_of(owners.taken.begin(), owners.taken.end(),
                     [&](const Json* entry) { return TextAt(*entry, {"manager"}) == manager; });
}

Json WithoutTakenOver(Json object, const Json& patch, const Json& wanted) {
  Json ours = Json::object(), kept = Json::object();
  for (const Json& entry : patch[0]["value"]) {
    const Json& fields = At(entry, {"fieldsV1"});
    if (fields.is_object()) AddFields(fields, IsOurApply(entry) ? &ours : &kept);
  }
  EraseFields(ours, wanted, kept, &object);
  Json* annotations = &object["metadata"];
  if (annotations->contains("annotations")) (*annotations)["annotations"].erase(kLastApplied);
  return object;
}

bool IsApplied(const Json& live, const Json& wanted) {
  const Json ours = OwnersOf(live).ours;
  if (ours.is_null() || TextAt(ours, {"apiVersion"}) != TextAt(wanted, {"apiVersion"})) return false;
  Json fields = wanted;  // what names an object is nobody's
  fields.erase("apiVersion");
  fields.erase("kind");
  if (const auto metadata = fields.find("metadata"); metadata != fields.end() && metadata->is_object()) {
    metadata->erase("name");
    metadata->erase("namespace");
    if (metadata->empty()) fields.erase(metadata);
  }
  const Json& owned = At(ours, {"fieldsV1"});
  return owned.is_object() && (owned.empty() ? fields.empty() : AreFieldsOf(owned, fields, live));
}

}  // namespace devstats::release
