#include "agent/executor/phase.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/resources/registry.h"
#include "common/status.h"
#include "common/unit/execute.h"

namespace devstats::agent {
namespace {

using Result = v1::ResourceResult;

Result::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnchanged:
      return Result::UNCHANGED;
    case Outcome::kChanged:
      return Result::CHANGED;
    case Outcome::kResumed:
      return Result::RESUMED;
    case Outcome::kRepeated:
      return Result::REPEATED;
    case Outcome::kNeedsApproval:
      return Result::NEEDS_APPROVAL;
  }
  return Result::OUTCOME_UNSPECIFIED;
}

UnitPlan ApprovedFor(const v1::ApplyRequest& request, const std::string& resource) {
  for (const UnitPlan& plan : request.approved())
    if (plan.unit() == resource) return plan;
  return UnitPlan();
}

class Phase {
 public:
  Phase(const v1::ApplyRequest& request, Host* host, Journal* journal, const std::string& boot_id,
        const std::function<void(const v1::Progress&)>& progress)
      : request_(request),
        host_(host),
        journal_(journal),
        boot_id_(boot_id),
        progress_(progress),
        moved_(request.moved()) {}

  v1::StepStatus Run() {
    auto graph = MakePhase(request_.spec(), host_, SecretsOf(request_));
    if (!graph.ok()) return Fail(graph.status(), "");
    status_.set_state(v1::StepStatus::DONE);
    for (const GraphNode& node : graph->nodes()) RunOne(node);
    return status_;
  }

 private:
  v1::StepStatus Fail(const absl::Status& error, const std::string& resource) {
    if (status_.state() != v1::StepStatus::FAILED) {  // the first failure is the one that is told
      status_.set_state(v1::StepStatus::FAILED);
      status_.set_code(static_cast<int>(error.code()));
      status_.set_error(absl::StrCat(resource, resource.empty() ? "" : ": ", std::string(error.message())));
      status_.set_hint(HintOf(error));
    }
    return status_;
  }

  void RunOne(const GraphNode& node) {
    const std::string name = node.unit->id();
    Result* result = status_.add_resources();
    result->set_resource(name);
    for (const std::string& need : node.needs)
      if (stopped_.contains(need)) {
        stopped_.insert(name);
        return result->set_outcome(Result::SKIPPED);
      }
    const absl::Time start = absl::Now();
    auto done = Execute(*node.unit, *journal_, Options(*node.unit));
    result->set_elapsed_ms(absl::ToInt64Milliseconds(absl::Now() - start));
    if (!done.ok()) {
      result->set_outcome(Result::FAILED);
      stopped_.insert(name);
      Fail(done.status(), name);
      return;
    }
    result->set_outcome(ToProto(done->outcome));
    moved_ = moved_ || (done->outcome != Outcome::kUnchanged && done->outcome != Outcome::kNeedsApproval);
    if (done->outcome != Outcome::kNeedsApproval) return;
    stopped_.insert(name);
    *status_.add_amended() = done->plan;
    if (status_.state() == v1::StepStatus::DONE) status_.set_state(v1::StepStatus::NEEDS_APPROVAL);
  }

  ExecuteOptions Options(const Unit& unit) {
    const std::string name = unit.id();
    auto tell = [this, name](absl::string_view message) {
      v1::Progress p;
      p.set_resource(name);
      p.set_message(std::string(message));
      progress_(p);
    };
    return {.key = {request_.operation(), absl::StrCat(request_.step(), "/", name)},
            .payload = DigestOf(unit.Inputs()),
            .approved = ApprovedFor(request_, name),
            .boot_id = boot_id_,
            .moved = moved_,
            .progress = tell,
            .amended = [tell](const UnitPlan& plan) {
              tell(absl::StrCat("planned again: ", CountChanges(plan), " changes"));
              return absl::OkStatus();
            }};
  }

  const v1::ApplyRequest& request_;
  Host* const host_;
  Journal* const journal_;
  const std::string& boot_id_;
  const std::function<void(const v1::Progress&)>& progress_;
  bool moved_;
  std::set<std::string> stopped_;
  v1::StepStatus status_;
};

}  // namespace

v1::StepStatus RunPhase(const v1::ApplyRequest& request, Host* host, Journal* journal,
                        const std::string& boot_id,
                        const std::function<void(const v1::Progress&)>& progress) {
  return Phase(request, host, journal, boot_id, progress).Run();
}

}  // namespace devstats::agent
