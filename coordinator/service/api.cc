#include "coordinator/service/api.h"

#include <algorithm>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/service/conditions.h"
#include "coordinator/service/release_graph.h"
#include "coordinator/service/translate.h"
#include "coordinator/spec/spec.h"

namespace devstats::coordinator {
namespace {

constexpr size_t kMaxSpec = 1 << 20;
constexpr int kEventsAtATime = 500;

std::string SpecDigest(const std::string& text) { return Sha256Hex(text); }

absl::StatusOr<spec::ClusterSpec> ParseSpec(const std::string& text, const std::string& file) {
  if (text.size() > kMaxSpec) return absl::InvalidArgumentError(absl::StrCat(file, ": larger than 1 MiB"));
  return spec::ParseClusterSpec(text, file.empty() ? "cluster.yaml" : file);
}

// Without its units.
v1::Operation Outline(const OperationRecord& record) {
  v1::Operation operation;
  operation.set_id(record.id);
  operation.set_kind(record.kind);
  operation.set_state(record.state);
  operation.set_actor(record.actor);
  operation.set_started_ms(Millis(record.started));
  operation.set_ended_ms(Millis(record.ended));
  operation.set_error(record.error);
  operation.set_hint(record.hint);
  return operation;
}

v1::SecretEntry ToProto(const secrets::Entry& entry) {
  v1::SecretEntry out;
  out.set_name(entry.name);
  out.set_mac(entry.mac);
  out.set_changed_ms(Millis(entry.changed));
  return out;
}

bool HasEnded(const std::string& state) { return state != kRunning; }

}  // namespace

GraphMaker MakerFor(const World& world) {
  return [world](const OperationRecord& operation) -> absl::StatusOr<Graph> {
    if (IsReleaseOperation(operation)) return ReleaseGraph(operation, world);
    ASSIGN_OR_RETURN(spec::ClusterSpec spec, ParseSpec(operation.spec, operation.file));
    return Assemble(spec, world, {.only = operation.plan.only(), .node = operation.plan.node()});
  };
}

v1::Version Api::DoVersion() const {
  v1::Version version;
  version.set_version(DEVSTATS_VERSION);
  version.set_cluster_id(p_.authority->cluster());
  version.set_epoch(p_.epoch);
  return version;
}

absl::StatusOr<v1::Status> Api::DoStatus() {
  v1::Status status;
  *status.mutable_version() = DoVersion();
  ASSIGN_OR_RETURN(auto current, p_.operations->Current());
  if (current) {
    *status.mutable_last_operation() = Describe(*current);
    status.set_spec_digest(SpecDigest(current->spec));
  }
  ASSIGN_OR_RETURN(v1::NodeList nodes, DoListNodes());
  *status.mutable_nodes() = nodes.nodes();
  return status;
}

absl::StatusOr<v1::Health> Api::DoHealth() {
  v1::Health health;
  ASSIGN_OR_RETURN(const v1::NodeList nodes, DoListNodes());
  for (const v1::NodeSummary& node : nodes.nodes())
    AddCheck(absl::StrCat("agent@", node.name()), node.reachable(), node.error(), &health);
  ASSIGN_OR_RETURN(const auto spec, SpecInForce());
  if (spec && spec->kubernetes) CheckKubernetes(*spec, p_.world, &health);
  return health;
}

absl::StatusOr<v1::NodeToken> Api::DoCreateNodeToken(const v1::NodeTokenRequest& request) {
  ASSIGN_OR_RETURN(access::NewToken token,
                   p_.tokens->Create(request.node(), absl::Seconds(request.ttl_seconds())));
  v1::NodeToken answer;
  answer.set_token(token.token.Reveal());  // to the admin who asked, once
  answer.set_ca_pin(p_.authority->pin());
  answer.set_address(p_.enrolment_address);
  answer.set_expires_ms(Millis(token.expires));
  return answer;
}

absl::StatusOr<std::optional<spec::ClusterSpec>> Api::SpecInForce() {
  ASSIGN_OR_RETURN(auto current, p_.operations->Current());
  if (!current) return std::nullopt;
  ASSIGN_OR_RETURN(spec::ClusterSpec spec, ParseSpec(current->spec, current->file));
  return spec;
}

absl::StatusOr<std::vector<spec::NodeSpec>> Api::KnownNodes() {
  ASSIGN_OR_RETURN(auto spec, SpecInForce());
  return spec ? spec->nodes : std::vector<spec::NodeSpec>();
}

v1::NodeSummary Api::Summary(const spec::NodeSpec* node, const std::string& name, bool ask,
                             agent::v1::Facts* facts) {
  v1::NodeSummary summary;
  summary.set_name(name);
  auto certificate = p_.nodes->Newest(name);
  summary.set_enrolled(certificate.ok() && certificate->has_value());
  if (summary.enrolled()) summary.set_certificate_not_after_ms(Millis((*certificate)->not_after));
  if (!node) {
    summary.set_error("not in the cluster.yaml in force");
    return summary;
  }
  summary.set_address(AgentAddress(*node));
  summary.set_role(spec::NameOf(node->role));
  if (!summary.enrolled()) summary.set_error("not enrolled");
  if (!ask || !summary.enrolled()) return summary;
  auto answer = p_.world.agents->Get(name, summary.address())->GetFacts();
  summary.set_reachable(answer.ok());
  if (!answer.ok()) {
    summary.set_error(std::string(answer.status().message()));
    return summary;
  }
  summary.set_agent_version(answer->agent_version());
  summary.set_os(absl::StrCat(answer->os_id(), "-", answer->os_version()));
  if (facts) *facts = *std::move(answer);
  return summary;
}

absl::StatusOr<v1::NodeList> Api::DoListNodes() {
  ASSIGN_OR_RETURN(const std::vector<spec::NodeSpec> known, KnownNodes());
  ASSIGN_OR_RETURN(const auto enrolled, p_.nodes->All());
  std::vector<v1::NodeSummary> summaries(known.size());
  std::vector<std::thread> threads;  // boxes that are away cost one time-out, not one each
  for (size_t i = 0; i < known.size(); ++i)
    threads.emplace_back([&, i] { summaries[i] = Summary(&known[i], known[i].name, true, nullptr); });
  for (std::thread& t : threads) t.join();
  v1::NodeList list;
  std::set<std::string> names;
  for (v1::NodeSummary& s : summaries) {
    names.insert(s.name());
    *list.add_nodes() = std::move(s);
  }
  for (const access::NodeCertificate& c : enrolled)
    if (!names.contains(c.node)) *list.add_nodes() = Summary(nullptr, c.node, false, nullptr);
  return list;
}

absl::StatusOr<v1::NodeDetail> Api::DoGetNode(const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<spec::NodeSpec> known, KnownNodes());
  v1::NodeDetail detail;
  for (const spec::NodeSpec& node : known)
    if (node.name == name) {
      *detail.mutable_summary() = Summary(&node, name, true, detail.mutable_facts());
      if (!detail.summary().reachable()) return detail;
      ASSIGN_OR_RETURN(*detail.mutable_health(), p_.world.agents->Get(name, AgentAddress(node))->GetHealth());
      return detail;
    }
  *detail.mutable_summary() = Summary(nullptr, name, false, nullptr);
  if (!detail.summary().enrolled())
    return Hint(absl::NotFoundError(absl::StrCat("there is no node ", name)), "devstatsctl node list");
  return detail;
}

