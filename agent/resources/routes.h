// Routes to the pods of the other nodes: in the kernel now, and at every boot by a small service of ours that
// depends on no network manager. Routes that we once made and that are no longer wanted are taken away.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class RoutesResource : public Unit {
 public:
  static constexpr char kUnit[] = "devstats-routes.service";
  static constexpr char kFile[] = "/etc/systemd/system/devstats-routes.service";

  RoutesResource(v1::Routes desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "routes"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  const v1::Routes desired_;
  Host* const host_;
};

using RouteTable = std::map<std::string, std::string>;  // destination -> via: "10.244.1.0/24" -> "10.0.0.2"

// The routes through a gateway in the text of /proc/net/route. Lines that are not routes are passed over.
RouteTable ParseKernelRoutes(absl::string_view text);
// The routes that a text of our service makes.
RouteTable ParseServiceRoutes(absl::string_view text);

}  // namespace devstats::agent
