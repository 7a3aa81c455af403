#include "coordinator/release/wait/pod_trouble.h"

#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/rules.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;
using rules::IntAt;

constexpr size_t kMostContainers = 5;  // told of one pod

std::string Colon(const std::string& text) { return text.empty() ? "" : ": " + text; }

// "ended with code 137 (OOMKilled): message".
std::string EndOf(const Json& terminated, size_t bytes) {
  const std::string reason = OneLine(TextAt(terminated, {"reason"}), bytes);
  return absl::StrCat("ended with code ", IntAt(terminated, {"exitCode"}),
                      reason.empty() ? "" : absl::StrCat(" (", reason, ")"),
                      Colon(OneLine(TextAt(terminated, {"message"}), bytes)));
}

struct Words {
  std::string text;    // empty: nothing to tell
  bool log = false;    // its log may tell more
  bool ended = false;  // it has failed
};

Words OfWaiting(const Json& container, size_t bytes) {
  const Json& waiting = At(container, {"state", "waiting"});
  const std::string reason = TextAt(waiting, {"reason"});
  if (reason == "PodInitializing" || reason == "ContainerCreating")
    return {};  // waits for another, or events
  const Json& last = At(container, {"lastState", "terminated"});
  if (reason == "CrashLoopBackOff" && !last.is_null()) {
    return {absl::StrCat(reason, ": its last run ", EndOf(last, bytes)), true, true};
  }
  return {OneLine(reason, bytes) + Colon(OneLine(TextAt(waiting, {"message"}), bytes)),
          IntAt(container, {"restartCount"}) > 0, !last.is_null()};
}

Words OfRunning(const Json& container, bool init, size_t bytes) {
  if (At(container, {"ready"}) == true) return {};
  const int64_t restarts = IntAt(container, {"restartCount"});
  std::string text = init ? "init container is running" : "running, not ready";
  if (restarts > 0) absl::StrAppend(&text, ", restarted ", restarts, restarts == 1 ? " time" : " times");
  const Json& last = At(container, {"lastState", "terminated"});
  if (!last.is_null()) absl::StrAppend(&text, "; its last run ", EndOf(last, bytes));
  return {text, true, false};
}

Words OfContainer(const Json& container, bool init, size_t bytes) {
  const Json& ended = At(container, {"state", "terminated"});
  if (!At(container, {"state", "waiting"}).is_null()) return OfWaiting(container, bytes);
  if (!At(container, {"state", "running"}).is_null()) return OfRunning(container, init, bytes);
  if (ended.is_null() || IntAt(ended, {"exitCode"}) == 0) return {};
  return {EndOf(ended, bytes), true, true};
}

void AddContainers(const Json& pod, const std::string& who, size_t bytes, PodTrouble* out) {
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& container : At(pod, {"status", list})) {
      const Words words = OfContainer(container, list[0] == 'i', bytes);
      if (words.text.empty()) continue;
      if (out->lines.size() >= kMostContainers) return;
      const std::string name = TextAt(container, {"name"});
      out->lines.push_back(absl::StrCat(who, OneLine(name, bytes), ": ", words.text));
      if (!words.log || (!out->container.empty() && (out->ended || !words.ended))) continue;
      out->container = name;
      out->ended = words.ended;
      out->previous = !At(container, {"state", "waiting"}).is_null();
    }
  }
}

bool IsWell(const Json& pod, const std::string& phase) {
  return phase == "Succeeded" || (phase == "Running" && kube::ConditionOf(pod, "Ready") == "True");
}

}  // namespace

PodTrouble TroubleOf(const Json& pod, size_t bytes) {
  PodTrouble out;
  const std::string phase = TextAt(pod, {"status", "phase"});
  const std::string who = absl::StrCat("pod ", OneLine(TextAt(pod, {"metadata", "name"}), bytes), ": ");
  if (!At(pod, {"metadata", "deletionTimestamp"}).is_null()) {
    out.lines.push_back(who + "it is being deleted");
    return out;
  }
  if (IsWell(pod, phase)) return out;
  const auto why = [&](const Json& at) {
    return OneLine(TextAt(at, {"reason"}), bytes) + Colon(OneLine(TextAt(at, {"message"}), bytes));
  };
  if (const std::string words = why(At(pod, {"status"})); !words.empty()) out.lines.push_back(who + words);
  AddContainers(pod, who, bytes, &out);
  for (const char* type :
       {"PodScheduled", "Ready"}) {  // the latter: a gate, when all its containers are ready
    const Json& condition = rules::Condition(pod, type);
    if (!out.lines.empty() || TextAt(condition, {"status"}) != "False") continue;
    if (TextAt(condition, {"reason"}) == "ContainersNotReady") continue;
    out.lines.push_back(who + why(condition));
  }
  if (out.lines.empty()) {
    out.lines.push_back(who + (phase.empty() ? "no node has seen it" : OneLine(phase, bytes)));
  }
  return out;
}

}  // namespace devstats::release
