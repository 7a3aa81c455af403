#include "coordinator/addons/random_secret_unit.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/secret.h"
#include "common/status.h"

namespace devstats::addons {
namespace {
constexpr int kBytes = 128;
}  // namespace

Json RandomSecretUnit::Inputs() const {
  return {{"namespace", step_.name_space}, {"name", step_.name}, {"key", step_.key}};
}

absl::StatusOr<Json> RandomSecretUnit::Observe() {
  const auto live = client_->Get(Ref());
  if (!live.ok() && !absl::IsNotFound(live.status())) return live.status();
  const bool has_value = live.ok() && !kube::TextAt(*live, {"data", step_.key.c_str()}).empty();
  return Json{{"there", live.ok()}, {"value", has_value}};
}

absl::StatusOr<UnitPlan> RandomSecretUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  if (observed["value"].get<bool>()) return plan;
  if (observed["there"].get<bool>())
    return Hint(absl::FailedPreconditionError(absl::StrCat(Ref().Text(), " has no value ", step_.key)),
                "it was made by somebody else: give it that value, or delete it so that it is made anew");
  Change* change = plan.add_changes();
  change->set_path(Ref().Text());
  change->set_action(Change::CREATE);
  change->set_owner(Change::ABSENT);
  change->set_after("a random value");
  return plan;
}

absl::Status RandomSecretUnit::Apply(const UnitPlan&, const StepContext& context) {
  context.progress(absl::StrCat("making ", Ref().Text()));
  const Secret drawn = RandomSecret(kBytes);
  Json data = Json::object();  // as the API server wants it: the text in base64, the value in base64 again
  data[step_.key] = absl::Base64Escape(absl::Base64Escape(absl::HexStringToBytes(drawn.Reveal())));
  const absl::Status made =
      client_
          ->Create({{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"type", "Opaque"},
                    {"metadata", {{"name", step_.name}, {"namespace", step_.name_space}}},
                    {"data", data}})
          .status();
  return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;  // one made meanwhile is as good
}

}  // namespace devstats::addons
