// The client of releases with crons: a cron that is made while its kind is held up (health/suspension.h) is
// made suspended, not for an instant otherwise, and as env suspend would have it: under the field manager of
// suspensions, so that the release knows nothing of it and env resume ends it.
#pragma once
#include "coordinator/kube/forwarding_client.h"

namespace devstats::domain {

class SuspendingClient final : public kube::ForwardingClient {
 public:
  // `client` is not owned.
  explicit SuspendingClient(kube::KubeClient* client) : client_(client) {}
  absl::StatusOr<Json> Apply(const Json& object, const kube::ApplyOptions& options) override;

 protected:
  absl::Status Pass(Method method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override;

 private:
  kube::KubeClient* const client_;
};

}  // namespace devstats::domain
