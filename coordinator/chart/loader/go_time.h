// The only time in a chart: when its lock was made. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// As Go's time.Time from JSON: RFC 3339 text. A nil changes nothing. `parsing time "x" as
// "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"`.
absl::Status ReadGoTime(const Value& value, std::string& out);

}  // namespace devstats::chart
