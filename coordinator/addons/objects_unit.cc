#include "coordinator/addons/objects_unit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/addons/challenges.h"
#include "coordinator/addons/waiting.h"

namespace devstats::addons {
namespace {

using kube::At;
using kube::TextAt;

// A webhook that has just been installed is asked before it listens, or before its certificate is known.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::StrContains(status.message(), "failed calling webhook");
}

// What the object says of itself.
std::string WhyNotReady(const Json& object) {
  for (const Json& condition : At(object, {"status", "conditions"}))
    if (TextAt(condition, {"type"}) == "Ready")
      return absl::StrCat(TextAt(condition, {"reason"}), ": ", TextAt(condition, {"message"}));
  return "nothing is said of it yet";
}

}  // namespace

ObjectsUnit::ObjectsUnit(std::string id, ObjectsStep step, kube::KubeClient* client,
                         coordinator::Patience patience)
    : objects_({.id = std::move(id), .objects = step.objects}, client),
      step_(std::move(step)),
      client_(client),
      patience_(patience) {}

Json ObjectsUnit::Inputs() const { return {{"objects", step_.objects}, {"ready", step_.ready_kind}}; }

absl::StatusOr<std::vector<std::string>> ObjectsUnit::NotReady() {
  std::vector<std::string> reasons;
  for (const Json& object : step_.objects) {
    if (step_.ready_kind.empty() || TextAt(object, {"kind"}) != step_.ready_kind) continue;
    ASSIGN_OR_RETURN(const kube::ObjectRef ref, kube::RefOf(object));
    const auto live = client_->Get(ref);
    if (!live.ok() && !absl::IsNotFound(live.status())) return live.status();
    if (live.ok() && kube::ConditionOf(*live, "Ready") == "True") continue;
    reasons.push_back(log::Printable(
        absl::StrCat(ref.Text(), " is not ready: ", live.ok() ? WhyNotReady(*live) : "it is not there")));
  }
  return reasons;
}

absl::StatusOr<Json> ObjectsUnit::Observe() {
  ASSIGN_OR_RETURN(Json objects, objects_.Observe());
  ASSIGN_OR_RETURN(std::vector<std::string> reasons, NotReady());
  const bool ready = reasons.empty();
  for (const Json& object : step_.objects) {
    if (step_.ready_kind != "Issuer" || TextAt(object, {"kind"}) != "Issuer") continue;
    for (std::string& stuck : StuckChallenges(*client_, TextAt(object, {"metadata", "namespace"})))
      reasons.push_back(std::move(stuck));
  }
  Json observed = Seen(ready, reasons);
  observed["objects"] = std::move(objects);
  return observed;
}

absl::StatusOr<UnitPlan> ObjectsUnit::Diff(const Json& observed) const {
  ASSIGN_OR_RETURN(UnitPlan plan, objects_.Diff(observed["objects"]));
  AddWait(observed, absl::StrCat("each ", step_.ready_kind, " is ready"), &plan);
  return plan;
}

absl::Status ObjectsUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  auto refused = [&]() -> absl::StatusOr<std::vector<std::string>> {
    const absl::Status applied = objects_.Apply(diff, context);
    if (MayPass(applied)) return std::vector<std::string>{std::string(applied.message())};
    RETURN_IF_ERROR(applied);
    return std::vector<std::string>{};
  };
  RETURN_IF_ERROR(coordinator::WaitUntilNone(id(), patience_, refused, context.progress));
  auto missing = [&] { return NotReady(); };
  return coordinator::WaitUntilNone(id(), patience_, missing, context.progress);
}

}  // namespace devstats::addons
