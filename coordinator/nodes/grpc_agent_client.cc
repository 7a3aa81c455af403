#include "coordinator/nodes/grpc_agent_client.h"

#include <chrono>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/grpc/status.h"
#include "common/status.h"
#include "devstats/agent/v1/agent.grpc.pb.h"
#include "grpcpp/create_channel.h"

namespace devstats::coordinator {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(30);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
constexpr absl::Duration kPause = absl::Milliseconds(200);

class GrpcAgentClient final : public AgentClient {
 public:
  GrpcAgentClient(const AgentPoolOptions& options, const std::string& node, const std::string& address)
      : options_(options), where_(absl::StrCat(node, " (", address, ")")) {
    const Identity server = NodeIdentity(options.cluster_id, node);
    auto check = [&options, node](const pki::CertificateInfo& info) {
      return options.check ? options.check(node, info) : absl::OkStatus();
    };
    channel_ =
        grpc::CreateCustomChannel(address, options.identity.Channel(server, check), ClientArguments(server));
    stub_ = agent::v1::Agent::NewStub(channel_);
  }

  absl::StatusOr<agent::v1::Facts> GetFacts() override {
    return Unary<agent::v1::FactsRequest, agent::v1::Facts>({}, &agent::v1::Agent::Stub::GetFacts);
  }

  absl::StatusOr<agent::v1::NetworkFindings> CheckNetwork(
      const agent::v1::CheckNetworkRequest& request) override {
    return Unary<agent::v1::CheckNetworkRequest, agent::v1::NetworkFindings>(
        request, &agent::v1::Agent::Stub::CheckNetwork);
  }

  absl::StatusOr<agent::v1::PlanResponse> Plan(const agent::v1::PhaseSpec& spec,
                                               const PhaseSecrets& secrets) override {
    agent::v1::PlanRequest request;
    *request.mutable_spec() = spec;
    for (const auto& [name, secret] : secrets)
      (*request.mutable_secrets())[name] = secret.Reveal();  // over mutual TLS
    return Unary<agent::v1::PlanRequest, agent::v1::PlanResponse>(request, &agent::v1::Agent::Stub::Plan);
  }

  absl::StatusOr<agent::v1::StepStatus> GetStep(const std::string& operation, const std::string& step,
                                                uint32_t attempt) override {
    agent::v1::StepRequest request;
    request.set_operation(operation);
    request.set_step(step);
    request.set_attempt(attempt);
    return Unary<agent::v1::StepRequest, agent::v1::StepStatus>(request, &agent::v1::Agent::Stub::GetStep);
  }

  absl::StatusOr<agent::v1::StepStatus> Apply(
      agent::v1::ApplyRequest request,
      const std::function<void(const agent::v1::Progress&)>& progress) override {
    absl::Time answered = absl::Now();
    while (true) {
      auto status = ApplyOnce(request, progress, &answered);
      if (!absl::IsUnavailable(status.status()) || absl::Now() - answered > options_.away ||
          options_.stopping())
        return status;
      // Wait for the box to be back, or a moment; then attach to the step, which went on meanwhile or is
      // resumed.
      BackBefore(absl::Now() + kRetryAfter);
    }
  }

  absl::Status Forget(const std::string& operation) override {
    agent::v1::ForgetRequest request;
    request.set_operation(operation);
    return Unary<agent::v1::ForgetRequest, agent::v1::ForgetResponse>(request,
                                                                      &agent::v1::Agent::Stub::Forget)
        .status();
  }

  absl::StatusOr<agent::v1::Health> GetHealth() override {
    return Unary<agent::v1::HealthRequest, agent::v1::Health>({}, &agent::v1::Agent::Stub::GetHealth);
  }

  absl::Status Logs(const std::string& unit, uint32_t lines,
                    const std::function<bool(const agent::v1::LogLine&)>& line) override {
    agent::v1::LogsRequest request;
    FillFence(&request);
    request.set_unit(unit);
    request.set_lines(lines);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
    auto reader = stub_->Logs(&context, request);
    agent::v1::LogLine l;
    while (reader->Read(&l))
      if (!line(l)) context.TryCancel();
    return Annotate(FromGrpc(reader->Finish()), where_);
  }

