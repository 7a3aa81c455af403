// The secrets of environments by call: how they stand in the cluster, and new values for them; without gRPC.
// No value ever leaves by these calls.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/devstats/patroni/api.h"
#include "coordinator/devstats/upkeep/github_tokens.h"
#include "coordinator/devstats/upkeep/rotation.h"
#include "coordinator/devstats/upkeep/secret_look.h"
#include "coordinator/secrets/store.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct EnvironmentSecretsParts {  // nothing is owned
  // All of the cluster.yaml in force.
  std::function<absl::StatusOr<std::vector<spec::EnvironmentSpec>>()> environments;
  std::function<absl::StatusOr<std::shared_ptr<postgres::Postgres>>(const spec::EnvironmentSpec&,
                                                                    const domain::SealedValues&)>
      leader;
  std::function<std::shared_ptr<patroni::PatroniApi>(const spec::EnvironmentSpec&)> patroni;
  secrets::Store* store = nullptr;
  kube::KubeClient* kube = nullptr;
  chartsource::Fetcher* fetcher = nullptr;
  std::string github = domain::kGitHub;
  const Clock* clock = &SystemClock();
  absl::Duration patience = absl::Minutes(15);  // for each restart
  std::function<void(absl::Duration)> sleep;    // empty: really
};

class EnvironmentSecrets {
 public:
  using Progress = std::function<void(absl::string_view)>;

  explicit EnvironmentSecrets(EnvironmentSecretsParts parts) : p_(std::move(parts)) {}

  static std::string Target(const v1::RotateSecretRequest& request);  // for the audit trail

  absl::StatusOr<v1::EnvironmentSecretList> DoGet(const v1::EnvironmentSecretsRequest& request);
  // Ends what was begun before, then rotates. Passwords that Patroni itself uses are rotated only together
  // with new pods for it. `gone` stops waiting for restarts; the value has been changed by then.
  absl::Status DoRotate(const v1::RotateSecretRequest& request, const std::function<bool()>& gone,
                        const Progress& progress);

 private:
  absl::StatusOr<spec::EnvironmentSpec> Find(const std::string& name,
                                             std::vector<spec::EnvironmentSpec>* all) const;
  domain::SealedValues Sealed() const;
  absl::StatusOr<std::vector<domain::SecretKeyState>> Look(const spec::EnvironmentSpec& environment);
  absl::Status CheckPatroni(const spec::EnvironmentSpec& environment, const v1::RotateSecretRequest& request,
                            bool begun);
  absl::Status Restart(const spec::EnvironmentSpec& environment, const domain::SecretKeyState& state,
                       const std::function<bool()>& gone, const Progress& progress);
  absl::Status Follow(const spec::EnvironmentSpec& environment, const v1::RotateSecretRequest& request,
                      const std::function<bool()>& gone, const Progress& progress);

  const EnvironmentSecretsParts p_;
  absl::Mutex rotating_;  // one at a time
};

}  // namespace devstats::coordinator
