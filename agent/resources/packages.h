// Packages at exact versions. A held one stays at its version whatever else upgrades the box: by dpkg's own
// mark and by a drop-in that unattended upgrades read.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class PackagesResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/apt/apt.conf.d/52devstats-hold";

  // `host` is not owned. Each phase holds its own packages, in a file of its own.
  PackagesResource(v1::Packages desired, Host* host, const std::string& phase = "")
      : desired_(std::move(desired)), host_(host), file_(phase.empty() ? kFile : kFile + ("-" + phase)) {}
  std::string id() const override { return "packages"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  std::string FileContent() const;  // empty when nothing is held
  absl::Status CheckOffered(const UnitPlan& diff, const StepContext& context);
  absl::Status Install(const UnitPlan& diff, const StepContext& context);
  absl::Status Mark(const UnitPlan& diff, const StepContext& context);
  const v1::Packages desired_;
  Host* const host_;
  const std::string file_;
};

}  // namespace devstats::agent