  absl::StatusOr<std::string> BeginRenewal() override {
    ASSIGN_OR_RETURN(auto response, (Unary<agent::v1::BeginRenewalRequest, agent::v1::BeginRenewalResponse>(
                                        {}, &agent::v1::Agent::Stub::BeginRenewal)));
    return response.csr_pem();
  }

  absl::Status FinishRenewal(const std::string& certificate_pem) override {
    agent::v1::FinishRenewalRequest request;
    request.set_certificate_pem(certificate_pem);
    return Unary<agent::v1::FinishRenewalRequest, agent::v1::FinishRenewalResponse>(
               request, &agent::v1::Agent::Stub::FinishRenewal)
        .status();
  }

  absl::StatusOr<std::string> BeginKubeconfig() override {
    ASSIGN_OR_RETURN(auto response,
                     (Unary<agent::v1::BeginKubeconfigRequest, agent::v1::BeginKubeconfigResponse>(
                         {}, &agent::v1::Agent::Stub::BeginKubeconfig)));
    return response.csr_pem();
  }

  absl::StatusOr<agent::v1::SignKubernetesClientResponse> SignKubernetesClient(
      const std::string& csr_pem) override {
    agent::v1::SignKubernetesClientRequest request;
    request.set_csr_pem(csr_pem);
    return Unary<agent::v1::SignKubernetesClientRequest, agent::v1::SignKubernetesClientResponse>(
        request, &agent::v1::Agent::Stub::SignKubernetesClient);
  }

 private:
  template <typename Request>
  void FillFence(Request* request) const {
    request->mutable_fence()->set_cluster_id(options_.cluster_id);
    request->mutable_fence()->set_epoch(options_.epoch);
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Unary(Request request,
                                 grpc::Status (agent::v1::Agent::Stub::*method)(grpc::ClientContext*,
                                                                                const Request&, Response*)) {
    FillFence(&request);
    Response response;
    absl::Status status;
    const absl::Time patience = absl::Now() + options_.restart;
    do {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
      status = FromGrpc((stub_.get()->*method)(&context, request, &response));
    } while (absl::IsUnavailable(status) && !options_.stopping() && BackBefore(patience));
    if (absl::IsUnavailable(status))
      status = Hint(absl::UnavailableError(absl::StrCat("the agent does not answer: ", status.message())),
                    "on the box: systemctl status devstats-agent; from here: is its port open?");
    RETURN_IF_ERROR(status, where_);
    return response;
  }

  // Waits a moment, and until the box is connected again; false when there is no time left to try once more.
  bool BackBefore(absl::Time deadline) {
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(kPause);  // a front that is up refuses at once while its executor starts
    channel_->WaitForConnected(absl::ToChronoTime(std::min(deadline, absl::Now() + kRetryAfter)));
    return true;
  }

  absl::StatusOr<agent::v1::StepStatus> ApplyOnce(
      agent::v1::ApplyRequest& request, const std::function<void(const agent::v1::Progress&)>& progress,
      absl::Time* answered) {
    FillFence(&request);
    grpc::ClientContext context;
    auto reader = stub_->Apply(&context, request);
    agent::v1::ApplyProgress p;
    std::optional<agent::v1::StepStatus> finished;
    while (reader->Read(&p)) {
      *answered = absl::Now();
      if (p.has_progress()) progress(p.progress());
      if (p.has_finished()) finished = std::move(*p.mutable_finished());
    }
    absl::Status end = FromGrpc(reader->Finish());
    if (finished) return *std::move(finished);
    RETURN_IF_ERROR(end, where_);
    return absl::UnavailableError(absl::StrCat(where_, ": the agent ended the call without a result"));
  }

  const AgentPoolOptions& options_;
  const std::string where_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<agent::v1::Agent::Stub> stub_;
};

class GrpcAgentPool final : public AgentPool {
 public:
  explicit GrpcAgentPool(AgentPoolOptions options) : options_(std::move(options)) {}

  AgentClient* Get(const std::string& node, const std::string& address) override {
    absl::MutexLock lock(&mu_);
    auto& client = clients_[{node, address}];
    if (!client) client = std::make_unique<GrpcAgentClient>(options_, node, address);
    return client.get();
  }

 private:
  const AgentPoolOptions options_;
  absl::Mutex mu_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<GrpcAgentClient>> clients_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<AgentPool> MakeGrpcAgentPool(AgentPoolOptions options) {
  return std::make_unique<GrpcAgentPool>(std::move(options));
}

}  // namespace devstats::coordinator
