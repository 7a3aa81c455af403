// Patroni by call.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/reinit.h"
#include "coordinator/devstats/patroni/restart.h"
#include "coordinator/release/objects/quantity.h"
#include "coordinator/service/environment_look.h"

namespace devstats::coordinator {
namespace {

using Action = v1::ChangePatroniRequest;

int64_t MemoryLimitOf(const spec::EnvironmentSpec& environment) {
  const auto it = environment.resources.find("patroni");
  if (it == environment.resources.end()) return 0;
  return release::MilliAmountOf(it->second.limit_memory).value_or(0) / 1000;
}

v1::PatroniMember ToProto(const patroni::MemberState& member) {
  v1::PatroniMember out;
  out.set_name(member.name);
  out.set_role(patroni::NameOf(member.role));
  out.set_state(member.streaming && member.state == "running" ? "streaming" : member.state);
  out.set_unreachable(member.unreachable);
  if (member.lag) out.set_lag(*member.lag);
  out.set_timeline(member.timeline);
  out.set_pending_restart(member.pending_restart);
  out.set_patroni_version(member.patroni_version);
  out.set_server_version(member.server_version);
  out.set_started(member.started);
  return out;
}

v1::PatroniParameter ToProto(const patroni::ParameterRow& row) {
  v1::PatroniParameter out;
  out.set_name(row.name);
  out.set_wanted(row.wanted);
  if (row.dcs) out.set_dcs(*row.dcs);
  out.set_dcs_as_wanted(row.dcs_as_wanted);
  out.set_restart(row.postmaster);
  out.set_in_effect(row.in_effect());
  for (const auto& [name, member] : row.members) {
    v1::PatroniParameter::OfMember* of = out.add_members();
    of->set_member(name);
    of->set_show(member.show);
    of->set_as_wanted(member.as_wanted);
    if (member.local) of->set_local(*member.local);
    of->set_local_source(member.local_source);
  }
  return out;
}

patroni::TuningUnit TuningOf(const spec::EnvironmentSpec& environment, const EnvironmentReach& reach,
                             const std::function<void(absl::Duration)>& sleep = {}) {
  return patroni::TuningUnit("plan",
                             {.wanted = patroni::WantedOf(environment.patroni),
                              .memory_limit = MemoryLimitOf(environment),
                              .nodes = reach.database_nodes,
                              .settings = reach.settings,
                              .sleep = sleep},
                             reach.patroni.get());
}

// What one change would do, and does.
class PatroniChange {
 public:
  PatroniChange(const spec::EnvironmentSpec& environment, const EnvironmentReach& reach,
                patroni::Waiting waiting)
      : tuning_(TuningOf(environment, reach, waiting.sleep)),
        api_(*reach.patroni),
        waiting_(std::move(waiting)) {}

  // Why it may not be is the error.
  absl::StatusOr<std::string> Describe(Action::Action action, const std::string& member) {
    if (action == Action::RESTART && member.empty()) return DescribeRestarts();
    ASSIGN_OR_RETURN(const patroni::ClusterState state, patroni::ObserveCluster(api_));
    if (action == Action::SWITCHOVER) {
      ASSIGN_OR_RETURN(const auto choice, patroni::DecideSwitchover(state, member, limits_.most_lag));
      return absl::StrCat("hands over from ", choice.leader, " to ", choice.candidate,
                          ": connections to the old leader are cut, and ", choice.leader, " restarts");
    }
    if (action == Action::RESTART) {
      RETURN_IF_ERROR(patroni::CheckRestart(state, member, limits_));
      return absl::StrCat("restarts PostgreSQL of ", member, ": its connections are cut");
    }
    RETURN_IF_ERROR(patroni::CheckReinit(state, member, {}));
    return absl::StrCat("builds ", member, " anew from ", state.leader()->name,
                        ": its data go at once, and all are copied");
  }

  absl::StatusOr<v1::PatroniProgress> DescribeTuning() {
    ASSIGN_OR_RETURN(const UnitPlan plan, TryPlanUnit(tuning_));
    v1::PatroniProgress out;
    out.set_plan(plan.precondition());
    for (const Change& change : plan.changes())
      out.add_changes(absl::StrCat(change.path(), ": ", change.before().empty() ? "(none)" : change.before(),
                                   " -> ", change.after()));
    out.set_text(absl::StrCat("makes ", plan.changes_size(), " changes, in this order"));
    return out;
  }

  // What was shown, as the step "parameters" of an apply does it.
  absl::Status Tune(const std::string& shown) {
    ASSIGN_OR_RETURN(const UnitPlan plan, TryPlanUnit(tuning_));
    if (plan.precondition() != shown)
      return Hint(absl::FailedPreconditionError("the cluster has changed since the plan was shown"),
                  "look again: devstatsctl patroni plan");
    if (IsEmpty(plan)) return absl::OkStatus();
    const StepContext context{
        .key = {"by call", tuning_.id()}, .progress = waiting_.progress, .go_on = waiting_.go_on};
    return tuning_.Apply(plan, context);
  }

