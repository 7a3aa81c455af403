// What the coordinator does for each call, without gRPC: the handlers check who calls and translate, the
// logic is here.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/journal.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/grants.h"
#include "coordinator/access/nodes.h"
#include "coordinator/access/tokens.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/run/runner.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct ApiParts {  // none is owned
  access::Authority* authority;
  access::Tokens* tokens;
  access::NodeCertificates* nodes;
  access::Grants* grants;
  Operations* operations;
  Runner* runner;
  Journal* journal;
  World world;
  const Clock* clock;
  uint64_t epoch = 0;
  std::string address;            // host:port of this API, as told to users
  std::string enrolment_address;  // host:port, as told to boxes
};

class Api {
 public:
  explicit Api(ApiParts parts) : p_(std::move(parts)) {}

  v1::Version DoVersion() const;
  absl::StatusOr<v1::Status> DoStatus();
  absl::StatusOr<v1::Health> DoHealth();

  absl::StatusOr<v1::NodeToken> DoCreateNodeToken(const v1::NodeTokenRequest& request);
  absl::StatusOr<v1::NodeList> DoListNodes();
  absl::StatusOr<v1::NodeDetail> DoGetNode(const std::string& name);
  absl::Status DoNodeLogs(const v1::NodeLogsRequest& request,
                          const std::function<bool(const agent::v1::LogLine&)>& line);

  // Whether planning sends secrets to boxes, which compare them with what they have.
  static bool SendsSecrets(const v1::PlanRequest& request);
  // Whether planning renders charts: they see what is in the cluster, its Secrets too, and files of this box.
  static bool RendersCharts(const v1::PlanRequest& request);
  absl::StatusOr<v1::PlanResponse> DoPlan(const v1::PlanRequest& request);
  // Whether carrying out the plan needs more than an operator.
  static bool NeedsAdmin(const v1::ApplyRequest& request);
  absl::StatusOr<v1::Operation> DoApply(const v1::ApplyRequest& request, const std::string& actor);
  absl::StatusOr<v1::OperationList> DoListOperations(uint32_t limit);
  absl::StatusOr<v1::Operation> DoGetOperation(const std::string& id);
  absl::StatusOr<v1::Operation> DoResume(const std::string& id);
  absl::StatusOr<v1::Operation> DoApprove(const v1::ApproveRequest& request);
  absl::StatusOr<v1::Operation> DoAbort(const std::string& id);
  // Sends events until the operation has ended or, without `follow`, none is left; `event` returns false to
  // stop.
  absl::Status DoWatch(const v1::WatchRequest& request, const std::function<bool()>& gone,
                       const std::function<bool(const events::v1::Event&)>& event);

  absl::StatusOr<v1::SecretEntry> DoSetSecret(const v1::SetSecretRequest& request);
  absl::StatusOr<v1::SecretList> DoListSecrets();
  absl::StatusOr<v1::DeleteSecretResponse> DoDeleteSecret(const std::string& name);

  absl::StatusOr<v1::AccessGrant> DoAddAccess(const v1::AddAccessRequest& request);
  absl::StatusOr<v1::AccessList> DoListAccess();
  absl::StatusOr<v1::RevokeAccessResponse> DoRevokeAccess(const std::string& name);

 private:
  v1::Operation Describe(const OperationRecord& record) const;
  absl::StatusOr<std::optional<spec::ClusterSpec>> SpecInForce();  // nothing before the first apply
  absl::StatusOr<std::vector<spec::NodeSpec>> KnownNodes();        // of the spec in force
  v1::NodeSummary Summary(const spec::NodeSpec* node, const std::string& name, bool ask,
                          agent::v1::Facts* facts);
  const ApiParts p_;
};

// The graph that an operation carries out: what the runner is given.
GraphMaker MakerFor(const World& world);

}  // namespace devstats::coordinator
