// The static host name: in the kernel now, in /etc/hostname for the next boot, and kept over cloud-init,
// which would put back the name that the provider gave. cloud-init is also told to leave /etc/hosts to us.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class HostnameResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/hostname";
  static constexpr char kCloud[] = "/etc/cloud/cloud.cfg.d/99-devstats.cfg";

  HostnameResource(v1::Hostname desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "hostname"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const v1::Hostname desired_;
  Host* const host_;
};

}  // namespace devstats::agent
