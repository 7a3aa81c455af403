// addons.certManager, addons.dashboard.
#include "coordinator/spec/key_list.h"

namespace devstats::spec {
namespace {

CertManagerSpec& CertManager(Draft& d) { return *d.spec.addons.cert_manager; }
AddonSpec& CertManagerAddon(Draft& d) { return CertManager(d); }
AddonSpec& Dashboard(Draft& d) { return *d.spec.addons.dashboard; }
IssuerSpec& Issuer(Draft& d) { return CertManager(d).issuers.back(); }

void AddIssuers(KeyList* keys) {
  keys->Add({.path = "addons.certManager.issuers",
             .type = Type::kNamedSections,
             .key_grammar = &kDnsLabel,
             .meaning = "Issuers by environment: letsencrypt-ENVIRONMENT in the environment's namespace.",
             .example = "{test: {email: ops@example.com, server: staging}}",
             .set = [](Draft& d, Value&& v) { CertManager(d).issuers.push_back({.environment = v.text}); }});
  keys->Add({.path = "addons.certManager.issuers.*.namespace",
             .grammar = &kDnsLabel,
             .meaning = "Where it is; devstats-ENVIRONMENT unless it is given.",
             .example = "devstats-test",
             .set = [](Draft& d, Value&& v) { Issuer(d).namespace_ = v.text; }});
  keys->Add(
      {.path = "addons.certManager.issuers.*.server",
       .required = true,
       .grammar = &kAcmeServer,
       .meaning =
           "Who signs: staging (no browser trusts it, and it has wide limits), production, or the URL of "
           "an ACME directory.",
       .example = "staging",
       .set = [](Draft& d, Value&& v) { Issuer(d).server = v.text; }});
  keys->Add({.path = "addons.certManager.issuers.*.email",
             .required = true,
             .grammar = &kEmail,
             .meaning = "Who is told when a certificate runs out.",
             .example = "ops@example.com",
             .set = [](Draft& d, Value&& v) { Issuer(d).email = v.text; }});
  keys->Add(
      {.path = "addons.certManager.issuers.*.privateKeySecret",
       .grammar = &kDnsName,
       .meaning =
           "The Secret in which cert-manager keeps the account's key; letsencrypt-ENVIRONMENT-account-key "
           "unless it is given.",
       .example = "letsencrypt-test-account-key",
       .set = [](Draft& d, Value&& v) { Issuer(d).private_key_secret = v.text; }});
  keys->Add(
      {.path = "addons.certManager.issuers.*.ingressClass",
       .grammar = &kDnsLabel,
       .meaning =
           "The class of the Ingresses that answer for the hosts; nginx-ENVIRONMENT unless it is given.",
       .example = "nginx-test",
       .set = [](Draft& d, Value&& v) { Issuer(d).ingress_class = v.text; }});
}

}  // namespace

void AddCertificateAddons(KeyList* keys) {
  keys->AddAddon<CertManagerAddon>(kCertManagerDefaults,
                                   [](Draft& d, Value&&) { d.spec.addons.cert_manager.emplace(); });
  AddIssuers(keys);
  keys->AddAddon<Dashboard>(kDashboardDefaults, [](Draft& d, Value&&) { d.spec.addons.dashboard.emplace(); });
}

}  // namespace devstats::spec
