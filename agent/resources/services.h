// Units of systemd that run now and at every boot.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class ServicesResource : public Unit {
 public:
  ServicesResource(v1::Services desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "services"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status BringUp(const std::string& unit);
  const v1::Services desired_;
  Host* const host_;
};

}  // namespace devstats::agent
