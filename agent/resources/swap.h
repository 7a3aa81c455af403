// No swap, now and at every boot: kubelet does not start with it. Swap lines of /etc/fstab are commented out
// with a mark, swap units of systemd are masked, and what is active is switched off. /proc/swaps tells of the
// whole kernel; only what is a swap area under that path on this box is ours to switch off.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class SwapResource : public Unit {
 public:
  static constexpr char kFstab[] = "/etc/fstab";
  static constexpr char kMark[] = "# devstats-swap-off: ";

  SwapResource(v1::SwapOff desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "swap"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status CommentOut(const std::string& line);
  const v1::SwapOff desired_;
  Host* const host_;
};

}  // namespace devstats::agent
