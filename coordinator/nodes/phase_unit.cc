#include "coordinator/nodes/phase_unit.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

using agent::v1::StepStatus;

// What the agent said of a step that has ended, as a status.
absl::Status ToStatus(const StepStatus& step) {
  switch (step.state()) {
    case StepStatus::DONE:
      return absl::OkStatus();
    case StepStatus::NEEDS_APPROVAL:
      return Hint(absl::AbortedError(
                      absl::StrCat("the box has changed: ", step.amended_size() ? step.amended(0).unit() : "",
                                   " was planned again")),
                  "apply again: the new plan shows what changed");
    default:
      break;
  }
  absl::Status failed(static_cast<absl::StatusCode>(step.code()), step.error());
  if (failed.ok()) failed = absl::InternalError("the step did not end as it should");
  return step.hint().empty() ? failed : Hint(failed, step.hint());
}

}  // namespace

PhaseUnit::PhaseUnit(PhaseWants wants, AgentClient* agent)
    : wants_(std::move(wants)), id_(absl::StrCat(wants_.spec.phase(), "@", wants_.node)), agent_(agent) {}

absl::StatusOr<agent::v1::PhaseSpec> PhaseUnit::Spec() const {
  agent::v1::PhaseSpec spec = wants_.spec;
  if (wants_.complete) RETURN_IF_ERROR(wants_.complete(&spec));
  return spec;
}

absl::StatusOr<PhaseSecrets> PhaseUnit::Compared() const {
  if (!wants_.compared) return PhaseSecrets();
  return wants_.compared();
}

absl::StatusOr<Json> PhaseUnit::Observe() {
  ASSIGN_OR_RETURN(const agent::v1::PhaseSpec spec, Spec());
  ASSIGN_OR_RETURN(const PhaseSecrets secrets, Compared());
  ASSIGN_OR_RETURN(agent::v1::PlanResponse plan, agent_->Plan(spec, secrets));
  return ToJson(plan);
}

absl::StatusOr<UnitPlan> PhaseUnit::Diff(const Json& observed) const {
  agent::v1::PlanResponse response;
  RETURN_IF_ERROR(FromJson(observed, &response));
  UnitPlan plan;
  *plan.mutable_parts() = response.resources();
  return plan;
}

absl::Status PhaseUnit::Send(const StepContext& context, const PhaseSecrets& secrets) {
  agent::v1::ApplyRequest request;
  request.set_operation(context.key.operation);
  request.set_step(context.key.step);
  request.set_attempt(static_cast<uint32_t>(context.attempt));
  request.set_moved(context.moved);
  ASSIGN_OR_RETURN(*request.mutable_spec(), Spec());
  for (const auto& [name, secret] : secrets) (*request.mutable_secrets())[name] = secret.Reveal();  // over mutual TLS
  // As journalled with the intent, not as diffed now: the same key must carry the same payload.
  *request.mutable_approved() = context.intended.parts();
  auto tell = [&](const agent::v1::Progress& p) {
    context.progress(absl::StrCat(p.resource(), ": ", p.message()));
  };
  ASSIGN_OR_RETURN(StepStatus step, agent_->Apply(std::move(request), tell));
  return ToStatus(step);
}

absl::Status PhaseUnit::Settle(const StepContext& context) {
  ASSIGN_OR_RETURN(StepStatus step, agent_->GetStep(context.key.operation, context.key.step,
                                                    static_cast<uint32_t>(context.attempt)));
  if (step.state() != StepStatus::RUNNING) return absl::OkStatus();
  // What it ended with shows when it is observed; here only the end is waited for. The secrets are for a box
  // whose agent restarts meanwhile: it begins the step again with what this brings.
  ASSIGN_OR_RETURN(const PhaseSecrets secrets, Compared());
  return Send(context, secrets);
}

absl::Status PhaseUnit::Apply(const UnitPlan&, const StepContext& context) {
  ASSIGN_OR_RETURN(PhaseSecrets secrets, Compared());
  if (wants_.secrets) {
    ASSIGN_OR_RETURN(PhaseSecrets more, wants_.secrets(context.key));
    secrets.merge(more);
  }
  return Send(context, secrets);
}

absl::Status PhaseUnit::Forget(const std::string& operation) {
  absl::Status taken = wants_.take_back ? wants_.take_back({operation, id_}) : absl::OkStatus();
  const absl::Status forgotten = agent_->Forget(operation);  // even so
  taken.Update(forgotten);
  return taken;
}

}  // namespace devstats::coordinator
