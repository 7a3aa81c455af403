#include "agent/executor/service.h"

#include "agent/executor/health.h"
#include "agent/executor/logs.h"
#include "agent/host/facts.h"
#include "agent/host/logins.h"
#include "agent/host/network.h"
#include "agent/resources/cluster_signer.h"
#include "agent/resources/kubeconfig.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

using executor::v1::Reply;
using executor::v1::Request;

absl::Status CheckKey(const std::string& operation, const std::string& step) {
  if (operation.empty() || step.empty() || operation.size() > 128 || step.size() > 256)
    return absl::InvalidArgumentError("a step needs the name of its operation and its own");
  return absl::OkStatus();
}

const v1::Fence* FenceOf(const Request& request) {
  switch (request.call_case()) {
    case Request::kFacts:
      return &request.facts().fence();
    case Request::kPlan:
      return &request.plan().fence();
    case Request::kApply:
      return &request.apply().fence();
    case Request::kStep:
      return &request.step().fence();
    case Request::kForget:
      return &request.forget().fence();
    case Request::kLogs:
      return &request.logs().fence();
    case Request::kHealth:
      return &request.health().fence();
    case Request::kBeginKubeconfig:
      return &request.begin_kubeconfig().fence();
    case Request::kSignKubernetesClient:
      return &request.sign_kubernetes_client().fence();
    case Request::kCheckNetwork:
      return &request.check_network().fence();
    case Request::CALL_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

absl::Status ExecutorService::DoApply(const v1::ApplyRequest& request,
                                      const std::function<bool(const Reply&)>& reply) {
  RETURN_IF_ERROR(CheckKey(request.operation(), request.step()));
  if (request.attempt() < 1) return absl::InvalidArgumentError("attempts are counted from 1");
  auto sink = [&](const v1::Progress& progress) {
    Reply r;
    *r.mutable_apply()->mutable_progress() = progress;
    return reply(r);
  };
  ASSIGN_OR_RETURN(v1::StepStatus status, steps_->Apply(request, sink));
  Reply r;
  *r.mutable_apply()->mutable_finished() = std::move(status);
  reply(r);
  return absl::OkStatus();
}

absl::Status ExecutorService::Answer(const Request& request, const std::function<bool(const Reply&)>& reply) {
  const v1::Fence* fence = FenceOf(request);
  if (!fence)
    return absl::UnimplementedError("the executor does not know this request; is it older than the agent?");
  RETURN_IF_ERROR(fence_->Check(*fence));
  Reply r;
  switch (request.call_case()) {
    case Request::kFacts:
      *r.mutable_facts() = GatherFacts(*host_);
      for (std::string& warning : LoginWarnings(*host_, host_->commands()))
        r.mutable_facts()->add_warnings(std::move(warning));
      break;
    case Request::kPlan: {
      ASSIGN_OR_RETURN(*r.mutable_plan(), steps_->Plan(request.plan().spec(), SecretsOf(request.plan())));
      break;
    }
    case Request::kApply:
      return DoApply(request.apply(), reply);
    case Request::kStep: {
      ASSIGN_OR_RETURN(*r.mutable_step(), steps_->Get(request.step()));
      break;
    }
    case Request::kForget: {
      ASSIGN_OR_RETURN(int steps, steps_->Forget(request.forget().operation()));
      r.mutable_forget()->set_steps(static_cast<uint32_t>(steps));
      break;
    }
    case Request::kBeginKubeconfig: {
      ASSIGN_OR_RETURN(*r.mutable_begin_kubeconfig()->mutable_csr_pem(),
                       KubeconfigRequest(host_, request.begin_kubeconfig().node()));
      break;
    }
    case Request::kSignKubernetesClient: {
      ASSIGN_OR_RETURN(*r.mutable_sign_kubernetes_client(),
                       SignKubernetesClient(host_, request.sign_kubernetes_client().csr_pem()));
      break;
    }
    case Request::kLogs:
      return TellLogs(host_, request.logs(), [&reply](const v1::LogLine& line) {
        Reply each;
        *each.mutable_log() = line;
        return reply(each);
      });
    case Request::kHealth:
      *r.mutable_health() = CheckHealth(host_, journal_);
      break;
    case Request::kCheckNetwork: {
      ASSIGN_OR_RETURN(*r.mutable_network(),
                       CheckNetwork(*host_, host_->commands(), request.check_network()));
      break;
    }
    case Request::CALL_NOT_SET:
      return absl::UnimplementedError("not known by this executor");
  }
  reply(r);
  return absl::OkStatus();
}

}  // namespace devstats::agent