absl::Status Api::DoNodeLogs(const v1::NodeLogsRequest& request,
                             const std::function<bool(const agent::v1::LogLine&)>& line) {
  ASSIGN_OR_RETURN(const std::vector<spec::NodeSpec> known, KnownNodes());
  for (const spec::NodeSpec& node : known)
    if (node.name == request.name())
      return p_.world.agents->Get(node.name, AgentAddress(node))->Logs(request.unit(), request.lines(), line);
  return Hint(absl::NotFoundError(absl::StrCat("there is no node ", request.name())),
              "devstatsctl node list");
}

bool Api::SendsSecrets(const v1::PlanRequest& request) {
  const auto spec = ParseSpec(request.spec(), request.file());
  if (!spec.ok()) return false;  // nor is it planned
  const auto& registries = spec->runtime.registries;
  return std::any_of(registries.begin(), registries.end(),
                     [](const spec::RegistrySpec& r) { return !r.password_secret.empty(); });
}

bool Api::RendersCharts(const v1::PlanRequest& request) {
  const auto spec = ParseSpec(request.spec(), request.file());
  return spec.ok() && (!spec->releases.empty() || !spec::NamedAddons(spec->addons).empty());
}

absl::StatusOr<v1::PlanResponse> Api::DoPlan(const v1::PlanRequest& request) {
  ASSIGN_OR_RETURN(const spec::ClusterSpec spec, ParseSpec(request.spec(), request.file()));
  const Scope scope{.only = request.only(), .node = request.node()};
  ASSIGN_OR_RETURN(const Graph before, Prerequisites(spec, p_.world, scope));
  for (const UnitPlan& plan : before.Plan(16)) {
    RETURN_IF_ERROR(StatusOf(plan), plan.unit());
    if (!IsEmpty(plan))
      return Hint(
          absl::FailedPreconditionError(absl::StrCat(plan.unit(), " comes first and is not as it should be")),
          "apply without --only, or that phase first");
  }
  World world = p_.world;
  world.render_anew = true;
  ASSIGN_OR_RETURN(const Graph graph, Assemble(spec, world, scope));
  v1::PlanResponse response;
  *response.mutable_plan() = MakePlan(graph,
                                      {.cluster_id = p_.authority->cluster(),
                                       .spec_digest = SpecDigest(request.spec()),
                                       .only = scope.only,
                                       .node = scope.node},
                                      p_.clock->Now());
  response.set_digest(PlanDigest(response.plan()));
  return response;
}

