#include "coordinator/devstats/units/bootstrap_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats::domain {
namespace {

constexpr char kKind[] = "bootstrap";

bool LacksDatabase(const postgres::BootstrapState& state) {
  return std::any_of(state.missing.begin(), state.missing.end(), [](const postgres::Item& item) {
    return item.kind == postgres::ItemKind::kDatabase && item.name == postgres::kLogsDatabase;
  });
}

}  // namespace

Json BootstrapUnit::Inputs() const {
  const spec::EnvironmentSpec& environment = p_.access->environment();
  return {{"environment", environment.name}, {"secrets", environment.secrets}};
}

absl::StatusOr<postgres::BootstrapState> BootstrapUnit::Look() {
  ASSIGN_OR_RETURN(const auto leader, p_.access->Leader());
  ASSIGN_OR_RETURN(const postgres::BootstrapOptions roles, p_.access->Roles());
  return postgres::Observe(*leader, roles);
}

absl::StatusOr<Json> BootstrapUnit::Observe() {
  ASSIGN_OR_RETURN(const postgres::BootstrapState state, Look());
  Json observed{{"database", !LacksDatabase(state)}, {"missing", Json::array()}, {"wrong", state.wrong}};
  for (const postgres::Item& item : state.missing) observed["missing"].push_back(Describe(item));
  return observed;
}

absl::StatusOr<UnitPlan> BootstrapUnit::Diff(const Json& observed) const {
  if (const Json& wrong = observed["wrong"]; !wrong.empty())
    return Hint(absl::FailedPreconditionError(absl::StrJoin(wrong.get<std::vector<std::string>>(), "; ")),
                "these belong to somebody else: change them by hand, then apply again");
  UnitPlan plan;
  auto add = [&plan](Change::Action action, const std::string& path, const std::string& after) {
    Change* change = plan.add_changes();
    change->set_path(path);
    change->set_action(action);
    change->set_owner(Change::ABSENT);
    change->set_after(after);
  };
  if (!observed["database"].get<bool>()) {
    add(Change::RUN, "bootstrap", "a job makes the database of logs, its roles, tables and grants");
    return plan;
  }
  for (const Json& item : observed["missing"]) add(Change::CREATE, item.get<std::string>(), "");
  return plan;
}

// One that is under way is waited for, whoever has asked for it: before a cut it was we.
absl::Status BootstrapUnit::RunJob(const std::vector<jobs::Job>& open, const StepContext& context) {
  jobs::Job job;
  if (open.empty()) {
    ASSIGN_OR_RETURN(job, p_.jobs->Add({.environment = p_.access->environment().name,
                                        .kind = kKind,
                                        .actor = context.key.operation}));
  } else {
    job = open.front();
  }
  auto unended = [&]() -> absl::StatusOr<std::vector<std::string>> {
    if (!context.go_on()) return absl::CancelledError("stopping");
    ASSIGN_OR_RETURN(job, p_.jobs->Get(job.id));
    if (HasEnded(job.state)) return std::vector<std::string>{};
    return std::vector<std::string>{absl::StrCat(job.id, " is ", NameOf(job.state), ": ", job.message)};
  };
  RETURN_IF_ERROR(coordinator::WaitUntilNone(id_, p_.patience, unended, context.progress));
  if (job.state == jobs::JobState::kSucceeded) return absl::OkStatus();
  return Hint(
      absl::FailedPreconditionError(absl::StrCat(job.id, " has ", NameOf(job.state), ": ", job.message)),
      absl::StrCat("its last words: devstatsctl job logs ", job.id));
}

absl::Status BootstrapUnit::Apply(const UnitPlan&, const StepContext& context) {
  // Asked before the database: what a job makes that ends in between is seen there.
  ASSIGN_OR_RETURN(const auto open,
                   p_.jobs->List({.environment = p_.access->environment().name,
                                  .kind = kKind,
                                  .states = {jobs::JobState::kQueued, jobs::JobState::kRunning}}));
  ASSIGN_OR_RETURN(const postgres::BootstrapState state, Look());
  if (LacksDatabase(state)) RETURN_IF_ERROR(RunJob(open, context), "bootstrap");
  ASSIGN_OR_RETURN(const auto leader, p_.access->Leader());
  ASSIGN_OR_RETURN(const postgres::BootstrapOptions roles, p_.access->Roles());
  ASSIGN_OR_RETURN(const std::vector<postgres::Item> made, postgres::Complete(*leader, roles));
  for (const postgres::Item& item : made) context.progress(absl::StrCat("made ", Describe(item)));
  return absl::OkStatus();
}

}  // namespace devstats::domain
