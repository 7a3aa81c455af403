// Gzip streams as Go's compress/gzip reads them. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct Unzipped {
  std::string bytes;  // as far as it went
  absl::Status end;   // OK: all of it
};

// InvalidArgument "gzip: invalid header", "unexpected EOF", "gzip: invalid checksum"; ResourceExhausted when
// there is more than `max_bytes`, or more than `max_ratio` times the input above a megabyte. Several streams
// one after another are one.
Unzipped Unzip(absl::string_view input, size_t max_bytes, size_t max_ratio);

}  // namespace devstats::chart