bool Api::NeedsAdmin(const v1::ApplyRequest& request) {
  for (const UnitPlan& unit : request.plan().units())
    if (IsDestructive(unit)) return true;
  return false;
}

absl::StatusOr<v1::Operation> Api::DoApply(const v1::ApplyRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const spec::ClusterSpec spec, ParseSpec(request.spec(), request.file()));
  RETURN_IF_ERROR(CheckPlan(request.plan(),
                            {.cluster_id = p_.authority->cluster(),
                             .spec_digest = SpecDigest(request.spec()),
                             .only = request.plan().only(),
                             .node = request.plan().node()},
                            request.confirm(), p_.clock->Now()));
  ASSIGN_OR_RETURN(OperationRecord record, p_.runner->Start({.kind = "apply",
                                                             .actor = actor,
                                                             .spec = request.spec(),
                                                             .file = request.file(),
                                                             .plan = request.plan()}));
  return Describe(record);
}

v1::Operation Api::Describe(const OperationRecord& record) const {
  v1::Operation operation = Outline(record);
  const auto reports = p_.runner->Units(record.id);
  for (const UnitPlan& plan : record.plan.units()) {
    v1::UnitState* state = operation.add_units();
    state->set_unit(plan.unit());
    auto found = reports.find(plan.unit());
    if (found == reports.end()) continue;
    state->set_state(found->second.state);
    state->set_message(found->second.message);
    state->set_elapsed_ms(absl::ToInt64Milliseconds(found->second.elapsed));
    if (found->second.state == kAwaitingApproval) *state->mutable_amended() = found->second.amended;
  }
  return operation;
}

absl::StatusOr<v1::OperationList> Api::DoListOperations(uint32_t limit) {
  ASSIGN_OR_RETURN(auto records,
                   p_.operations->Latest(limit == 0 || limit > 1000 ? 20 : static_cast<int>(limit)));
  v1::OperationList list;
  for (const OperationRecord& record : records) *list.add_operations() = Outline(record);
  return list;
}

absl::StatusOr<v1::Operation> Api::DoGetOperation(const std::string& id) {
  ASSIGN_OR_RETURN(OperationRecord record, p_.operations->Get(id));
  return Describe(record);
}

absl::StatusOr<v1::Operation> Api::DoResume(const std::string& id) {
  RETURN_IF_ERROR(p_.runner->Resume(id));
  return DoGetOperation(id);
}

