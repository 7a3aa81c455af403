// Our block in /etc/hosts, between marks. Every other line is left as it is, byte for byte.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class HostsResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/hosts";
  static constexpr char kBegin[] =
      "# devstats-begin: made from cluster.yaml; changes between these marks are overwritten";
  static constexpr char kEnd[] = "# devstats-end";

  HostsResource(v1::Hosts desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "hosts"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<std::string> Block() const;  // with its marks; empty without entries
  const v1::Hosts desired_;
  Host* const host_;
};

}  // namespace devstats::agent
