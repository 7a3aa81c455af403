#include "agent/service/agent_service.h"

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/grpc/peer.h"
#include "common/grpc/status.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

using executor::v1::Reply;
using executor::v1::Request;
using grpc::ServerContext;

Counter calls("devstats_agent_calls_total", "Calls of the coordinator, by method.", "method");
Counter refused("devstats_agent_calls_refused_total", "Calls refused because of who called.");

}  // namespace

absl::Status AgentService::Check(ServerContext* context, const char* method, const std::string& key) const {
  absl::Status allowed = RequireCoordinator(*context->auth_context(), cluster_);
  if (!allowed.ok()) {
    refused.Add(1);
    log::Warning(absl::StrCat("refused ", method, " of ", context->peer(), ": ", allowed.message()),
                 {{"AUDIT", "refused"}, {"METHOD", method}, {"STEP", key}});
    return allowed;
  }
  calls.Add(1, method);
  if (!key.empty())
    log::Info(absl::StrCat(method, " ", key), {{"AUDIT", "allowed"}, {"METHOD", method}, {"STEP", key}});
  return absl::OkStatus();
}

absl::StatusOr<Reply> AgentService::Forward(ServerContext* context, const char* method,
                                            const std::function<void(Request*)>& fill,
                                            const std::string& key) const {
  RETURN_IF_ERROR(Check(context, method, key));
  Request request;
  fill(&request);
  return executor_->CallOnce(request);
}

grpc::Status AgentService::GetFacts(ServerContext* context, const v1::FactsRequest* request,
                                    v1::Facts* response) {
  auto reply = Forward(context, "GetFacts", [&](Request* r) { *r->mutable_facts() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_facts());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::Plan(ServerContext* context, const v1::PlanRequest* request,
                                v1::PlanResponse* response) {
  auto reply = Forward(context, "Plan", [&](Request* r) { *r->mutable_plan() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_plan());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::CheckNetwork(ServerContext* context, const v1::CheckNetworkRequest* request,
                                        v1::NetworkFindings* response) {
  auto reply =
      Forward(context, "CheckNetwork", [&](Request* r) { *r->mutable_check_network() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_network());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::GetHealth(ServerContext* context, const v1::HealthRequest* request,
                                     v1::Health* response) {
  auto reply = Forward(context, "GetHealth", [&](Request* r) { *r->mutable_health() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_health());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::GetStep(ServerContext* context, const v1::StepRequest* request,
                                   v1::StepStatus* response) {
  auto reply = Forward(context, "GetStep", [&](Request* r) { *r->mutable_step() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_step());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::Logs(ServerContext* context, const v1::LogsRequest* request,
                                grpc::ServerWriter<v1::LogLine>* writer) {
  if (absl::Status allowed = Check(context, "Logs"); !allowed.ok()) return ToGrpc(allowed);
  Request call;
  *call.mutable_logs() = *request;
  return ToGrpc(executor_->Call(call, [&](const Reply& reply) { return writer->Write(reply.log()); }));
}

grpc::Status AgentService::Apply(ServerContext* context, const v1::ApplyRequest* request,
                                 grpc::ServerWriter<v1::ApplyProgress>* writer) {
  const std::string key = absl::StrCat(request->operation(), "/", request->step(), "#", request->attempt());
  if (absl::Status allowed = Check(context, "Apply", key); !allowed.ok()) return ToGrpc(allowed);
  Request call;
  *call.mutable_apply() = *request;
  return ToGrpc(executor_->Call(call, [&](const Reply& reply) { return writer->Write(reply.apply()); }));
}

grpc::Status AgentService::Forget(ServerContext* context, const v1::ForgetRequest* request,
                                  v1::ForgetResponse* response) {
  auto reply = Forward(context, "Forget", [&](Request* r) { *r->mutable_forget() = *request; });
  if (reply.ok()) *response = std::move(*reply->mutable_forget());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::BeginRenewal(ServerContext* context, const v1::BeginRenewalRequest*,
                                        v1::BeginRenewalResponse* response) {
  if (absl::Status allowed = Check(context, "BeginRenewal", node_); !allowed.ok()) return ToGrpc(allowed);
  auto request = identity_->NewRequest(node_);
  if (request.ok()) response->set_csr_pem(*request);
  return ToGrpc(request.status());
}

grpc::Status AgentService::FinishRenewal(ServerContext* context, const v1::FinishRenewalRequest* request,
                                         v1::FinishRenewalResponse*) {
  if (absl::Status allowed = Check(context, "FinishRenewal", node_); !allowed.ok()) return ToGrpc(allowed);
  // Signed by the authority that this box trusts already, whoever delivers it.
  auto ca = ReadFile(identity_->ca_path());
  if (!ca.ok()) return ToGrpc(ca.status());
  return ToGrpc(identity_->Install(request->certificate_pem(), *ca));
}

grpc::Status AgentService::BeginKubeconfig(ServerContext* context, const v1::BeginKubeconfigRequest* request,
                                           v1::BeginKubeconfigResponse* response) {
  auto fill = [&](Request* r) {
    *r->mutable_begin_kubeconfig() = *request;
    r->mutable_begin_kubeconfig()->set_node(node_);  // whatever the caller says
  };
  auto reply = Forward(context, "BeginKubeconfig", fill, node_);
  if (reply.ok()) *response = std::move(*reply->mutable_begin_kubeconfig());
  return ToGrpc(reply.status());
}

grpc::Status AgentService::SignKubernetesClient(ServerContext* context,
                                                const v1::SignKubernetesClientRequest* request,
                                                v1::SignKubernetesClientResponse* response) {
  auto fill = [&](Request* r) { *r->mutable_sign_kubernetes_client() = *request; };
  auto reply = Forward(context, "SignKubernetesClient", fill, node_);
  if (reply.ok()) *response = std::move(*reply->mutable_sign_kubernetes_client());
  return ToGrpc(reply.status());
}

}  // namespace devstats::agent