  absl::Status Do(Action::Action action, const std::string& member) {
    if (action == Action::SWITCHOVER) return patroni::SwitchOver(api_, member, limits_.most_lag, waiting_);
    if (action == Action::REINIT) {
      waiting_.patience = absl::Hours(24);  // hours for a large database
      return patroni::Rebuild(api_, member, {}, waiting_);
    }
    if (!member.empty()) return patroni::RestartMember(api_, member, limits_, waiting_);
    return patroni::RestartAll(
        api_, [this] { return Look(); }, limits_, waiting_);
  }

 private:
  absl::StatusOr<patroni::RestartLook> Look() {
    ASSIGN_OR_RETURN(const patroni::Tuning tuning, tuning_.Look());
    return patroni::RestartLook{tuning.state, patroni::NeedsOf(tuning.state, tuning.rows)};
  }

  absl::StatusOr<std::string> DescribeRestarts() {
    ASSIGN_OR_RETURN(const patroni::RestartLook look, Look());
    if (look.needs.members.empty()) {
      return Hint(absl::FailedPreconditionError("no member waits for a restart"),
                  "name a member to restart it all the same");
    }
    const patroni::MemberState* leader = look.state.leader();
    const bool hands_over = leader && look.needs.members.count(leader->name) && !look.needs.leader_in_place;
    return absl::StrCat("restarts PostgreSQL of ", absl::StrJoin(look.needs.members, ", "),
                        ", one after another",
                        hands_over ? absl::StrCat("; ", leader->name, " last, by a switchover") : "");
  }

  patroni::TuningUnit tuning_;
  patroni::PatroniApi& api_;
  patroni::Waiting waiting_;
  const patroni::RollLimits limits_;
};

absl::Status CheckChange(const v1::ChangePatroniRequest& request) {
  if (request.action() == Action::UNKNOWN || !Action::Action_IsValid(request.action()))
    return absl::InvalidArgumentError("no such change of Patroni");
  if (request.action() == Action::REINIT && request.member().empty())
    return absl::InvalidArgumentError("a rebuild needs a member");
  if (request.action() == Action::APPLY && !request.dry_run() && request.plan().empty())
    return absl::InvalidArgumentError("an apply needs the plan that a dry run has shown");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::PatroniStatus> Environments::DoGetPatroni(const std::string& name) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(name));
  ASSIGN_OR_RETURN(const patroni::ClusterStatus status,
                   PatroniStatusOf(live.environment, p_.reach(live.environment)), name);
  v1::PatroniStatus out;
  out.set_environment(name);
  out.set_paused(status.state.paused);
  for (const patroni::MemberState& member : status.state.members) *out.add_members() = ToProto(member);
  for (const patroni::Slot& slot : status.slots) {
    v1::PatroniSlot* one = out.add_slots();
    one->set_name(slot.name);
    one->set_active(slot.active);
    one->set_held(slot.held);
    one->set_status(slot.status);
  }
  for (const std::string& problem : status.problems) out.add_problems(problem);
  return out;
}

absl::StatusOr<v1::PatroniParameters> Environments::DoGetPatroniParameters(const std::string& name) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(name));
  const EnvironmentReach reach = p_.reach(live.environment);
  patroni::TuningUnit unit = TuningOf(live.environment, reach);
  ASSIGN_OR_RETURN(const patroni::Tuning tuning, unit.Look(), name);
  ASSIGN_OR_RETURN(const std::vector<patroni::Finding> findings, unit.Check(tuning), name);
  v1::PatroniParameters out;
  out.set_environment(name);
  for (const patroni::ParameterRow& row : tuning.rows) *out.add_parameters() = ToProto(row);
  for (const patroni::SettingDifference& difference : tuning.differences) {
    v1::PatroniSetting* setting = out.add_settings();
    setting->set_name(difference.path);
    setting->set_dcs(difference.before);
    setting->set_wanted(difference.after);
  }
  for (const patroni::Finding& finding : findings) {
    if (finding.refused) out.add_refused(absl::StrCat(finding.rule, ": ", finding.message));
  }
  for (const patroni::ParameterRow& row : tuning.rows) {
    for (const std::string& why : row.overridden) out.add_refused(why);
  }
  return out;
}

absl::Status Environments::DoChangePatroni(const v1::ChangePatroniRequest& request,
                                           const std::function<bool()>& gone,
                                           const std::function<void(const v1::PatroniProgress&)>& tell) {
  RETURN_IF_ERROR(CheckChange(request));
  const auto progress = [&tell](absl::string_view text) {
    v1::PatroniProgress out;
    out.set_text(std::string(text));
    tell(out);
  };
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  const EnvironmentReach reach = p_.reach(live.environment);
  PatroniChange change(live.environment, reach,
                       {.go_on = [&] { return !gone(); }, .progress = progress, .sleep = p_.sleep});
  if (request.action() == Action::APPLY) {
    if (!request.dry_run()) return change.Tune(request.plan());
    ASSIGN_OR_RETURN(const v1::PatroniProgress plan, change.DescribeTuning());
    tell(plan);
    return absl::OkStatus();
  }
  if (!request.dry_run()) return change.Do(request.action(), request.member());
  ASSIGN_OR_RETURN(const std::string what, change.Describe(request.action(), request.member()));
  progress(what);
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
