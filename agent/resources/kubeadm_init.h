// The control plane, made by `kubeadm init` once. Observed by what it leaves (files of kubeadm, our own
// record, an API server that answers and knows its kubeadm configuration). A cluster that is not ours is
// never touched, and what was fixed when ours was made is never silently different.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "agent/resources/kubeadm_run.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class KubeadmInitResource : public Unit {
 public:
  KubeadmInitResource(v1::KubeadmInit desired, Host* host)  // host not owned
      : desired_(std::move(desired)), host_(host), run_("init", host) {}
  std::string id() const override { return "init"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::Status Init(const StepContext& context);
  absl::Status Prepare(const StepContext& context, const Secret& config);
  absl::Status WaitReady(const StepContext& context);
  const v1::KubeadmInit desired_;
  Host* const host_;
  KubeadmRun run_;
};

}  // namespace devstats::agent
