// A change of one release as a unit: of an operation of its own (`devstatsctl release upgrade`), or a step of
// cluster.yaml.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "common/unit/unit.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::release {

struct ReleaseWanted {
  std::string id;  // "release shop/store"
  Json inputs;     // what is desired, as data; no secret in it
  // The request, its chart loaded; asked once for each observation.
  std::function<absl::StatusOr<ReleaseRequest>()> request;
  std::string coordinator;  // cluster id
  uint64_t epoch = 0;
};

// Its plan has a change for each object and field ("Deployment shop/web .spec.replicas"), one for each hook
// that will run, and one for the revision. The witness is the revision's number.
class ReleaseUnit : public Unit {
 public:
  // Not owned.
  ReleaseUnit(ReleaseWanted wanted, EngineParts parts)
      : wanted_(std::move(wanted)), parts_(parts), engine_(parts) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override { return wanted_.inputs; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::StatusOr<Json> ChooseWitness(const UnitPlan& diff) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

  // As last observed; for who renders only (PlanRelease). Null before.
  const Transition* transition() const { return transition_ ? &*transition_ : nullptr; }

 private:
  const ReleaseWanted wanted_;
  const EngineParts parts_;
  Engine engine_;
  std::optional<Transition> transition_;
  int revision_ = 0;  // the witness, once chosen
};

}  // namespace devstats::release
