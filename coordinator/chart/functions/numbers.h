// Numbers of whatever a chart hands over, as sprig converts them (github.com/spf13/cast 1.7): text by its
// prefix (0x1f, 017, 0b1, 1_000) and without ".0" at its end, true as 1, and 0 of all that is none. Pure;
// thread-safe.
#pragma once
#include <cstdint>

#include "coordinator/chart/value/value.h"

namespace devstats::chart {

int64_t ToInt64(const Value& value);
double ToFloat64(const Value& value);

// Go's conversion on amd64: what does not fit, NaN too, is the least int64.
int64_t Truncate(double value);
// math.Pow(10, exponent), which is not always the nearest float64 as C's is.
double PowerOfTen(double exponent);

}  // namespace devstats::chart
