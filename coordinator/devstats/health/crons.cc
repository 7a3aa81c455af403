#include "coordinator/devstats/health/crons.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/devstats/health/suspension.h"

namespace devstats::domain {
namespace {

std::string KindOf(const std::string& type) {
  if (type == "cron") return "sync";
  if (type == "affiliations-cron" || type == "affiliations-import-cron") return "affiliations";
  return type == "backups-cron" ? "backups" : "";
}

absl::Time TimeOf(const std::string& text) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error) ? time : absl::InfinitePast();
}

Cron CronOf(const Json& live) {
  Cron cron{.name = kube::TextAt(live, {"metadata", "name"}),
            .api_version = kube::TextAt(live, {"apiVersion"})};
  cron.kind = CronKindOf(live);
  cron.project = kube::TextAt(live, {"metadata", "labels", "proj"});
  cron.schedule = kube::TextAt(live, {"spec", "schedule"});
  cron.suspended = kube::At(live, {"spec", "suspend"}) == true;
  cron.suspended_by = kube::TextAt(live, {"metadata", "annotations", kSuspendedBy});
  cron.suspended_at = TimeOf(kube::TextAt(live, {"metadata", "annotations", kSuspendedAt}));
  cron.last_schedule = TimeOf(kube::TextAt(live, {"status", "lastScheduleTime"}));
  return cron;
}

absl::Status CheckKinds(const std::set<std::string>& kinds) {
  for (const std::string& kind : kinds) {
    if (std::find(CronKinds().begin(), CronKinds().end(), kind) == CronKinds().end())
      return absl::InvalidArgumentError(
          absl::StrCat("no kind of cron is named ", kind, "; there are ", absl::StrJoin(CronKinds(), ", ")));
  }
  return absl::OkStatus();
}

std::set<std::string> Meant(const std::set<std::string>& kinds) {
  return kinds.empty() ? std::set<std::string>(CronKinds().begin(), CronKinds().end()) : kinds;
}

bool IsOf(const Cron& cron, const std::set<std::string>& kinds) {
  return kinds.empty() ? !cron.kind.empty() : kinds.count(cron.kind) > 0;
}

// Exactly the fields that are ours; none: what we have set is taken back.
absl::StatusOr<Cron> ApplyTo(kube::KubeClient& client, const std::string& name_space, const Cron& cron,
                             const Json& annotations) {
  Json object = {{"apiVersion", cron.api_version},
                 {"kind", "CronJob"},
                 {"metadata", {{"name", cron.name}, {"namespace", name_space}}}};
  if (!annotations.empty()) {
    object["metadata"]["annotations"] = annotations;
    object["spec"]["suspend"] = true;
  }
  ASSIGN_OR_RETURN(const Json live, client.Apply(object, {.force = true, .manager = kSuspendManager}),
                   cron.name);
  return CronOf(live);
}

// Hours of the day that a field of cron names, in order; empty: it is more than we read.
std::vector<int> HoursOf(const std::string& field) {
  std::vector<int> hours;
  absl::string_view rest = field;
  int step = 1;
  if (absl::ConsumePrefix(&rest, "*")) {
    if (!rest.empty() && (!absl::ConsumePrefix(&rest, "/") || !absl::SimpleAtoi(rest, &step) || step < 1))
      return {};
    for (int hour = 0; hour < 24; hour += step) hours.push_back(hour);
    return hours;
  }
  for (const absl::string_view part : absl::StrSplit(rest, ',')) {
    int hour = 0;
    if (!absl::SimpleAtoi(part, &hour) || hour < 0 || hour > 23) return {};
    hours.push_back(hour);
  }
  std::sort(hours.begin(), hours.end());
  return hours;
}

}  // namespace

std::string CronKindOf(const Json& object) {
  return KindOf(kube::TextAt(object, {"metadata", "labels", "type"}));
}

const std::vector<std::string>& CronKinds() {
  static const auto& kinds = *new std::vector<std::string>{"sync", "affiliations", "backups"};
  return kinds;
}

absl::StatusOr<std::vector<Cron>> ListCrons(kube::KubeClient& client, const std::string& name_space) {
  kube::ListQuery query{.api_version = "batch/v1", .kind = "CronJob", .namespace_ = name_space};
  const auto kind = client.FindKind(query.api_version, query.kind);
  if (absl::IsNotFound(kind.status())) {
    query.api_version = "batch/v1beta1";
  } else {
    RETURN_IF_ERROR(kind.status());
  }
  ASSIGN_OR_RETURN(const kube::ObjectList list, client.List(query), "cron jobs");
  std::vector<Cron> crons;
  for (const Json& live : list.items) crons.push_back(CronOf(live));
  std::sort(crons.begin(), crons.end(), [](const Cron& a, const Cron& b) { return a.name < b.name; });
  return crons;
}

absl::StatusOr<std::vector<Cron>> SuspendCrons(kube::KubeClient& client, const std::string& name_space,
                                               const std::set<std::string>& kinds, const std::string& actor,
                                               absl::Time now) {
  RETURN_IF_ERROR(CheckKinds(kinds));
  // Before the list: a cron that is made meanwhile is in one of both.
  const Hold hold{.by = actor, .at = now};
  RETURN_IF_ERROR(AddHolds(client, name_space, Meant(kinds), hold));
  ASSIGN_OR_RETURN(const std::vector<Cron> crons, ListCrons(client, name_space));
  const Json annotations = AnnotationsOf(hold);
  std::vector<Cron> changed;
  for (const Cron& cron : crons) {
    if (!IsOf(cron, kinds) || cron.suspended) continue;
    ASSIGN_OR_RETURN(Cron after, ApplyTo(client, name_space, cron, annotations));
    changed.push_back(std::move(after));
  }
  return changed;
}

absl::StatusOr<std::vector<Cron>> ResumeCrons(kube::KubeClient& client, const std::string& name_space,
                                              const std::set<std::string>& kinds) {
  RETURN_IF_ERROR(CheckKinds(kinds));
  RETURN_IF_ERROR(RemoveHolds(client, name_space, Meant(kinds)));
  ASSIGN_OR_RETURN(const std::vector<Cron> crons, ListCrons(client, name_space));
  std::vector<Cron> changed;
  for (const Cron& cron : crons) {
    if (!IsOf(cron, kinds) || cron.suspended_by.empty()) continue;
    ASSIGN_OR_RETURN(Cron after, ApplyTo(client, name_space, cron, Json::object()));
    changed.push_back(std::move(after));
  }
  return changed;
}

absl::Duration LongestGap(const std::string& schedule) {
  const std::vector<std::string> fields = absl::StrSplit(schedule, ' ', absl::SkipEmpty());
  if (fields.size() != 5 || fields[2] != "*" || fields[3] != "*" || fields[4] != "*")
    return absl::InfiniteDuration();
  const std::vector<int> hours = HoursOf(fields[1]);
  if (hours.empty()) return absl::InfiniteDuration();
  int longest = hours.front() + 24 - hours.back();
  for (size_t i = 1; i < hours.size(); ++i) longest = std::max(longest, hours[i] - hours[i - 1]);
  return absl::Hours(longest);
}

}  // namespace devstats::domain
