// addons: what the cluster has beyond Kubernetes itself. Each is off unless it is named.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/spec/key_list.h"

namespace devstats::spec {
namespace {

// The repository of a chart that is named without one.
void FillRepository(const AddonDefaults& defaults, AddonSpec* addon) {
  ChartSpec& chart = addon->chart;
  if (chart.repository.empty() && !absl::StrContains(chart.chart, "/"))
    chart.repository = defaults.repository;
}

void FillIngress(IngressSpec* ingress) {
  if (ingress->namespace_.empty()) ingress->namespace_ = absl::StrCat("devstats-", ingress->environment);
  if (ingress->class_.empty()) ingress->class_ = absl::StrCat("nginx-", ingress->environment);
}

void FillIssuer(IssuerSpec* issuer) {
  const std::string& environment = issuer->environment;
  if (issuer->namespace_.empty()) issuer->namespace_ = absl::StrCat("devstats-", environment);
  if (issuer->ingress_class.empty()) issuer->ingress_class = absl::StrCat("nginx-", environment);
  if (issuer->private_key_secret.empty())
    issuer->private_key_secret = absl::StrCat("letsencrypt-", environment, "-account-key");
  const absl::string_view staging = issuer->server == "staging" ? "-staging" : "";
  if (issuer->server == "staging" || issuer->server == "production")
    issuer->server = absl::StrCat("https://acme", staging, "-v02.api.letsencrypt.org/directory");
}

}  // namespace

const char* KeyList::Path(absl::string_view prefix, absl::string_view name) {
  return Text(name.empty() ? absl::StrCat(root_, ".", prefix) : absl::StrCat(root_, ".", prefix, ".", name));
}

absl::Span<const Key> AddonKeys() {
  static const KeyList* const keys = [] {
    auto* made = new KeyList;
    made->Add(
        {.path = "addons",
         .type = Type::kSection,
         .meaning =
             "What the cluster has beyond Kubernetes itself, installed once it is verified. Each add-on is "
             "off unless it is named here."});
    AddStorageAddons(made);
    AddNetworkAddons(made);
    AddCertificateAddons(made);
    return made;
  }();
  return keys->keys();
}

void FillAddons(ClusterSpec* spec) {
  AddonsSpec& addons = spec->addons;
  if (addons.openebs) FillRepository(kOpenEbsDefaults, &*addons.openebs);
  if (addons.nfs) FillRepository(kNfsDefaults, &*addons.nfs);
  if (addons.metallb) FillRepository(kMetalLbDefaults, &*addons.metallb);
  if (addons.ingress_nginx) {
    FillRepository(kIngressNginxDefaults, &*addons.ingress_nginx);
    for (IngressSpec& ingress : addons.ingress_nginx->environments) FillIngress(&ingress);
  }
  if (addons.cert_manager) {
    FillRepository(kCertManagerDefaults, &*addons.cert_manager);
    for (IssuerSpec& issuer : addons.cert_manager->issuers) FillIssuer(&issuer);
  }
  if (addons.dashboard) FillRepository(kDashboardDefaults, &*addons.dashboard);
}

}  // namespace devstats::spec
