// An environment in which everything is fixed: a counter for randomness, one moment, UTC. A test may change
// its parts.
#pragma once
#include "coordinator/chart/environment.h"
#include "coordinator/chart/template/template.h"
#include "coordinator/chart/template/usage.h"

namespace devstats::chart {

class CountingRandom : public Random {
 public:
  void Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes)
      byte = static_cast<uint8_t>((state_ = state_ * 6364136223846793005u + 1) >> 56);
  }

 private:
  uint64_t state_ = 1;
};

class FixedEnvironment : public Environment {
 public:
  explicit FixedEnvironment(const Limits& limits = {}) : all_limits(limits) {}

  Random& random() const override { return dice; }
  absl::Time Now() const override { return absl::FromUnixSeconds(1'614'834'367) + absl::Nanoseconds(5); }
  absl::TimeZone zone() const override { return local; }
  Lookup* lookup() const override { return cluster; }
  const Limits& limits() const override { return all_limits; }
  bool lint() const override { return is_lint; }

  // Executes once more, in an environment that starts anew.
  static absl::Status Same(const TemplateSet& set, absl::string_view name, const Value& dot,
                           const Limits& limits, Usage& usage, std::string& out) {
    return set.Execute(name, dot, FixedEnvironment(limits), usage, out);
  }

  Limits all_limits;
  mutable CountingRandom dice;
  absl::TimeZone local = absl::UTCTimeZone();
  Lookup* cluster = nullptr;
  bool is_lint = false;
};

}  // namespace devstats::chart
