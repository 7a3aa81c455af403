// This box as a node of the cluster, by `kubeadm join` once. Its token is a secret of the apply, used and
// forgotten. A box of another cluster is never touched.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "agent/resources/kubeadm_run.h"
#include "common/secret.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class KubeadmJoinResource : public Unit {
 public:
  // `token` may be empty where nothing is applied. `host` is not owned.
  KubeadmJoinResource(v1::KubeadmJoin desired, Secret token, Host* host)
      : desired_(std::move(desired)), token_(std::move(token)), host_(host), run_("join", host) {}
  std::string id() const override { return "join"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status Join(const StepContext& context);
  absl::Status WaitActive(const StepContext& context);
  const v1::KubeadmJoin desired_;
  const Secret token_;
  Host* const host_;
  KubeadmRun run_;
};

}  // namespace devstats::agent
