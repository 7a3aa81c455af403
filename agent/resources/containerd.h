// containerd's configuration: the keys that the spec sets in /etc/containerd/config.toml (all else in it is
// kept byte for byte), a hosts.toml and an authority for each registry, and crictl's own file. containerd is
// restarted only when config.toml changed; hosts.toml is read at every pull. With passwords of registries in
// it, config.toml is for root's eyes only, and what is observed and planned has their marks in their place.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "agent/resources/secrets.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class ContainerdResource : public Unit {
 public:
  static constexpr char kConfig[] = "/etc/containerd/config.toml";
  static constexpr char kCrictl[] = "/etc/crictl.yaml";
  static constexpr char kService[] = "containerd.service";
  // Pending from before a change of config.toml until containerd runs with it.
  static constexpr char kPending[] = "restart-containerd";

  // `host` is not owned. `secrets`: each "registry:HOST" of a registry with a user.
  ContainerdResource(v1::Containerd desired, Host* host, Secrets secrets = {})
      : desired_(std::move(desired)), host_(host), secrets_(std::move(secrets)) {}
  std::string id() const override { return "containerd"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status DiffHosts(const Json& observed, UnitPlan* plan) const;
  absl::Status DiffConfig(const Json& observed, UnitPlan* plan) const;
  absl::Status WriteConfig(const StepContext& context);
  absl::Status Restart();
  const v1::Containerd desired_;
  Host* const host_;
  const Secrets secrets_;
};

}  // namespace devstats::agent
