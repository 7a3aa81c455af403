#include "coordinator/kube/units/object_unit.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/kube/units/difference.h"
#include "coordinator/kube/units/ownership.h"

namespace devstats::coordinator {
namespace {

using kube::At;
using kube::TextAt;

constexpr char kDefinition[] = "CustomResourceDefinition";

int Rank(const Json& object) {
  const std::string kind = TextAt(object, {"kind"});
  return kind == "Namespace" ? 0 : kind == kDefinition ? 1 : 2;
}

// The object's own name in plans; never its namespace's default, so that it is known before discovery.
std::string NameOf(const Json& object) {
  const auto ref = kube::RefOf(object);
  return ref.ok() ? ref->Text() : CanonicalJson(object);
}

// A change's path is the object's name, with the field's path after it when it is one of many.
std::string ObjectOf(const Change& change) { return change.path().substr(0, change.path().find(" .")); }

// What a conflict means here is "try again", not "ask".
absl::Status NotAborted(const absl::Status& status) {
  return absl::IsAborted(status) ? absl::UnavailableError(status.message()) : status;
}

void AddChanges(const Json& seen, UnitPlan* plan) {
  const std::string name = seen.value("name", "");
  if (seen.value("absent", false)) {
    Change* c = plan->add_changes();
    c->set_path(name);
    c->set_action(Change::CREATE);
    c->set_owner(Change::ABSENT);
    c->set_after(absl::StrCat("sha256:", seen.value("digest", "")));
    return;
  }
  for (const Json& d : At(seen, {"differences"})) {
    Change* c = plan->add_changes();
    c->set_path(absl::StrCat(name, " ", TextAt(d, {"path"})));
    c->set_action(Change::UPDATE);
    c->set_owner(seen.value("ours", false) ? Change::OURS : Change::FOREIGN);
    c->set_before(TextAt(d, {"before"}));
    c->set_after(TextAt(d, {"after"}));
  }
}

}  // namespace

ObjectUnit::ObjectUnit(ObjectsWanted wanted, kube::KubeClient* client)
    : wanted_(std::move(wanted)), client_(client) {
  std::stable_sort(wanted_.objects.begin(), wanted_.objects.end(),
                   [](const Json& a, const Json& b) { return Rank(a) < Rank(b); });
}

bool ObjectUnit::IsDefinedHere(const std::string& api_version, const std::string& kind) const {
  for (const Json& object : wanted_.objects) {
    if (TextAt(object, {"kind"}) == kDefinition && TextAt(object, {"spec", "names", "kind"}) == kind &&
        absl::StartsWith(api_version, absl::StrCat(TextAt(object, {"spec", "group"}), "/"))) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<Json> ObjectUnit::ObserveOne(const Json& object) {
  const Json absent{{"name", NameOf(object)}, {"absent", true}, {"digest", DigestOf(object)}};
  ASSIGN_OR_RETURN(kube::ObjectRef ref, kube::RefOf(object));
  const auto resource = client_->FindKind(ref.api_version, ref.kind);
  if (absl::IsNotFound(resource.status()) && IsDefinedHere(ref.api_version, ref.kind)) return absent;
  RETURN_IF_ERROR(resource.status());
  if (resource->namespaced && ref.namespace_.empty()) ref.namespace_ = "default";
  const auto live = client_->Get(ref);
  if (absl::IsNotFound(live.status())) return absent;
  RETURN_IF_ERROR(live.status());
  if (!At(*live, {"metadata", "deletionTimestamp"}).is_null()) {
    return Hint(absl::FailedPreconditionError(absl::StrCat(ref.Text(), " is being deleted")),
                "wait until it is gone, then apply again; a finalizer may hold it");
  }
  Json placed = object;
  if (!ref.namespace_.empty()) placed["metadata"]["namespace"] = ref.namespace_;
  ASSIGN_OR_RETURN(const Json would, client_->Apply(placed, {.force = true, .dry_run = true}));
  Json differences = Json::array();
  for (const FieldDifference& d : DifferencesOf(WithoutServerFields(*live), WithoutServerFields(would))) {
    differences.push_back({{"path", d.path}, {"before", d.before}, {"after", d.after}});
  }
  return Json{{"name", NameOf(object)}, {"ours", IsOurs(*live)}, {"differences", differences}};
}

absl::StatusOr<Json> ObjectUnit::Observe() {
  Json observed = Json::array();
  for (const Json& object : wanted_.objects) {
    ASSIGN_OR_RETURN(Json one, ObserveOne(object), NameOf(object));
    observed.push_back(std::move(one));
  }
  return observed;
}

absl::StatusOr<UnitPlan> ObjectUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const Json& seen : observed) AddChanges(seen, &plan);
  return plan;
}

absl::Status ObjectUnit::ApplyOne(const Json& object) {
  Json placed = object;
  ASSIGN_OR_RETURN(const kube::ObjectRef ref, kube::RefOf(object));
  ASSIGN_OR_RETURN(const kube::ApiResource resource, client_->FindKind(ref.api_version, ref.kind));
  if (resource.namespaced && ref.namespace_.empty()) placed["metadata"]["namespace"] = "default";
  return NotAborted(client_->Apply(placed, {.force = true}).status());
}

// A definition is accepted at once, its kind is served a moment later.
absl::Status ObjectUnit::WaitForKinds(const StepContext& context) {
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    std::vector<std::string> reasons;
    for (const Json& object : wanted_.objects) {
      if (TextAt(object, {"kind"}) != kDefinition) continue;
      ASSIGN_OR_RETURN(const kube::ObjectRef ref, kube::RefOf(object));
      ASSIGN_OR_RETURN(const Json live, client_->Get(ref));
      if (kube::ConditionOf(live, "Established") != "True") {
        reasons.push_back(absl::StrCat(ref.Text(), " is not established"));
      }
    }
    for (const Json& object : wanted_.objects) {
      const std::string api_version = TextAt(object, {"apiVersion"}), kind = TextAt(object, {"kind"});
      if (!IsDefinedHere(api_version, kind)) continue;
      if (!client_->FindKind(api_version, kind).ok()) reasons.push_back(absl::StrCat(kind, " is not served"));
    }
    return reasons;
  };
  return WaitUntilNone("new kinds", wanted_.patience, missing, context.progress);
}

absl::Status ObjectUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  std::set<std::string> meant;
  for (const Change& change : diff.changes()) meant.insert(ObjectOf(change));
  bool defined = false, waited = false;
  for (const Json& object : wanted_.objects) {
    const std::string name = NameOf(object);
    if (!meant.count(name)) continue;
    if (TextAt(object, {"kind"}) == kDefinition) defined = true;
    if (Rank(object) == 2 && defined && !waited) {
      RETURN_IF_ERROR(WaitForKinds(context));
      waited = true;
    }
    context.progress(absl::StrCat("applying ", name));
    RETURN_IF_ERROR(ApplyOne(object), name);
    FaultPoint("object.applied", name);
  }
  return defined && !waited ? WaitForKinds(context) : absl::OkStatus();
}

std::unique_ptr<ObjectUnit> MakeNamespacesUnit(std::string id, const std::vector<std::string>& names,
                                               kube::KubeClient* client) {
  ObjectsWanted wanted{.id = std::move(id)};
  for (const std::string& name : names) {
    wanted.objects.push_back({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  }
  return std::make_unique<ObjectUnit>(std::move(wanted), client);
}

}  // namespace devstats::coordinator
