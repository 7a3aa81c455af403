// Join tokens of kubeadm as Kubernetes keeps them: Secret kube-system/bootstrap-token-ID, of a type and with
// fields that the API server's bootstrap authenticator reads (Kubernetes: "Authenticating with Bootstrap
// Tokens").
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/journal.h"
#include "common/secret.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {

inline constexpr absl::Duration kBootstrapTokenLife = absl::Minutes(15);

// Six characters, the same for the same step: so that a token is found again after a cut, and deleted. This half is public.
std::string BootstrapTokenIdOf(const StepKey& key);
// Makes the token `id` with a new secret half, or gives an existing one a new secret and a new end. Returns
// "ID.SECRET". InvalidArgument for an id that is none.
absl::StatusOr<Secret> CreateBootstrapToken(kube::KubeClient& client, const std::string& id,
                                            const Clock& clock, absl::Duration life = kBootstrapTokenLife);
// OK when there is none.
absl::Status DeleteBootstrapToken(kube::KubeClient& client, const std::string& id);

}  // namespace devstats::coordinator
