// Runs what recurses deeply.
#pragma once
#include <functional>

#include "absl/status/status.h"

namespace devstats::chart {

// Calls `work` on a thread of its own with a stack on which 1,000 templates that include one another have
// room, and waits for it. Only what is used of the stack takes memory. ResourceExhausted if there can be no
// such thread.
absl::Status RunOnLargeStack(const std::function<absl::Status()>& work);

}  // namespace devstats::chart
