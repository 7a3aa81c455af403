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

// What the unit needs of an engine.
struct ReleaseActs {
  std::function<absl::StatusOr<Transition>(const ReleaseRequest&, const Writer&, int revision)> prepare;
  std::function<absl::StatusOr<Release>(const Transition&, const CarryContext&)> carry;
};
ReleaseActs ActsOf(EngineParts parts);

// Its plan has a change for each object and field ("Deployment shop/web .spec.replicas"), one for each hook
// that will run, and one for the revision (observation.h). The witness is the revision's number.
class ReleaseUnit : public Unit {
 public:
  // What `acts` refer to is not owned.
  ReleaseUnit(ReleaseWanted wanted, ReleaseActs acts) : wanted_(std::move(wanted)), acts_(std::move(acts)) {}
  ReleaseUnit(ReleaseWanted wanted, EngineParts parts)
      : ReleaseUnit(std::move(wanted), ActsOf(std::move(parts))) {}

  std::string id() const override { return wanted_.id; }
  Json Inputs() const override { return wanted_.inputs; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::StatusOr<Json> ChooseWitness(const UnitPlan& diff) override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

  // As last observed; for who renders only (PlanRelease). Null before.
  const Transition* transition() const { return transition_ ? &*transition_ : nullptr; }

 private:
  Writer writer() const { return {wanted_.coordinator, wanted_.epoch, operation_}; }
  absl::Status Prepare();

  const ReleaseWanted wanted_;
  const ReleaseActs acts_;
  std::optional<Transition> transition_;
  int revision_ = 0;       // the witness, once chosen
  std::string operation_;  // that acts, once known
  bool tested_ = false;    // a test has ended well: it leaves nothing to be seen
};

}  // namespace devstats::release
