#include "coordinator/addons/default_class_unit.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::addons {
namespace {

constexpr char kApi[] = "storage.k8s.io/v1", kKind[] = "StorageClass", kManager[] = "devstats-default-class";
// The second one is what clusters before 1.6 had; it counts to this day.
constexpr const char* kMarks[] = {"storageclass.kubernetes.io/is-default-class",
                                  "storageclass.beta.kubernetes.io/is-default-class"};

bool IsDefault(const Json& storage_class) {
  for (const char* mark : kMarks)
    if (kube::TextAt(storage_class, {"metadata", "annotations", mark}) == "true") return true;
  return false;
}

}  // namespace

absl::StatusOr<Json> DefaultClassUnit::Observe() {
  ASSIGN_OR_RETURN(const kube::ObjectList all, client_->List({kApi, kKind}));
  Json observed{{"there", false}, {"default", false}, {"others", Json::array()}};
  for (const Json& storage_class : all.items) {
    const std::string name = kube::TextAt(storage_class, {"metadata", "name"});
    if (name == class_) {
      observed["there"] = true;
      observed["default"] = IsDefault(storage_class);
    } else if (IsDefault(storage_class)) {
      observed["others"].push_back(name);
    }
  }
  return observed;
}

absl::StatusOr<UnitPlan> DefaultClassUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  auto add = [&](const std::string& name, Change::Action action, Change::Owner owner, const char* before,
                 const char* after) {
    Change* change = plan.add_changes();
    change->set_path(absl::StrCat(kKind, " ", name, " ", kMarks[0]));
    change->set_action(action);
    change->set_owner(owner);
    change->set_before(before);
    change->set_after(after);
  };
  for (const Json& other : observed["others"])
    add(other.get<std::string>(), Change::UPDATE, Change::FOREIGN, "true", "false");
  if (!observed["default"].get<bool>()) add(class_, Change::CREATE, Change::ABSENT, "", "true");
  return plan;
}

// Under a manager's name of its own: what was set as the release's would be taken back with its next apply.
absl::Status DefaultClassUnit::MakeDefault() {
  Json marks = Json::object();
  marks[kMarks[0]] = "true";
  return client_
      ->Apply(
          {{"apiVersion", kApi}, {"kind", kKind}, {"metadata", {{"name", class_}, {"annotations", marks}}}},
          {.force = true, .manager = kManager})
      .status();
}

absl::Status DefaultClassUnit::Unmark(const std::string& name) {
  Json marks = Json::object();
  marks[kMarks[0]] = "false";
  marks[kMarks[1]] = nullptr;
  const absl::Status patched =
      client_
          ->Patch({kApi, kKind, "", name}, kube::PatchKind::kMerge, {{"metadata", {{"annotations", marks}}}})
          .status();
  return absl::IsNotFound(patched) ? absl::OkStatus() : patched;
}

// Those that were the default first: with two of them claims are refused.
absl::Status DefaultClassUnit::Apply(const UnitPlan&, const StepContext& context) {
  Json observed;
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    ASSIGN_OR_RETURN(observed, Observe());
    if (observed["there"].get<bool>()) return std::vector<std::string>{};
    return std::vector<std::string>{absl::StrCat(kKind, " ", class_, " is not there")};
  };
  RETURN_IF_ERROR(coordinator::WaitUntilNone(id_, patience_, missing, context.progress));
  for (const Json& other : observed["others"]) RETURN_IF_ERROR(Unmark(other.get<std::string>()));
  return observed["default"].get<bool>() ? absl::OkStatus() : MakeDefault();
}

}  // namespace devstats::addons
