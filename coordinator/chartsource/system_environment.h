// What a rendering knows of the world, from this machine: OpenSSL's random bytes, the clock, the time zone.
#pragma once
#include "coordinator/chart/environment.h"

namespace devstats::chartsource {

class SystemEnvironment : public chart::Environment {
 public:
  explicit SystemEnvironment(bool lint = false) : lint_(lint) {}

  chart::Random& random() const override;
  absl::Time Now() const override;
  absl::TimeZone zone() const override;
  chart::Lookup* lookup() const override { return nullptr; }
  const chart::Limits& limits() const override { return limits_; }
  bool lint() const override { return lint_; }

 private:
  const chart::Limits limits_;
  const bool lint_;
};

}  // namespace devstats::chartsource
