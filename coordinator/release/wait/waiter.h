// Waiting for objects by watching them: one watch for each kind and namespace, none asked twice, nothing
// slept through.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/wait/readiness.h"

namespace devstats::release {

struct WaitOptions {
  absl::Time deadline = absl::InfiniteFuture();
  ReadinessOptions readiness;
  bool fail_fast = true;                         // kFailed ends it; else it waits on
  absl::Duration pods_after = absl::Seconds(2);  // the pods of what is not ready by then are watched, too
  std::string next = "look at these objects and at the events in their namespace";  // the error's hint
  // Told when something becomes ready or its reason changes: "Deployment shop/web: 1 of 3 pods are ready:
  // ...".
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };  // false: stop, Cancelled; asked at least once a second
};

// Until all are ready at the same time. Kinds that are never unready are not looked at. DeadlineExceeded, or
// FailedPrecondition for one that has failed: each that is not ready with its reasons (reasons.h), and what
// to do next as hint. A watch that breaks goes on from a list.
absl::Status WaitUntilReady(const std::vector<kube::ObjectRef>& objects, kube::KubeClient& client,
                            const WaitOptions& options);

// Until none is there. An object made anew under the same name counts as gone; `uids` (by position, may be
// shorter or have empty ones) tell which are meant. DeadlineExceeded: what is left, with its finalizers.
absl::Status WaitUntilGone(const std::vector<kube::ObjectRef>& objects, const std::vector<std::string>& uids,
                           kube::KubeClient& client, const WaitOptions& options);

}  // namespace devstats::release
