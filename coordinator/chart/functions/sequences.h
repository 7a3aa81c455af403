// Sequences of whole numbers: until, untilStep and seq. Pure; thread-safe.
#pragma once
#include "absl/status/statusor.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {

// []int, from 0 to `count` (excluded), upwards or downwards.
absl::StatusOr<Value> Until(Call& call, GoInt count);
// Empty when `step` leads away from `stop`.
absl::StatusOr<Value> UntilStep(Call& call, GoInt start, GoInt stop, GoInt step);
// Text as of seq(1): END, START END or START STEP END, included. Anything else is empty.
absl::StatusOr<Value> Sequence(Call& call, Arguments numbers);

}  // namespace devstats::chart
