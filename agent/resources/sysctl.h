// Kernel parameters: in the kernel now, and by a drop-in of ours at every boot. A key that the kernel does
// not have is an error that names the module which brings it.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class SysctlResource : public Unit {
 public:
  // Sorted after 99-sysctl.conf, which distributions link to /etc/sysctl.conf, so that ours is the last word
  // at boot.
  static constexpr char kFile[] = "/etc/sysctl.d/99-zz-devstats.conf";

  SysctlResource(v1::Sysctl desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "sysctl"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  std::string FileContent() const;
  const v1::Sysctl desired_;
  Host* const host_;
};

}  // namespace devstats::agent
