// Kernel modules, loaded now and by a drop-in of ours at every boot. What is built into the kernel counts as
// loaded; a module that the running kernel cannot have is an error of the plan that says what is missing.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class ModulesResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/modules-load.d/devstats.conf";

  ModulesResource(v1::Modules desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "modules"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<bool> IsPresent(const std::string& name, const std::string& release) const;
  absl::StatusOr<bool> IsAvailable(const std::string& name, const std::string& release) const;
  std::string FileContent() const;
  const v1::Modules desired_;
  Host* const host_;
};

}  // namespace devstats::agent
