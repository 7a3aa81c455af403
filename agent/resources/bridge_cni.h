// Pods of this box by the CNI bridge plugin. Packets of pods to other pods keep their address; only those
// that leave the cluster are masqueraded, by one rule of ours that a small service sets at every boot.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class BridgeCniResource : public Unit {
 public:
  static constexpr char kFolder[] = "/etc/cni/net.d";
  static constexpr char kName[] = "10-devstats.conflist";
  static constexpr char kFile[] = "/etc/cni/net.d/10-devstats.conflist";
  static constexpr char kUnit[] = "devstats-masquerade.service";
  static constexpr char kUnitFile[] = "/etc/systemd/system/devstats-masquerade.service";

  BridgeCniResource(v1::BridgeCni desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // not owned
  std::string id() const override { return "bridge_cni"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  std::string NetworkText() const;
  std::string ServiceText() const;
  // Arguments of iptables for our rule with this verb ("-C", "-A", "-D").
  std::vector<std::string> Rule(const std::string& verb) const;
  const v1::BridgeCni desired_;
  Host* const host_;
};

}  // namespace devstats::agent
