// Waiting for the cluster to become as it should, telling what is still missing.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace devstats::coordinator {

struct Patience {
  absl::Duration deadline = absl::Minutes(10);
  absl::Duration poll = absl::Seconds(2);
};

// Asks `missing` until it gives no reasons; tells them by `progress` each time they change. An API server
// that does not answer is a reason too; any other error ends it. DeadlineExceeded: "WHAT: " and the reasons
// that were left.
absl::Status WaitUntilNone(absl::string_view what, const Patience& patience,
                           absl::FunctionRef<absl::StatusOr<std::vector<std::string>>()> missing,
                           const std::function<void(absl::string_view)>& progress);

// "a; b; and 7 more".
std::string JoinReasons(const std::vector<std::string>& reasons);

}  // namespace devstats::coordinator
