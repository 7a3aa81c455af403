#include "coordinator/devstats/jobs/pod.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/pod_trouble.h"

namespace devstats::jobs {
namespace {

using kube::At;
using kube::TextAt;
using release::OneLine;

// After its grace period: then the kubelet of its node does not answer.
constexpr absl::Duration kLost = absl::Minutes(2);

absl::Time TimeAt(const Json& pod, std::initializer_list<const char*> path) {
  absl::Time time;
  return absl::ParseTime(absl::RFC3339_full, TextAt(pod, path), &time, nullptr) ? time
                                                                                : absl::InfiniteFuture();
}

// How many of its containers are in a state.
int CountIn(const Json& pod, const char* state, const char* which = "containerStatuses") {
  const Json& containers = At(pod, {"status", which});
  if (!containers.is_array()) return 0;
  return static_cast<int>(std::count_if(containers.begin(), containers.end(), [state](const Json& container) {
    return !At(container, {"state", state}).is_null();
  }));
}

std::string ReasonOf(const Json& pod) {
  std::vector<std::string> words;
  const std::string reason = OneLine(TextAt(pod, {"status", "reason"}), 100),
                    message = OneLine(TextAt(pod, {"status", "message"}), 500);
  if (!reason.empty()) words.push_back(message.empty() ? reason : absl::StrCat(reason, ": ", message));
  const std::string who = absl::StrCat("pod ", OneLine(TextAt(pod, {"metadata", "name"}), 300), ": ");
  for (const std::string& line : release::TroubleOf(pod, 300).lines) {
    const std::string said(absl::StripPrefix(line, who));
    // What StateOf tells anyway.
    const bool plain = said == TextAt(pod, {"status", "phase"}) || said == "it is being deleted" ||
                       said == "no node has seen it";
    if (!plain && (reason.empty() || !absl::StrContains(said, reason))) words.push_back(said);
  }
  return absl::StrJoin(words, "; ");
}

void Strip(Json* metadata) {
  for (const char* key : {"generateName", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp",
                          "managedFields", "ownerReferences", "selfLink", "generation", "finalizers"})
    metadata->erase(key);
  Json& annotations = (*metadata)["annotations"];
  if (!annotations.is_object()) annotations = Json::object();
  std::vector<std::string> helms;
  for (const auto& [key, value] : annotations.items())
    if (absl::StartsWith(key, "helm.sh/") || absl::StartsWith(key, "meta.helm.sh/")) helms.push_back(key);
  for (const std::string& key : helms) annotations.erase(key);
}

}  // namespace

kube::ObjectRef PodRef(const Job& job) { return {"v1", "Pod", job.namespace_, job.id}; }

absl::StatusOr<Json> Dress(Json pod, const Job& job) {
  const Json& containers = At(pod, {"spec", "containers"});
  if (TextAt(pod, {"apiVersion"}) != "v1" || TextAt(pod, {"kind"}) != "Pod" || !containers.is_array() ||
      containers.empty() || TextAt(pod, {"metadata", "namespace"}).empty())
    return absl::InvalidArgumentError("what it should run is no pod with containers in a namespace");
  Json& metadata = pod["metadata"];
  Strip(&metadata);
  metadata["name"] = job.id;
  if (!metadata["labels"].is_object()) metadata["labels"] = Json::object();
  if (At(metadata, {"labels", "app.kubernetes.io/managed-by"}) == "Helm")
    metadata["labels"].erase("app.kubernetes.io/managed-by");
  metadata["labels"][kRoleLabel] = "job";
  metadata["labels"][kJobLabel] = job.id;
  metadata["finalizers"] = Json::array({kFinalizer});
  pod.erase("status");
  pod["spec"].erase("nodeName");
  pod["spec"]["restartPolicy"] = "Never";
  return pod;
}

bool IsOf(const Json& pod, const Job& job) {
  const std::string uid = TextAt(pod, {"metadata", "uid"});
  return TextAt(pod, {"metadata", "labels", kJobLabel}) == job.id &&
         (job.pod_uid.empty() || job.pod_uid == uid);
}

Json OtherFinalizers(const Json& pod) {
  Json others = Json::array();
  const Json& all = At(pod, {"metadata", "finalizers"});
  if (!all.is_array()) return others;
  for (const Json& finalizer : all)
    if (finalizer != kFinalizer) others.push_back(finalizer);
  return others;
}

PodState StateOf(const Json& pod, absl::Time now) {
  PodState state{.deleting = !TextAt(pod, {"metadata", "deletionTimestamp"}).empty(),
                 .phase = TextAt(pod, {"status", "phase"}),
                 .reason = ReasonOf(pod)};
  const Json& statuses = At(pod, {"status", "containerStatuses"});
  const int known = statuses.is_array() ? static_cast<int>(statuses.size()) : 0;
  const int over = CountIn(pod, "terminated");
  // What comes before it is part of it: a dump may be fetched for hours.
  constexpr char kInit[] = "initContainerStatuses";
  state.started = over > 0 || CountIn(pod, "running") > 0 || CountIn(pod, "running", kInit) > 0 ||
                  CountIn(pod, "terminated", kInit) > 0;
  if (state.phase == "Succeeded" || state.phase == "Failed") {
    state.ended = true;
    return state;
  }
  state.phase.clear();
  if (!state.deleting) return state;
  const bool on_a_node = !TextAt(pod, {"spec", "nodeName"}).empty();
  const bool lost = now > TimeAt(pod, {"metadata", "deletionTimestamp"}) + kLost;
  state.ended = !on_a_node || (known > 0 && over == known) || lost;
  const std::string why =
      lost && on_a_node && over < known
          ? absl::StrCat("node ", OneLine(TextAt(pod, {"spec", "nodeName"}), 100), " does not answer")
          : "the pod was deleted";
  state.reason = state.reason.empty() ? why : absl::StrCat(why, "; ", state.reason);
  return state;
}

std::string LastLines(absl::string_view log, size_t bytes) {
  std::vector<std::string> lines;
  size_t size = 0;
  const std::vector<absl::string_view> all = absl::StrSplit(absl::StripSuffix(log, "\n"), '\n');
  for (auto line = all.rbegin(); line != all.rend(); ++line) {
    std::string shown = log::Printable(absl::StripSuffix(*line, "\r"));
    if (size + shown.size() + 1 > bytes) break;
    size += shown.size() + 1;
    lines.push_back(std::move(shown));
  }
  std::reverse(lines.begin(), lines.end());
  if (lines.empty() || size <= 1) return "";
  return absl::StrCat(absl::StrJoin(lines, "\n"), "\n");
}

}  // namespace devstats::jobs
