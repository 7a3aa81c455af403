// TOML as Helm's fromToml and toToml (github.com/BurntSushi/toml) read and write it. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

namespace types {
extern const Type kTables;  // []map[string]interface {}: what [[x]] makes
}  // namespace types

struct TomlTime {
  // What was written; the local ones have Go's zones "datetime-local", "date-local" and "time-local" (year
  // 0).
  enum class Form { kInstant, kLocalDatetime, kLocalDate, kLocalTime };
  Form form = Form::kInstant;
  absl::CivilSecond second;
  int nanosecond = 0;
  int offset = 0;    // of an instant, seconds east of UTC
  bool utc = false;  // written with Z
};
// Makes a time.Time.
using MakeTime = Value (*)(const TomlTime& time);

// Integers become int64, floats float64. Dates and times become what `make_time` makes of them; without it,
// text such as TOML has it. InvalidArgument "toml: line 1 (last key "a"): expected value but found '\n'
// instead".
absl::StatusOr<Value> ReadToml(absl::string_view text, const Limits& limits, MakeTime make_time = nullptr);

// InvalidArgument for what toToml returns as text ("toml: cannot encode array with nil element"), Internal
// for what panics in Go (a nil by itself); ResourceExhausted for more than `max_bytes`, about, or as many
// values.
inline constexpr size_t kMostToml = size_t{1} << 30;
absl::StatusOr<std::string> WriteToml(const Value& value, size_t max_bytes = kMostToml);

namespace internal {
// A key as it stands in a document: quoted unless it is bare.
std::string TomlKey(absl::string_view key);
std::string TomlQuoted(absl::string_view text);
}  // namespace internal

}  // namespace devstats::chart
