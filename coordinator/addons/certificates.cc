// cert-manager with its issuers, and the dashboard.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/step_list.h"
#include "coordinator/addons/version.h"

namespace devstats::addons {
namespace {

constexpr char kCertManager[] = "certManager";

Json Values(const spec::CertManagerSpec& cert_manager) {
  if (IsAtLeast(cert_manager.chart.version, 1, 15)) return {{"crds", {{"enabled", true}}}};
  return {{"installCRDs", true}};
}

Json Issuer(const spec::IssuerSpec& issuer, absl::string_view version) {
  const char* const by = IsAtLeast(version, 1, 12) ? "ingressClassName" : "class";
  Json ingress = Json::object();
  ingress[by] = issuer.ingress_class;
  return {{"apiVersion", "cert-manager.io/v1"},
          {"kind", "Issuer"},
          {"metadata",
           {{"name", absl::StrCat("letsencrypt-", issuer.environment)},
            {"namespace", issuer.namespace_},
            {"labels", OurLabels(kCertManager)}}},
          {"spec",
           {{"acme",
             {{"server", issuer.server},
              {"email", issuer.email},
              {"privateKeySecretRef", {{"name", issuer.private_key_secret}}},
              {"solvers", Json::array({{{"http01", {{"ingress", ingress}}}}})}}}}}};
}

Json Namespace(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
}

}  // namespace

absl::Status AddCertManager(const spec::AddonsSpec& addons, StepList* steps) {
  if (!addons.cert_manager) return absl::OkStatus();
  const spec::CertManagerSpec& cert_manager = *addons.cert_manager;
  const std::string id = absl::StrCat("addons/", kCertManager);
  ASSIGN_OR_RETURN(ReleaseStep release,
                   ReleaseOf(kCertManager, cert_manager, "cert-manager", Values(cert_manager)));
  steps->Add(id, {}, std::move(release));
  for (const spec::IssuerSpec& issuer : cert_manager.issuers) {
    // An authority comes to see the hosts through the environment's ingress.
    StepList::Ids needs = steps->OfAddon(absl::StrCat("ingressNginx/", issuer.environment));
    needs.push_back(id);
    steps->Add(
        absl::StrCat(id, "/issuer-", issuer.environment), std::move(needs),
        ObjectsStep{.objects = {Namespace(issuer.namespace_), Issuer(issuer, cert_manager.chart.version)},
                    .ready_kind = "Issuer"});
  }
  return absl::OkStatus();
}

absl::Status AddDashboard(const spec::AddonsSpec& addons, StepList* steps) {
  if (!addons.dashboard) return absl::OkStatus();
  ASSIGN_OR_RETURN(ReleaseStep release,
                   ReleaseOf("dashboard", *addons.dashboard, "dashboard", Json::object()));
  steps->Add("addons/dashboard", {}, std::move(release));
  return absl::OkStatus();
}

}  // namespace devstats::addons
