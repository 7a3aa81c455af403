#include "coordinator/service/release_views.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/values/coalesce.h"
#include "coordinator/release/engine/observation.h"

namespace devstats::coordinator {
namespace {

using release::Release;

std::string Text(absl::Time t) {
  return t == absl::InfinitePast() ? "" : absl::FormatTime(absl::RFC3339_full, t, absl::UTCTimeZone());
}

v1::ReleaseHookRun RunOf(const release::ReleaseHook& hook) {
  v1::ReleaseHookRun out;
  out.set_name(hook.name);
  out.set_kind(hook.kind);
  out.set_path(hook.path);
  out.mutable_events()->Add(hook.events.begin(), hook.events.end());
  out.set_phase(hook.last_run.phase);
  out.set_started(Text(hook.last_run.started));
  out.set_completed(Text(hook.last_run.completed));
  out.set_manifest(hook.manifest);
  out.set_weight(hook.weight);
  out.mutable_delete_policies()->Add(hook.delete_policies.begin(), hook.delete_policies.end());
  return out;
}

absl::StatusOr<std::string> AllValues(const Release& release, const chart::Limits& limits) {
  ASSIGN_OR_RETURN(const auto chart, ChartOf(release, limits), "the recorded chart");
  ASSIGN_OR_RETURN(const chart::Value config, ConfigOf(release, limits), "the recorded values");
  ASSIGN_OR_RETURN(const chart::Value all, chart::CoalesceValues(*chart, config, [](const std::string&) {}));
  return chart::WriteJson(all, {.escape_html = false});
}

}  // namespace

v1::ReleaseSummary SummaryOf(const Release& release) {
  const release::ChartHead chart = ChartHeadOf(release);
  v1::ReleaseSummary out;
  out.set_name(release.name);
  out.set_namespace_(release.name_space);
  out.set_revision(static_cast<uint32_t>(release.revision));
  out.set_status(std::string(StatusName(release.info.status)));
  out.set_chart(chart.Text());
  out.set_app_version(chart.app_version);
  if (release.info.last_deployed != absl::InfinitePast())
    out.set_updated_ms(absl::ToUnixMillis(release.info.last_deployed));
  out.set_updated(Text(release.info.last_deployed));
  out.set_description(release.info.description);
  return out;
}

absl::StatusOr<v1::ReleaseDetail> DetailOf(const Release& release, bool all_values,
                                           const chart::Limits& limits) {
  v1::ReleaseDetail out;
  *out.mutable_summary() = SummaryOf(release);
  out.set_first_deployed(Text(release.info.first_deployed));
  out.set_deleted(Text(release.info.deleted));
  out.set_notes(release.info.notes);
  out.set_manifest(release.manifest);
  out.set_values(release.config.empty() ? "{}" : release.config);
  if (all_values) {
    ASSIGN_OR_RETURN(*out.mutable_values(), AllValues(release, limits));
  }
  for (const release::ReleaseHook& hook : release.hooks) *out.add_hooks() = RunOf(hook);
  for (const auto& [key, value] : release.labels) (*out.mutable_labels())[key] = value;
  out.set_record(ToRecordJson(release));
  return out;
}

std::string TextOf(const std::vector<release::ReleaseHook>& hooks) {
  std::string out;
  for (const release::ReleaseHook& hook : hooks)
    absl::StrAppend(&out, "---\n# Source: ", hook.path, "\n", hook.manifest, "\n");
  return out;
}

v1::ReleaseDrift DriftOf(const std::vector<release::ObjectChange>& changes) {
  v1::ReleaseDrift out;
  *out.mutable_changes() = release::PlanOf(changes);
  out.mutable_changes()->set_state(UnitPlan::READY);
  for (const release::ObjectChange& change : changes)
    for (const kube::FieldConflict& left : change.left)
      out.add_left(absl::StrCat(change.ref.Text(), " ", left.field, " (", left.manager, ")"));
  return out;
}

}  // namespace devstats::coordinator
