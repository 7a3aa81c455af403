// The agent's gRPC surface: only the coordinator of this box's cluster may call; each method is checked,
// logged for the audit when it changes something, and passed to the executor. No logic here.
#pragma once
#include <functional>
#include <string>

#include "agent/front/executor_client.h"
#include "agent/front/identity_store.h"
#include "devstats/agent/v1/agent.grpc.pb.h"

namespace devstats::agent {

class AgentService final : public v1::Agent::Service {
 public:
  // Not owned. `cluster` and `node` are of this box's certificate.
  AgentService(const ExecutorClient* executor, IdentityStore* identity, std::string cluster, std::string node)
      : executor_(executor), identity_(identity), cluster_(std::move(cluster)), node_(std::move(node)) {}

  grpc::Status GetFacts(grpc::ServerContext*, const v1::FactsRequest*, v1::Facts*) override;
  grpc::Status Plan(grpc::ServerContext*, const v1::PlanRequest*, v1::PlanResponse*) override;
  grpc::Status CheckNetwork(grpc::ServerContext*, const v1::CheckNetworkRequest*,
                            v1::NetworkFindings*) override;
  grpc::Status GetHealth(grpc::ServerContext*, const v1::HealthRequest*, v1::Health*) override;
  grpc::Status GetStep(grpc::ServerContext*, const v1::StepRequest*, v1::StepStatus*) override;
  grpc::Status Logs(grpc::ServerContext*, const v1::LogsRequest*, grpc::ServerWriter<v1::LogLine>*) override;
  grpc::Status Apply(grpc::ServerContext*, const v1::ApplyRequest*,
                     grpc::ServerWriter<v1::ApplyProgress>*) override;
  grpc::Status Forget(grpc::ServerContext*, const v1::ForgetRequest*, v1::ForgetResponse*) override;
  grpc::Status BeginRenewal(grpc::ServerContext*, const v1::BeginRenewalRequest*,
                            v1::BeginRenewalResponse*) override;
  grpc::Status FinishRenewal(grpc::ServerContext*, const v1::FinishRenewalRequest*,
                             v1::FinishRenewalResponse*) override;
  grpc::Status BeginKubeconfig(grpc::ServerContext*, const v1::BeginKubeconfigRequest*,
                               v1::BeginKubeconfigResponse*) override;
  grpc::Status SignKubernetesClient(grpc::ServerContext*, const v1::SignKubernetesClientRequest*,
                                    v1::SignKubernetesClientResponse*) override;

 private:
  // Who calls, and for what: refused and logged unless it is the coordinator.
  absl::Status Check(grpc::ServerContext* context, const char* method, const std::string& key = "") const;
  absl::StatusOr<executor::v1::Reply> Forward(grpc::ServerContext* context, const char* method,
                                              const std::function<void(executor::v1::Request*)>& fill,
                                              const std::string& key = "") const;
  const ExecutorClient* const executor_;
  IdentityStore* const identity_;
  const std::string cluster_, node_;
};

}  // namespace devstats::agent
