// The last word of a wait that was in vain: what is missing, and all that is known of why.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "coordinator/kube/client.h"

namespace devstats::release {

struct NotReached {
  struct Left {
    kube::ObjectRef ref;
    std::string reason;
  };
  std::string goal;  // "ready"
  absl::Duration after;
  size_t objects = 0;               // in all
  std::vector<Left> left;           // most telling first
  std::vector<std::string> broken;  // "watching Pod in shop: no connection"
};
// More about an object, read now.
using Explain = std::function<std::vector<std::string>(const kube::ObjectRef&)>;

// "not ready after 5m: Job shop/load: Job has failed: BackoffLimitExceeded", and what explains it on lines of
// its own; of several objects each on one, too. Explains a few; none when the server is out of reach.
std::string LastWords(const NotReached& report, const Explain& explain);

}  // namespace devstats::release
