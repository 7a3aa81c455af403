// An agent whose box is a Facts message and a list of planned resources.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "coordinator/nodes/agent_client.h"

namespace devstats::coordinator {

class FakeAgent : public AgentClient {
 public:
  absl::StatusOr<agent::v1::Facts> GetFacts() override {
    if (!error.ok()) return error;
    return facts;
  }
  absl::StatusOr<agent::v1::NetworkFindings> CheckNetwork(const agent::v1::CheckNetworkRequest& request) override {
    checks.push_back(request);
    if (!network_error.ok()) return network_error;
    if (checks.size() > 1 && later_findings) return *later_findings;
    return findings;
  }
  absl::StatusOr<agent::v1::PlanResponse> Plan(const agent::v1::PhaseSpec& spec,
                                               const PhaseSecrets& secrets) override {
    if (!error.ok()) return error;
    planned = spec;
    compared = secrets;
    return plan;
  }
  absl::StatusOr<agent::v1::StepStatus> Apply(
      agent::v1::ApplyRequest request, const std::function<void(const agent::v1::Progress&)>& progress) override {
    agent::v1::Progress p;
    p.set_resource("sysctl");
    p.set_message("setting a");
    progress(p);
    applied.push_back(std::move(request));
    if (step.state() == agent::v1::StepStatus::DONE) plan.clear_resources();
    return step;
  }
  absl::StatusOr<agent::v1::StepStatus> GetStep(const std::string&, const std::string&, uint32_t) override {
    agent::v1::StepStatus status;
    status.set_state(left_running ? agent::v1::StepStatus::RUNNING : agent::v1::StepStatus::ABSENT);
    return status;
  }
  absl::Status Forget(const std::string& operation) override {
    forgotten.push_back(operation);
    return absl::OkStatus();
  }
  absl::StatusOr<agent::v1::Health> GetHealth() override { return agent::v1::Health(); }
  absl::Status Logs(const std::string&, uint32_t, const std::function<bool(const agent::v1::LogLine&)>&) override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> BeginRenewal() override { return csr; }
  absl::Status FinishRenewal(const std::string& certificate_pem) override {
    certificate = certificate_pem;
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> BeginKubeconfig() override { return std::string("csr of root"); }
  absl::StatusOr<agent::v1::SignKubernetesClientResponse> SignKubernetesClient(const std::string& csr_pem) override {
    signed_requests.push_back(csr_pem);
    if (!error.ok()) return error;
    return signature;
  }

  absl::Status error, network_error;
  agent::v1::NetworkFindings findings;
  std::optional<agent::v1::NetworkFindings> later_findings;  // from the second time on
  std::vector<agent::v1::CheckNetworkRequest> checks;
  agent::v1::SignKubernetesClientResponse signature;
  std::vector<std::string> signed_requests;
  agent::v1::Facts facts;
  agent::v1::PlanResponse plan;
  agent::v1::PhaseSpec planned;  // the last one, with what came with it
  PhaseSecrets compared;
  agent::v1::StepStatus step;
  bool left_running = false;
  std::vector<agent::v1::ApplyRequest> applied;
  std::vector<std::string> forgotten;
  std::string csr, certificate;
};

}  // namespace devstats::coordinator
