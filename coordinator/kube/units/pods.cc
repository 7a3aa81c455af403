#include "coordinator/kube/units/pods.h"

#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"

namespace devstats::coordinator {

using kube::At;
using kube::TextAt;

bool IsPodWell(const Json& pod) {
  const std::string phase = TextAt(pod, {"status", "phase"});
  return phase == "Succeeded" || (phase == "Running" && kube::ConditionOf(pod, "Ready") == "True");
}

std::string WhyNotWell(const Json& pod) {
  const std::string phase = TextAt(pod, {"status", "phase"});
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& container : At(pod, {"status", list})) {
      for (const char* state : {"waiting", "terminated"}) {
        const std::string reason = TextAt(container, {"state", state, "reason"});
        if (reason.empty() || reason == "Completed") continue;
        const std::string message = TextAt(container, {"state", state, "message"});
        return absl::StrCat(phase, ": ", reason, message.empty() ? "" : ": ", message);
      }
    }
  }
  for (const Json& condition : At(pod, {"status", "conditions"})) {
    if (TextAt(condition, {"type"}) == "PodScheduled" && TextAt(condition, {"status"}) == "False") {
      return absl::StrCat(phase, ": ", TextAt(condition, {"message"}));
    }
  }
  return phase == "Running" ? "Running, not ready" : phase.empty() ? "not seen by its node yet" : phase;
}

}  // namespace devstats::coordinator
