// The Secrets of an environment as they stand: whether the cluster has what is sealed, since when, and which
// pods began before and so have an older value in their environment.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

// A workload whose pods have a key of a Secret in their environment.
struct SecretUser {
  std::string kind, name;  // "Deployment", "devstats-api"; "StatefulSet"; "Job" (ends by itself); "Pod"
  std::vector<std::string> pods;
};

struct SecretKeyState {
  std::string secret, key;  // "pg-db", "PG_PASS.secret"
  std::string sealed, mac;  // empty: a text that is no secret
  std::string state;        // "as sealed", "differs", "missing"; "not sealed": there is no such value
  absl::Time changed = absl::InfinitePast();  // in the cluster
  std::vector<SecretUser> outdated;           // began before
};

// In the order of `wanted`.
absl::StatusOr<std::vector<SecretKeyState>> LookAtSecrets(kube::KubeClient& client,
                                                          const SecretsWanted& wanted,
                                                          const SealedValues& sealed);

// When the value of a key last changed: as the unit of secrets has noted it, else whenever the Secret last
// did. Pure.
absl::Time ChangedAt(const Json& secret, const std::string& key);
// Those of `pods` that run and are to go on, use the key, and began at `changed` or before: as far as can be
// told, as pods know the second only in which they were made. Pure.
std::vector<SecretUser> OutdatedUsers(const std::vector<Json>& pods, const std::string& secret,
                                      const std::string& key, absl::Time changed);

}  // namespace devstats::domain
