// A client that writes only while the lease is held: whoever has lost it, paused or cut off, writes nothing
// more.
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
    if (method != Method::kRead && method != Method::kWatch) RETURN_IF_ERROR(lease_->Check());
    return call(*client_);
  }

 private:
  kube::KubeClient* const client_;
  const std::unique_ptr<Lease> lease_;
};

}  // namespace devstats::release
