// What a rendering may know of the world; all of it is injected, so that the same inputs give the same bytes.
#pragma once
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Where random functions (randAlpha, genCA, uuidv4 ...) take their bytes. Thread-compatible.
class Random {
 public:
  virtual ~Random() = default;
  virtual void Fill(absl::Span<uint8_t> bytes) = 0;
};

// What a cluster has; `lookup`. An object that is not there is an empty map, as is a whole cluster.
class Lookup {
 public:
  virtual ~Lookup() = default;
  // A list of objects ({"items": [...]}) when `name` is empty.
  virtual absl::StatusOr<Value> Get(absl::string_view api_version, absl::string_view kind,
                                    absl::string_view name_space, absl::string_view name) = 0;
};

class Environment {
 public:
  virtual ~Environment() = default;
  virtual Random& random() const = 0;
  virtual absl::Time Now() const = 0;
  virtual absl::TimeZone zone() const = 0;  // Go's time.Local
  virtual Lookup* lookup() const = 0;       // nullptr: no cluster
  virtual const Limits& limits() const = 0;
  // `required` and `fail` say what they would, and go on (helm lint).
  virtual bool lint() const = 0;
};

}  // namespace devstats::chart
