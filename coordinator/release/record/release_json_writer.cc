#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/release_json.h"

namespace devstats::release {
namespace {

// Empty for Go's zero time, and for what Go cannot write.
std::string TimeText(absl::Time time) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  if (time == absl::InfinitePast() || civil.year() < 0 || civil.year() > 9999) return "";
  chart::GoTime out = chart::GoTime::FromUnix(absl::ToUnixSeconds(time), chart::GoZone());
  out.nanos = static_cast<int32_t>((time - absl::FromUnixSeconds(out.seconds)) / absl::Nanoseconds(1));
  return out.IsZero() ? "" : chart::FormatTime(out, chart::kRfc3339Nano);
}

std::string InfoJson(const ReleaseInfo& info) {
  JsonObject out;
  out.AddText("first_deployed", TimeText(info.first_deployed));
  out.AddText("last_deployed", TimeText(info.last_deployed));
  out.AddText("deleted", TimeText(info.deleted));
  out.AddIfAny("description", info.description);
  out.AddText("status", StatusName(info.status));
  out.AddIfAny("notes", info.notes);
  return std::move(out).Take();
}

std::string HookRunJson(const HookRun& run) {
  JsonObject out;
  out.AddText("started_at", TimeText(run.started));
  out.AddText("completed_at", TimeText(run.completed));
  out.AddText("phase", run.phase);
  return std::move(out).Take();
}

void AddTexts(absl::string_view key, const std::vector<std::string>& texts, JsonObject* out) {
  if (!texts.empty()) out->Add(key, WrittenJson(chart::Value::StringList(texts)));
}

std::string HookJson(const ReleaseHook& hook) {
  JsonObject out;
  out.AddIfAny("name", hook.name);
  out.AddIfAny("kind", hook.kind);
  out.AddIfAny("path", hook.path);
  out.AddIfAny("manifest", hook.manifest);
  AddTexts("events", hook.events, &out);
  out.Add("last_run", HookRunJson(hook.last_run));
  if (hook.weight != 0) out.Add("weight", absl::StrCat(hook.weight));
  AddTexts("delete_policies", hook.delete_policies, &out);
  AddTexts("output_log_policies", hook.output_log_policies, &out);
  return std::move(out).Take();
}

std::string HooksJson(const std::vector<ReleaseHook>& hooks) {
  std::string out;
  for (const ReleaseHook& hook : hooks) absl::StrAppend(&out, out.empty() ? "[" : ",", HookJson(hook));
  return out + "]";
}

}  // namespace

std::string ToRecordJson(const Release& release) {
  JsonObject out;
  out.AddIfAny("name", release.name);
  out.Add("info", InfoJson(release.info));
  if (release.chart != "null") out.Add("chart", release.chart);
  if (!release.config.empty() && release.config != "{}") out.Add("config", release.config);
  out.AddIfAny("manifest", release.manifest);
  if (!release.hooks.empty()) out.Add("hooks", HooksJson(release.hooks));
  if (release.revision != 0) out.Add("version", absl::StrCat(release.revision));
  out.AddIfAny("namespace", release.name_space);
  return std::move(out).Take();
}

}  // namespace devstats::release
