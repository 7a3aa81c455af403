// time.Time, time.Month, time.Weekday, time.Duration and *time.Location as values of templates.
#pragma once
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

namespace types {
extern const Type kTime, kMonth, kWeekday, kDuration, kLocation;
}  // namespace types

Value TimeValue(const GoTime& time);
Value DurationValue(GoDuration duration);
// Of a value of types::kTime.
const GoTime& TimeOf(const Value& value);

// Parameters of Go's types, for Bind.
struct AsTime {
  const Value& value;
  const GoTime& time() const { return TimeOf(value); }
};
struct AsDuration {
  GoDuration value = 0;
};

namespace internal {
template <>
struct Parameter<AsTime> {
  static constexpr const Type* type = &types::kTime;
  static AsTime Get(const Value& v) { return {v}; }
};
template <>
struct Parameter<AsDuration> {
  static constexpr const Type* type = &types::kDuration;
  static AsDuration Get(const Value& v) { return {v.int_value()}; }
};
}  // namespace internal

}  // namespace devstats::chart
