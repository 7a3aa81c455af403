// Values as the API's messages have them.
#pragma once
#include <cstdint>

#include "absl/time/time.h"

namespace devstats::coordinator {

// Since 1970; 0: never.
inline int64_t Millis(absl::Time t) { return t == absl::InfinitePast() ? 0 : absl::ToUnixMillis(t); }

}  // namespace devstats::coordinator
