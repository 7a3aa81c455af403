#include "coordinator/nodes/kubernetes_access.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/pki.h"
#include "common/status.h"
#include "coordinator/kube/forwarding_client.h"

namespace devstats::coordinator {
namespace {

constexpr char kCommonName[] = "devstats-coordinator", kOrganization[] = "devstats:admins";
constexpr absl::Duration kEarly = absl::Hours(24 * 30);  // before it expires

// Passes each call on to a client made from what is on disk at that moment.
class LateClient final : public kube::ForwardingClient {
 public:
  explicit LateClient(const KubernetesAccess* access) : access_(access) {}

 protected:
  absl::Status Pass(Method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    ASSIGN_OR_RETURN(const std::shared_ptr<kube::KubeClient> client, Current());
    return call(*client);
  }

 private:
  // The client of the certificate on disk; a new one after a renewal.
  absl::StatusOr<std::shared_ptr<kube::KubeClient>> Current() {
    ASSIGN_OR_RETURN(const kube::ClusterAccess access, access_->Load());
    absl::MutexLock lock(&mu_);
    if (!client_ || access.client_cert_pem != certificate_) {
      client_ = std::make_shared<kube::ApiClient>(access);
      certificate_ = access.client_cert_pem;
    }
    return client_;
  }
  const KubernetesAccess* const access_;
  absl::Mutex mu_;
  std::shared_ptr<kube::KubeClient> client_ ABSL_GUARDED_BY(mu_);
  std::string certificate_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::string KubernetesAccess::Problem() const {
  auto access = Load();
  if (!access.ok()) return std::string(access.status().message());
  auto info = pki::Inspect(access->client_cert_pem);
  if (!info.ok()) return std::string(info.status().message());
  if (info->not_after - kEarly < clock_->Now()) return "the certificate expires within 30 days";
  return "";
}

absl::Status KubernetesAccess::Renew(AgentClient* control_plane) {
  RETURN_IF_ERROR(MakeFolders(folder_, 0700));
  auto key = ReadFile(File("key.pem"));
  if (absl::IsNotFound(key.status())) {
    ASSIGN_OR_RETURN(const Secret made, pki::NewKey());
    RETURN_IF_ERROR(WriteFileAtomic(File("key.pem"), made.Reveal(), {.mode = 0600}));
    key = made.Reveal();
  }
  RETURN_IF_ERROR(key.status());
  ASSIGN_OR_RETURN(const std::string request,
                   pki::NewRequest(Secret(*std::move(key)), pki::Subject{kCommonName, kOrganization}));
  ASSIGN_OR_RETURN(const auto answer, control_plane->SignKubernetesClient(request));
  RETURN_IF_ERROR(WriteFileAtomic(File("ca.pem"), answer.ca_pem()));
  RETURN_IF_ERROR(WriteFileAtomic(File("endpoint"), answer.endpoint() + "\n"));
  // Last: its presence says that all is there.
  return WriteFileAtomic(File("cert.pem"), answer.certificate_pem());
}

absl::StatusOr<kube::ClusterAccess> KubernetesAccess::Load() const {
  auto certificate = ReadFile(File("cert.pem"));
  if (absl::IsNotFound(certificate.status()))
    return absl::FailedPreconditionError("the coordinator has no certificate of the Kubernetes cluster yet");
  RETURN_IF_ERROR(certificate.status());
  kube::ClusterAccess access;
  access.client_cert_pem = *std::move(certificate);
  ASSIGN_OR_RETURN(access.ca_pem, ReadFile(File("ca.pem")));
  ASSIGN_OR_RETURN(const std::string endpoint, ReadFile(File("endpoint")));
  access.server = std::string(absl::StripAsciiWhitespace(endpoint));
  ASSIGN_OR_RETURN(std::string key, ReadFile(File("key.pem")));
  access.client_key_pem = Secret(std::move(key));
  return access;
}

absl::StatusOr<std::string> KubernetesAccess::AuthorityPin() const {
  ASSIGN_OR_RETURN(const kube::ClusterAccess access, Load());
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(access.ca_pem));
  return info.spki_pin;
}

kube::KubeClient* KubernetesAccess::client() {
  absl::MutexLock lock(&mu_);
  if (!client_) client_ = std::make_unique<LateClient>(this);
  return client_.get();
}

absl::StatusOr<UnitPlan> KubernetesAccessUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  const std::string problem = observed.value("problem", "");
  if (problem.empty()) return plan;
  Change* c = plan.add_changes();
  c->set_path("certificate of the Kubernetes cluster");
  c->set_action(Change::UPDATE);
  c->set_owner(Change::OURS);
  c->set_before(problem);
  c->set_after("signed by the control plane");
  return plan;
}

absl::Status KubernetesAccessUnit::Apply(const UnitPlan&, const StepContext& context) {
  context.progress("asking the control plane for a certificate");
  return access_->Renew(control_plane_);
}

}  // namespace devstats::coordinator
