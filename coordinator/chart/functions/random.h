// Random choices from the bytes that an Environment gives.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/chart/environment.h"

namespace devstats::chart {

// Any of 0 ... bound - 1, each as likely; bound is at least 1.
uint64_t RandomBelow(Random& random, uint64_t bound);
std::string RandomBytes(Random& random, size_t count);
// `count` characters of `alphabet`, which has 1 to 256 of them.
std::string RandomText(Random& random, absl::string_view alphabet, size_t count);

}  // namespace devstats::chart
