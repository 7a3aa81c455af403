#include "agent/resources/cluster_signer.h"

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/resources/kubectl.h"
#include "common/pki.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kAuthority[] = "/etc/kubernetes/pki/ca.crt";
constexpr char kBindings[] = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
constexpr char kRequests[] = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
constexpr absl::Duration kPatience = absl::Seconds(30);

bool IsNodeName(absl::string_view name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
  });
}

absl::Status CheckSubject(const Kubectl& kubectl, const std::string& csr_pem) {
  ASSIGN_OR_RETURN(const pki::Subject subject, pki::RequestSubject(csr_pem));
  absl::Status refused = absl::PermissionDeniedError(
      absl::StrCat("no certificate is signed for CN=", subject.common_name, ", O=", subject.organization));
  if (subject.organization != kAdminGroup) return refused;
  if (subject.common_name == kCoordinator) return absl::OkStatus();
  absl::string_view node = subject.common_name;
  if (!absl::ConsumePrefix(&node, "root@") || !IsNodeName(node)) return refused;
  auto known = kubectl.Get(absl::StrCat("/api/v1/nodes/", node));
  return absl::IsNotFound(known.status()) ? Annotate(refused, "the cluster has no such node")
                                          : known.status();
}

absl::Status BindGroup(const Kubectl& kubectl) {
  const Json role = {
      {"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", "cluster-admin"}};
  const Json group = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Group"}, {"name", kAdminGroup}};
  auto now = kubectl.GetObject(absl::StrCat(kBindings, "/", kAdminGroup));
  if (absl::IsNotFound(now.status())) {
    const absl::Status made = kubectl.Create(kBindings, {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                                                         {"kind", "ClusterRoleBinding"},
                                                         {"metadata", {{"name", kAdminGroup}}},
                                                         {"roleRef", role},
                                                         {"subjects", Json::array({group})}});
    return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
  }
  RETURN_IF_ERROR(now.status());
  if (now->value("roleRef", Json()) == role && now->value("subjects", Json()) == Json::array({group}))
    return absl::OkStatus();
  return Hint(
      absl::FailedPreconditionError(absl::StrCat("the ClusterRoleBinding ", kAdminGroup, " was changed")),
      absl::StrCat("delete it: kubectl delete clusterrolebinding ", kAdminGroup));
}

absl::Status Approve(const Kubectl& kubectl, const std::string& path) {
  ASSIGN_OR_RETURN(Json request, kubectl.GetObject(path));
  request["status"]["conditions"] = Json::array({Json{{"type", "Approved"},
                                                      {"status", "True"},
                                                      {"reason", "DevstatsAgent"},
                                                      {"message", "on the agent's closed list"}}});
  return kubectl.Replace(path + "/approval", request);
}

absl::StatusOr<std::string> WaitCertificate(const Kubectl& kubectl, const std::string& path) {
  const absl::Time end = absl::Now() + kPatience;
  while (true) {
    ASSIGN_OR_RETURN(const Json request, kubectl.GetObject(path));
    const std::string base64 = request.value("status", Json::object()).value("certificate", "");
    std::string pem;
    if (!base64.empty() && absl::Base64Unescape(base64, &pem)) return pem;
    if (absl::Now() > end)
      return Hint(absl::UnavailableError("the cluster has not signed the certificate"),
                  "does kube-controller-manager run? kubectl -n kube-system get pods");
    absl::SleepFor(absl::Milliseconds(250));
  }
}

absl::StatusOr<std::string> Sign(const Kubectl& kubectl, const std::string& csr_pem) {
  // Random, so that nobody else's object of the same name is approved, nor ours of a call that was cut.
  const std::string name = absl::StrCat("devstats-", RandomSecret(8).Reveal());
  const std::string path = absl::StrCat(kRequests, "/", name);
  auto remove =
      absl::MakeCleanup([&] { kubectl.Delete(path).IgnoreError(); });  // the API forgets it in an hour anyway
  RETURN_IF_ERROR(kubectl.Create(kRequests, {{"apiVersion", "certificates.k8s.io/v1"},
                                             {"kind", "CertificateSigningRequest"},
                                             {"metadata", {{"name", name}}},
                                             {"spec",
                                              {{"request", absl::Base64Escape(csr_pem)},
                                               {"signerName", "kubernetes.io/kube-apiserver-client"},
                                               {"usages", {"digital signature", "client auth"}}}}}));
  RETURN_IF_ERROR(Approve(kubectl, path));
  return WaitCertificate(kubectl, path);
}

}  // namespace

absl::StatusOr<v1::SignKubernetesClientResponse> SignKubernetesClient(Host* host,
                                                                      const std::string& csr_pem) {
  ASSIGN_OR_RETURN(auto admin, host->ReadFile(Kubectl::kAdminConfig));
  ASSIGN_OR_RETURN(auto authority, host->ReadFile(kAuthority));
  if (!admin || !authority)
    return absl::FailedPreconditionError(
        "this box is not the control plane of a cluster: it has no admin.conf");
  const Kubectl kubectl(host);
  RETURN_IF_ERROR(CheckSubject(kubectl, csr_pem));
  RETURN_IF_ERROR(BindGroup(kubectl), "giving the administrators their role");
  v1::SignKubernetesClientResponse response;
  ASSIGN_OR_RETURN(*response.mutable_certificate_pem(), Sign(kubectl, csr_pem), "signing");
  ASSIGN_OR_RETURN(*response.mutable_endpoint(), ServerOf(*admin, Kubectl::kAdminConfig));
  response.set_ca_pem(*authority);
  return response;
}

}  // namespace devstats::agent
