// kubectl's completion for bash, and the alias k that completes like it.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class ShellResource : public Unit {
 public:
  static constexpr char kCompletion[] = "/etc/bash_completion.d/kubectl";
  static constexpr char kAlias[] = "/etc/profile.d/devstats-kubectl.sh";

  ShellResource(v1::Shell desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "shell"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  // What this box's kubectl prints; nothing when it is not installed.
  absl::StatusOr<std::optional<std::string>> Completion() const;
  const v1::Shell desired_;
  Host* const host_;
};

}  // namespace devstats::agent
