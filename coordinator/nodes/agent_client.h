// What the coordinator asks of one box's agent. An interface, so that units are tested without a network; the
// real one (grpc_agent_client) and the fake pass the same contract test.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::coordinator {

using PhaseSecrets = std::map<std::string, Secret>;  // by the names that resources know

// Every call carries the fence. All are thread-safe and give up: Unavailable when the box does not answer.
class AgentClient {
 public:
  virtual ~AgentClient() = default;
  virtual absl::StatusOr<agent::v1::Facts> GetFacts() = 0;
  // What is in the way of these ports on that box, and between it and these peers. Unimplemented by an agent that is
  // older than this question.
  virtual absl::StatusOr<agent::v1::NetworkFindings> CheckNetwork(
      const agent::v1::CheckNetworkRequest& request) = 0;
  // `secrets` are those that resources compare with what the box has.
  virtual absl::StatusOr<agent::v1::PlanResponse> Plan(const agent::v1::PhaseSpec& spec,
                                                       const PhaseSecrets& secrets) = 0;
  // Returns when the step has ended. While the box is away it is tried again, attaching to the same step, for
  // as long as the step may need; so a cut connection or a reboot of the box costs only time.
  virtual absl::StatusOr<agent::v1::StepStatus> Apply(
      agent::v1::ApplyRequest request, const std::function<void(const agent::v1::Progress&)>& progress) = 0;
  virtual absl::StatusOr<agent::v1::StepStatus> GetStep(const std::string& operation, const std::string& step,
                                                        uint32_t attempt) = 0;
  virtual absl::Status Forget(const std::string& operation) = 0;
  virtual absl::StatusOr<agent::v1::Health> GetHealth() = 0;
  virtual absl::Status Logs(const std::string& unit, uint32_t lines,
                            const std::function<bool(const agent::v1::LogLine&)>& line) = 0;
  virtual absl::StatusOr<std::string> BeginRenewal() = 0;
  virtual absl::Status FinishRenewal(const std::string& certificate_pem) = 0;
  // A request for the Kubernetes certificate of root on that box.
  virtual absl::StatusOr<std::string> BeginKubeconfig() = 0;
  // On the control plane's box: signs such a request, or the coordinator's.
  virtual absl::StatusOr<agent::v1::SignKubernetesClientResponse> SignKubernetesClient(
      const std::string& csr_pem) = 0;
};

// The agents of the cluster by node name.
class AgentPool {
 public:
  virtual ~AgentPool() = default;
  // Owned by the pool, valid as long as it is. `address` is host:port of the agent.
  virtual AgentClient* Get(const std::string& node, const std::string& address) = 0;
};

}  // namespace devstats::coordinator
