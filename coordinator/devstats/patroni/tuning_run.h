// One apply of a tuning, step by step, each decided from what is there at that moment.
#pragma once
#include <map>
#include <string>

#include "coordinator/devstats/patroni/tuning_unit.h"

namespace devstats::patroni {

class TuningRun {
 public:
  struct Outcome {
    bool done = false;    // all is as wanted
    bool acted = false;   // something was changed
    std::string waiting;  // for what; empty: for nothing, look again at once
  };
  TuningRun(PatroniApi* api, const RollLimits& limits, const StepContext& context)
      : api_(api), limits_(limits), context_(context) {}

  // Errors: what more waiting does not mend.
  absl::StatusOr<Outcome> Step(const Tuning& tuning);

 private:
  absl::StatusOr<Outcome> Patch(const Tuning& tuning);
  absl::StatusOr<Outcome> Act(const Tuning& tuning, const RollStep& step);
  absl::StatusOr<Outcome> Restart(const Tuning& tuning, const std::string& member);
  // An effect that may have been refused, cut or finished: the next look tells.
  absl::StatusOr<Outcome> Sent(const absl::Status& status);

  PatroniApi* const api_;
  const RollLimits limits_;
  const StepContext& context_;
  std::map<std::string, int> restarts_;  // by member
};

}  // namespace devstats::patroni
