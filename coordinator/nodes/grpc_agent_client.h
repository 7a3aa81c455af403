// AgentClient over gRPC with mTLS.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc/tls.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::coordinator {

struct AgentPoolOptions {
  std::string cluster_id;
  uint64_t epoch = 0;
  TlsIdentity identity;  // the coordinator's client certificate
  // Further checks of a node's certificate: that it was not revoked.
  std::function<absl::Status(const std::string& node, const pki::CertificateInfo&)> check;
  absl::Duration restart = absl::Seconds(5);  // how long a daemon may be away at any other call
  absl::Duration away = absl::Minutes(10);  // how long a box may be away in the middle of a step
  // Set when the daemon stops: calls that wait for a box give up.
  std::function<bool()> stopping = [] { return false; };
};

std::unique_ptr<AgentPool> MakeGrpcAgentPool(AgentPoolOptions options);

}  // namespace devstats::coordinator
