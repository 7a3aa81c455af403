// The formats of RFC 3339: dates, times, durations and periods.
#pragma once
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

absl::Status CheckDate(absl::string_view text);
absl::Status CheckTime(absl::string_view text);
absl::Status CheckDateTime(absl::string_view text);
absl::Status CheckDuration(absl::string_view text);
absl::Status CheckPeriod(absl::string_view text);

}  // namespace devstats::chart::schema
