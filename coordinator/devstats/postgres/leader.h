// Where the database that takes writes is: the pod that Patroni has marked as leader. Its role is "master"
// before Patroni 4 and "primary" since (Patroni's docs, "Using Patroni on Kubernetes").
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"

namespace devstats::postgres {

inline constexpr char kClusterName[] = "devstats-postgres";  // postgresSvcName

struct Endpoint {
  std::string pod, host;
  int port = 5432;
};

// Unavailable, with the reason, when there is no leader, or more than one (a switch-over is under way, or a
// node is lost): both pass.
absl::StatusOr<Endpoint> FindLeader(kube::KubeClient& client, const std::string& namespace_,
                                    const std::string& cluster = kClusterName);

// A replica that takes reads: ready, the first by name. NotFound when there is none.
absl::StatusOr<Endpoint> FindReplica(kube::KubeClient& client, const std::string& namespace_,
                                     const std::string& cluster = kClusterName);

}  // namespace devstats::postgres
