#include "coordinator/devstats/patroni/tuning_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/tuning_plan.h"
#include "coordinator/devstats/patroni/tuning_run.h"

namespace devstats::patroni {
namespace {

// PostgreSQL restarts, or Patroni's leader is just being elected: it passes.
bool Passes(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsNotFound(status);
}

}  // namespace

TuningUnit::TuningUnit(std::string id, TuningOptions options, PatroniApi* api)
    : id_(std::move(id)), options_(std::move(options)), api_(api) {}

void TuningUnit::Sleep() const {
  options_.sleep ? options_.sleep(options_.poll) : absl::SleepFor(options_.poll);
}

absl::StatusOr<Tuning> TuningUnit::Look() {
  Tuning t;
  ASSIGN_OR_RETURN(t.state, ObserveCluster(*api_));
  if (t.state.members.empty()) return absl::UnavailableError("Patroni has no members yet");
  ASSIGN_OR_RETURN(t.config, api_->GetConfig());
  for (const MemberState& m : t.state.members) {
    if (!m.unreachable.empty()) return absl::UnavailableError(absl::StrCat(m.name, ": ", m.unreachable));
    ASSIGN_OR_RETURN(t.settings[m.name], options_.settings(m.name), absl::StrCat("settings of ", m.name));
  }
  t.wanted = ForVersion(options_.wanted, t.state.members.front().patroni_version);
  t.differences = SettingDifferences(t.wanted, t.config);
  t.rows = CompareParameters(t.wanted, t.config, t.settings);
  return t;
}

// A member takes a new configuration within loop_wait: until then an old value in its file looks like one of
// its own.
absl::StatusOr<Tuning> TuningUnit::AwaitTaken(Tuning tuning) {
  const int64_t loop_wait = IntegerOf(tuning.config.Setting("loop_wait").value_or("")).value_or(10);
  const absl::Time end = options_.clock->Now() + 2 * absl::Seconds(loop_wait) + absl::Seconds(5);
  while (!OverridesOf(tuning.rows).ok() && options_.clock->Now() < end) {
    Sleep();
    auto again = Look();
    if (again.ok()) {
      tuning = *std::move(again);
    } else if (!Passes(again.status())) {
      return again.status();
    }
  }
  return tuning;
}

absl::StatusOr<std::vector<Finding>> TuningUnit::Check(const Tuning& tuning) {
  Surroundings around{.memory_limit = options_.memory_limit, .config = tuning.config};
  if (options_.nodes) {
    ASSIGN_OR_RETURN(around.nodes, options_.nodes(), "nodes for databases");
  }
  const MemberState* leader = tuning.state.leader();
  const MemberState& one = leader ? *leader : tuning.state.members.front();
  around.server_version = one.server_version;
  const auto known = tuning.settings.find(one.name);
  if (known != tuning.settings.end()) around.known = &known->second;
  return CheckRules(tuning.wanted, around);
}

absl::StatusOr<Json> TuningUnit::Observe() {
  ASSIGN_OR_RETURN(Tuning tuning, Look());
  ASSIGN_OR_RETURN(const std::vector<Finding> findings, Check(tuning));
  if (RefusalOf(findings).ok()) {
    ASSIGN_OR_RETURN(tuning, AwaitTaken(std::move(tuning)));
  }
  return ObservedOf(tuning, findings);
}

absl::StatusOr<UnitPlan> TuningUnit::Diff(const Json& observed) const { return TuningPlanOf(observed); }

absl::Status TuningUnit::Apply(const UnitPlan&, const StepContext& context) {
  TuningRun run(api_, options_.limits, context);
  absl::Time end = options_.clock->Now() + options_.patience;
  std::string told;
  while (true) {
    if (!context.go_on()) return absl::CancelledError("tuning PostgreSQL: interrupted");
    auto tuning = Look();
    if (!tuning.ok() && !Passes(tuning.status())) return tuning.status();
    std::string waiting(tuning.status().message());
    if (tuning.ok()) {
      ASSIGN_OR_RETURN(const std::vector<Finding> findings, Check(*tuning));
      RETURN_IF_ERROR(RefusalOf(findings));
      ASSIGN_OR_RETURN(const TuningRun::Outcome outcome, run.Step(*tuning));
      if (outcome.done) return absl::OkStatus();
      if (outcome.acted) end = options_.clock->Now() + options_.patience;
      waiting = outcome.waiting;
    }
    if (!waiting.empty() && waiting != told) context.progress(absl::StrCat("waiting: ", waiting));
    told = waiting;
    if (options_.clock->Now() >= end) {
      if (tuning.ok()) RETURN_IF_ERROR(OverridesOf(tuning->rows));
      return absl::DeadlineExceededError(absl::StrCat("tuning PostgreSQL: ", waiting));
    }
    if (!waiting.empty()) Sleep();
  }
}

}  // namespace devstats::patroni
