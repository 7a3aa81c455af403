// How much the system journal keeps: a drop-in of ours, and a restart of journald, which reads it.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class JournaldResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/systemd/journald.conf.d/devstats.conf";

  JournaldResource(v1::Journald desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "journald"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<std::string> FileContent() const;
  const v1::Journald desired_;
  Host* const host_;
};

}  // namespace devstats::agent
