// An environment in which everything is fixed: a counter for randomness, one moment, UTC.
#pragma once
#include "coordinator/chart/environment.h"
#include "coordinator/chart/template/template.h"
#include "coordinator/chart/template/usage.h"

namespace devstats::chart {

class FixedEnvironment : public Environment, private Random {
 public:
  explicit FixedEnvironment(const Limits& limits = {}) : limits_(limits) {}

  Random& random() const override { return const_cast<FixedEnvironment&>(*this); }
  absl::Time Now() const override { return absl::FromUnixSeconds(1'700'000'000); }
  absl::TimeZone zone() const override { return absl::UTCTimeZone(); }
  Lookup* lookup() const override { return nullptr; }
  const Limits& limits() const override { return limits_; }
  bool lint() const override { return false; }

  // Executes once more, in an environment that starts anew.
  static absl::Status Same(const TemplateSet& set, absl::string_view name, const Value& dot,
                           const Limits& limits, Usage& usage, std::string& out) {
    return set.Execute(name, dot, FixedEnvironment(limits), usage, out);
  }

 private:
  void Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes)
      byte = static_cast<uint8_t>((counter_ = counter_ * 6364136223846793005u + 1) >> 56);
  }

  const Limits limits_;
  uint64_t counter_ = 1;
};

}  // namespace devstats::chart
