// A client that writes only while the lease is held: whoever has lost it, paused or cut off, writes nothing
// more, and gets Cancelled. It asks before each try: patience is put around it.
#pragma once
#include <memory>
#include <utility>

#include "common/status.h"
#include "coordinator/kube/forwarding_client.h"
#include "coordinator/release/engine/lease.h"

namespace devstats::release {

class GuardedClient final : public kube::ForwardingClient {
 public:
  // `client` is not owned.
  GuardedClient(kube::KubeClient* client, std::unique_ptr<Lease> lease)
      : client_(client), lease_(std::move(lease)) {}
  Lease& lease() { return *lease_; }

 protected:
  absl::Status Pass(Method method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    const bool writes = method != Method::kRead && method != Method::kWatch;
    if (const absl::Status held = lease_->Check(); writes && !held.ok())
      return absl::CancelledError(held.message());
    return call(*client_);
  }

 private:
  kube::KubeClient* const client_;
  const std::unique_ptr<Lease> lease_;
};

}  // namespace devstats::release
