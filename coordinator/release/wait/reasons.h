// Why something does not become ready, as an operator would find out: the pods of a workload, what holds them
// (image, scheduling, probe, quota ...), the last events, the last words of a container that fails.
#pragma once
#include <string>
#include <vector>

#include "coordinator/kube/client.h"

namespace devstats::release {

struct ReasonLimits {
  int pods = 3, events = 3, log_lines = 10;
  size_t bytes = 4096;  // of one text from outside
};

// Lines, most telling first: "pod web-5f7d-x2x: web: ImagePullBackOff: Back-off pulling image ...",
// "event on ReplicaSet web-5f7d: FailedCreate: exceeded quota ...", "log of web-5f7d-x2x/web: ...". Printable
// text only. What cannot be read (rights, a server away) is one of the lines, never an error.
std::vector<std::string> ReasonsOf(const Json& object, kube::KubeClient& client,
                                   const ReasonLimits& limits = {});

}  // namespace devstats::release
