// TOML as Helm's fromToml and toToml (github.com/BurntSushi/toml) read and write it. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Integers become int64, floats float64, dates time.Time.
absl::StatusOr<Value> ReadToml(absl::string_view text, const Limits& limits);
absl::StatusOr<std::string> WriteToml(const Value& value);

}  // namespace devstats::chart