absl::StatusOr<v1::Operation> Api::DoApprove(const v1::ApproveRequest& request) {
  RETURN_IF_ERROR(p_.runner->Approve(request.id(), request.unit(), request.confirm()));
  return DoGetOperation(request.id());
}

absl::StatusOr<v1::Operation> Api::DoAbort(const std::string& id) {
  RETURN_IF_ERROR(p_.runner->Abort(id));
  return DoGetOperation(id);
}

absl::Status Api::DoWatch(const v1::WatchRequest& request, const std::function<bool()>& gone,
                          const std::function<bool(const events::v1::Event&)>& event) {
  if (!request.operation().empty()) RETURN_IF_ERROR(p_.operations->Get(request.operation()).status());
  uint64_t since = request.since();
  int quiet = 0;
  while (!gone()) {
    ASSIGN_OR_RETURN(auto batch, p_.journal->Events(since, request.operation(), kEventsAtATime));
    for (const events::v1::Event& e : batch) {
      if (!event(e)) return absl::OkStatus();
      since = e.id();
      const bool ended = e.kind() == events::v1::Event::OPERATION && HasEnded(e.state());
      if (!request.operation().empty() && request.follow() && ended) {
        // It may have been resumed since: then there is more to come.
        ASSIGN_OR_RETURN(OperationRecord record, p_.operations->Get(request.operation()));
        if (HasEnded(record.state)) return absl::OkStatus();
      }
    }
    if (!batch.empty()) continue;
    if (!request.follow()) return absl::OkStatus();
    // An operation whose last event was lost to a cut must not be waited for: ended and silent is enough.
    if (!request.operation().empty()) {
      ASSIGN_OR_RETURN(OperationRecord record, p_.operations->Get(request.operation()));
      if (HasEnded(record.state) && ++quiet > 1) return absl::OkStatus();
    }
    p_.journal->WaitEvents(since, absl::Seconds(1));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SecretEntry> Api::DoSetSecret(const v1::SetSecretRequest& request) {
  ASSIGN_OR_RETURN(const secrets::Entry entry,
                   p_.world.secrets->Set(request.name(), Secret(request.value())));
  return ToProto(entry);
}

absl::StatusOr<v1::SecretList> Api::DoListSecrets() {
  ASSIGN_OR_RETURN(const auto entries, p_.world.secrets->List());
  v1::SecretList list;
  for (const secrets::Entry& entry : entries) *list.add_entries() = ToProto(entry);
  return list;
}

absl::StatusOr<v1::DeleteSecretResponse> Api::DoDeleteSecret(const std::string& name) {
  RETURN_IF_ERROR(p_.world.secrets->Delete(name));
  return v1::DeleteSecretResponse();
}

absl::StatusOr<v1::AccessGrant> Api::DoAddAccess(const v1::AddAccessRequest& request) {
  ASSIGN_OR_RETURN(access::Grant grant, p_.grants->Add(request.name(), request.role(), request.csr_pem(),
                                                       absl::Seconds(request.ttl_seconds())));
  v1::AccessGrant answer;
  answer.set_certificate_pem(grant.certificate_pem);
  answer.set_ca_pem(p_.authority->ca_pem());
  answer.set_address(p_.address);
  answer.set_serial(grant.serial);
  return answer;
}

absl::StatusOr<v1::AccessList> Api::DoListAccess() {
  ASSIGN_OR_RETURN(auto grants, p_.grants->List());
  v1::AccessList list;
  for (const access::Grant& grant : grants) {
    v1::AccessEntry* entry = list.add_entries();
    entry->set_name(grant.name);
    entry->set_role(std::string(access::RoleName(grant.role)));
    entry->set_serial(grant.serial);
    entry->set_not_after_ms(Millis(grant.not_after));
    entry->set_revoked(grant.revoked);
  }
  return list;
}

absl::StatusOr<v1::RevokeAccessResponse> Api::DoRevokeAccess(const std::string& name) {
  ASSIGN_OR_RETURN(int revoked, p_.grants->Revoke(name));
  v1::RevokeAccessResponse response;
  response.set_revoked(static_cast<uint32_t>(revoked));
  return response;
}

}  // namespace devstats::coordinator
