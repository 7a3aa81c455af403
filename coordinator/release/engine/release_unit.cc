#include "coordinator/release/engine/release_unit.h"

#include "common/status.h"
#include "coordinator/release/engine/observation.h"

namespace devstats::release {
namespace {

// To whoever runs units, Aborted says that an approval is wanted; an engine's Aborted (the lease was lost, a
// field is another's) is a failure.
absl::Status AsFailure(const absl::Status& status) {
  if (!absl::IsAborted(status)) return status;
  absl::Status out = absl::FailedPreconditionError(status.message());
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

}  // namespace

absl::Status ReleaseUnit::Prepare() {
  ASSIGN_OR_RETURN(const ReleaseRequest request, wanted_.request());
  ASSIGN_OR_RETURN(transition_, acts_.prepare(request, writer(), revision_));
  return absl::OkStatus();
}

absl::StatusOr<Json> ReleaseUnit::Observe() {
  RETURN_IF_ERROR(Prepare());
  if (tested_) transition_->nothing = true;
  return ObservationOf(*transition_);
}

absl::StatusOr<UnitPlan> ReleaseUnit::Diff(const Json& observed) const { return PlanOf(observed); }

absl::StatusOr<Json> ReleaseUnit::ChooseWitness(const UnitPlan&) {
  if (!transition_) return absl::InternalError("nothing was observed");
  revision_ = transition_->release.revision;
  return Json{{"revision", revision_}};
}

absl::Status ReleaseUnit::Settle(const StepContext& context) {
  revision_ = context.witness.value("revision", 0);
  operation_ = context.key.operation;
  return absl::OkStatus();
}

absl::Status ReleaseUnit::Apply(const UnitPlan&, const StepContext& context) {
  operation_ = context.key.operation;
  revision_ = context.witness.value("revision", 0);
  // What was observed is what was approved; rendered anew, a random function would make another one.
  if (!transition_ || transition_->release.revision != revision_) RETURN_IF_ERROR(Prepare());
  const auto carried = acts_.carry(
      *transition_,
      {.writer = writer(), .attempt = context.attempt, .progress = context.progress, .go_on = context.go_on});
  RETURN_IF_ERROR(AsFailure(carried.status()));
  tested_ = transition_->kind == Kind::kTest;
  return absl::OkStatus();
}

}  // namespace devstats::release
