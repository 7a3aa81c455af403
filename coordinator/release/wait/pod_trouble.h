// What keeps a pod from being ready, as its status tells it. Pure.
#pragma once
#include <string>
#include <vector>

#include "common/digest.h"

namespace devstats::release {

struct PodTrouble {
  // "pod web-x2x: web: ImagePullBackOff: Back-off pulling image ...", most telling first; none of a pod that
  // is well, or has ended well.
  std::vector<std::string> lines;
  std::string container;  // whose log may tell more; empty: none's
  bool previous = false;  // the log of its last run: it is about to be started again
  bool ended = false;     // that container has failed; else it runs and is not ready
};

PodTrouble TroubleOf(const Json& pod, size_t bytes = 1024);

}  // namespace devstats::release
