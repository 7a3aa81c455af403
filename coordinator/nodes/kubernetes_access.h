// The coordinator's way into the Kubernetes cluster: a key that it makes and keeps, a certificate that the control
// plane's box has signed for it, and a client that uses both once they are there.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/unit/unit.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/config.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::coordinator {

class KubernetesAccess {
 public:
  // `folder`: see paths.h. `clock` is not owned.
  KubernetesAccess(std::string folder, const Clock* clock) : folder_(std::move(folder)), clock_(clock) {}

  // Why there is no way in, or none for much longer; empty when there is.
  std::string Problem() const;
  // Has a certificate signed by the control plane's box and keeps it. Can be cut and called again.
  absl::Status Renew(AgentClient* control_plane);
  // FailedPrecondition while there is none.
  absl::StatusOr<kube::ClusterAccess> Load() const;
  // "sha256:<hex>" of the cluster authority's key, which a box that joins pins.
  absl::StatusOr<std::string> AuthorityPin() const;

  // A client of the cluster that looks for the way in with each call. Owned by this; thread-safe.
  kube::KubeClient* client();

 private:
  std::string File(const char* name) const { return folder_ + "/" + name; }
  const std::string folder_;
  const Clock* const clock_;
  absl::Mutex mu_;
  std::unique_ptr<kube::KubeClient> client_ ABSL_GUARDED_BY(mu_);
};

// "kubernetes-access": the certificate, as a unit.
class KubernetesAccessUnit : public Unit {
 public:
  // Neither is owned.
  KubernetesAccessUnit(KubernetesAccess* access, AgentClient* control_plane)
      : access_(access), control_plane_(control_plane) {}
  std::string id() const override { return "kubernetes-access"; }
  Json Inputs() const override { return Json::object(); }
  absl::StatusOr<Json> Observe() override { return Json{{"problem", access_->Problem()}}; }
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  KubernetesAccess* const access_;
  AgentClient* const control_plane_;
};

}  // namespace devstats::coordinator
