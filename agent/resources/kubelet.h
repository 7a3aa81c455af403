// What the kubelet is told on this box alone: its address, and its name where that is not the host name. One
// variable in /etc/default/kubelet, of which other people's arguments and lines are kept. And that it starts
// at every boot.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class KubeletResource : public Unit {
 public:
  static constexpr char kFile[] = "/etc/default/kubelet";
  static constexpr char kUnit[] = "kubelet.service";

  KubeletResource(v1::Kubelet desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "kubelet"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  std::vector<std::string> Arguments(const std::string& hostname) const;
  // null when no kubelet of a cluster runs, else whether it runs with our arguments.
  absl::StatusOr<Json> RunsAsTold(const std::string& hostname) const;
  const v1::Kubelet desired_;
  Host* const host_;
};

// The text of an environment file with our arguments in KUBELET_EXTRA_ARGS, everything else as it was.
// `*replaced` is set when another value of an argument of ours had to go.
std::string WithKubeletArguments(const std::string& text, const std::vector<std::string>& arguments,
                                 bool* replaced);

}  // namespace devstats::agent
