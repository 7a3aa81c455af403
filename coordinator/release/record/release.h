// A release as Helm 3 records it (helm.sh/helm/v3/pkg/release): what was installed under a name, from which
// chart, with which values, and how that went. A record is JSON; record.h is its wrapping, storage.h its
// place. Pure; thread-safe.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/render/manifest.h"
#include "coordinator/chart/value/value.h"

namespace devstats::release {

struct ReleaseName {
  std::string name, name_space;
  friend bool operator==(const ReleaseName&, const ReleaseName&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 is the compiler's
  friend auto operator<=>(const ReleaseName&, const ReleaseName&) = default;
  std::string Text() const { return name_space + "/" + name; }
};

enum class ReleaseStatus {
  kUnknown,
  kDeployed,
  kUninstalled,
  kSuperseded,
  kFailed,
  kUninstalling,
  kPendingInstall,
  kPendingUpgrade,
  kPendingRollback
};
// "pending-install".
absl::string_view StatusName(ReleaseStatus status);
// kUnknown for a name that is none.
ReleaseStatus StatusNamed(absl::string_view name);
// A writer is at work, or was cut off.
bool IsPending(ReleaseStatus status);

// Times are absl::InfinitePast() where Go has its zero time.
struct HookRun {
  absl::Time started = absl::InfinitePast(), completed = absl::InfinitePast();
  std::string phase;  // "", "Unknown", "Running", "Succeeded", "Failed"
};

struct ReleaseHook {
  std::string name, kind, path, manifest;
  std::vector<std::string> events;  // "pre-install", "test"
  HookRun last_run;
  int64_t weight = 0;
  std::vector<std::string> delete_policies;  // "before-hook-creation"
  std::vector<std::string> output_log_policies;
};

struct ReleaseInfo {
  absl::Time first_deployed = absl::InfinitePast(), last_deployed = absl::InfinitePast(),
             deleted = absl::InfinitePast();
  std::string description;
  ReleaseStatus status = ReleaseStatus::kUnknown;
  std::string notes;
};

struct Release {
  std::string name, name_space;
  int revision = 0;
  ReleaseInfo info;
  std::string chart = "null";  // JSON of the record's chart, kept as it is: a rollback writes what it read
  std::string config;          // JSON of the user's values, likewise; empty: none
  std::string manifest;        // with "# Source:" lines; no hooks, no crds/
  std::vector<ReleaseHook> hooks;
  // Of the Secret, not in the JSON: the user's labels, and annotations of ours (Helm shows none).
  std::map<std::string, std::string> labels, annotations;

  ReleaseName key() const { return {name, name_space}; }
};

// The JSON of a record: keys in Helm's order, < > & escaped, times in UTC with nanoseconds (absent and zero
// times as Go has them). Equal releases give equal bytes.
std::string ToRecordJson(const Release& release);
// InvalidArgument for what is no release; unknown keys are dropped. A record cut short or of another make
// must not crash or allocate beyond `limits`. Labels are left empty.
absl::StatusOr<Release> FromRecordJson(absl::string_view json, const chart::Limits& limits);

// What Helm records of a chart: metadata, lock, templates, values, schema, files; never its subcharts.
// `chart` is one that Render gave back. The texts of templates and files are left out with
// `without_texts`: what a record too large for its Secret can do without.
std::string ChartToJson(const chart::Chart& chart, bool without_texts = false);
// The same of a chart's JSON in a record. As it was if it is none.
std::string WithoutTexts(const std::string& chart_json);
// Back, for --reuse-values and `get values --all`: its metadata, values and what else is recorded.
absl::StatusOr<std::shared_ptr<chart::Chart>> ChartOf(const Release& release, const chart::Limits& limits);

// What lists show of a chart, without reading the rest of it.
struct ChartHead {
  std::string name, version, app_version;
  std::string Text() const { return name + "-" + version; }
};
ChartHead ChartHeadOf(const Release& release);

// The user's values; an empty map if there are none. Numbers are float64, as Helm reads them back.
absl::StatusOr<chart::Value> ConfigOf(const Release& release, const chart::Limits& limits);
// The reverse; empty for an empty map, as Helm leaves it out. Values as -f and --set make them; what JSON
// cannot hold (a map within itself, NaN) becomes null.
std::string ConfigToJson(const chart::Value& values);

std::vector<ReleaseHook> HooksOf(const std::vector<chart::Hook>& hooks);

}  // namespace devstats::release
