#include "agent/resources/kubeconfig.h"

#include "absl/strings/str_cat.h"
#include "agent/resources/cluster_signer.h"
#include "agent/resources/file_state.h"
#include "agent/resources/yaml_text.h"
#include "common/pki.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kName[] = "kubernetes";      // of the cluster, as kubeadm names it
constexpr char kUser[] = "devstats-admin";  // of the entry; who root is stands in the certificate
constexpr absl::Duration kRenewBefore = absl::Hours(24 * 30);
constexpr const char* kLists[] = {"clusters", "contexts", "users"};

Json* FindNamed(Json* list, const Json& name) {
  if (list->is_array())
    for (Json& item : *list)
      if (item.is_object() && item.value("name", Json()) == name) return &item;
  return nullptr;
}

// Only the entries that `desired` names, and a current context that is one of the file's own.
Json OurPart(Json config, const Json& desired) {
  Json out = {{"apiVersion", config.value("apiVersion", Json())}, {"kind", config.value("kind", Json())}};
  for (const char* list : kLists) {
    out[list] = Json::array();
    for (const Json& entry : desired[list])
      if (const Json* found = FindNamed(&config[list], entry["name"])) out[list].push_back(*found);
  }
  const Json current = config.value("current-context", Json());
  out["current-context"] = FindNamed(&config["contexts"], current) ? desired["current-context"] : current;
  return out;
}

void PutIn(const Json& desired, Json* config) {
  (*config)["apiVersion"] = desired["apiVersion"];
  (*config)["kind"] = desired["kind"];
  for (const char* list : kLists) {
    Json& entries = (*config)[list];
    if (!entries.is_array()) entries = Json::array();
    for (const Json& entry : desired[list]) {
      if (Json* found = FindNamed(&entries, entry["name"]))
        *found = entry;
      else
        entries.push_back(entry);
    }
  }
  if (!FindNamed(&(*config)["contexts"], config->value("current-context", Json())))
    (*config)["current-context"] = desired["current-context"];
}

}  // namespace

Json KubeconfigResource::Desired() const {
  Json contexts = Json::array();
  for (const auto& context : desired_.contexts()) {
    Json entry = {{"cluster", kName}, {"user", kUser}};
    if (!context.namespace_().empty()) entry["namespace"] = context.namespace_();
    contexts.push_back(Json{{"name", context.name()}, {"context", entry}});
  }
  const std::string first = desired_.contexts().empty() ? "" : desired_.contexts(0).name();
  return Json{
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"clusters", Json::array({Json{{"name", kName},
                                     {"cluster",
                                      {{"certificate-authority", kAuthority},
                                       {"server", absl::StrCat("https://", desired_.endpoint())}}}}})},
      {"users", Json::array({Json{{"name", kUser},
                                  {"user", {{"client-certificate", kCertificate}, {"client-key", kKey}}}}})},
      {"contexts", contexts},
      {"current-context", desired_.current().empty() ? first : desired_.current()}};
}

absl::StatusOr<Json> KubeconfigResource::Current() const {
  ASSIGN_OR_RETURN(auto text, host_->ReadFile(kFile));
  if (!text) return Json::object();
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(*text, kFile));
  return root.IsMapping() ? FromYaml(root) : Json::object();
}

absl::StatusOr<std::string> KubeconfigResource::CertificateState() const {
  ASSIGN_OR_RETURN(auto key, host_->ReadFile(kKey));
  ASSIGN_OR_RETURN(auto certificate, host_->ReadFile(kCertificate));
  ASSIGN_OR_RETURN(auto authority, host_->ReadFile(kAuthority));
  if (!key || !certificate) return "absent";
  if (!authority) return "without the cluster's authority";
  auto info = pki::Inspect(*certificate);
  auto pin = pki::KeyPin(Secret(*std::move(key)));
  if (!info.ok() || !pin.ok() || info->spki_pin != *pin) return "not of this box's key";
  if (!pki::Verify(*certificate, *authority, clock_->Now()).ok()) return "not valid in this cluster now";
  return clock_->Now() + kRenewBefore > info->not_after ? "about to expire" : "valid";
}

absl::StatusOr<Json> KubeconfigResource::Observe() {
  ASSIGN_OR_RETURN(const Json file, ObserveFile(host_, kFile));
  ASSIGN_OR_RETURN(const std::string certificate, CertificateState());
  Json out = {{"exists", !file.is_null()}, {"certificate", certificate}};
  if (file.is_null()) return out;
  out["ours"] = file["ours"];
  if (file["ours"] == true) {
    ASSIGN_OR_RETURN(Json current, Current());
    out["entries"] = OurPart(std::move(current), Desired());
  }
  return out;
}

absl::StatusOr<UnitPlan> KubeconfigResource::Diff(const Json& observed) const {
  UnitPlan plan;
  if (desired_.endpoint().empty() || desired_.contexts().empty())
    return absl::InvalidArgumentError("a kubeconfig needs an endpoint and a context");
  const bool exists = observed["exists"] == true;
  if (exists && observed["ours"] != true)
    return Hint(absl::FailedPreconditionError(absl::StrCat(kFile, " is there and was not made by us")),
                absl::StrCat("move it away (mv ", kFile, " ", kFile, ".old), then run apply again"));
  if (observed["certificate"] != "valid")
    AddChange(&plan, kCertificate, observed["certificate"] == "absent" ? Change::CREATE : Change::UPDATE,
              observed["certificate"] == "absent" ? Change::ABSENT : Change::OURS, observed["certificate"],
              "valid");
  const Json desired = Desired();
  if (!exists || observed["entries"] != desired)  // what stands there now may hold a credential: not shown
    AddChange(&plan, kFile, exists ? Change::UPDATE : Change::CREATE, exists ? Change::OURS : Change::ABSENT,
              exists ? "other entries" : "", YamlText(desired));
  return plan;
}

absl::Status KubeconfigResource::InstallCertificate() {
  const std::string pem = certificate_.Reveal();  // public; it travels with the secrets of an apply
  if (pem.empty())
    return absl::FailedPreconditionError("the coordinator sent no certificate for root's kubeconfig");
  ASSIGN_OR_RETURN(auto key, host_->ReadFile(kKey));
  ASSIGN_OR_RETURN(auto authority, host_->ReadFile(kAuthority));
  if (!key || !authority)
    return absl::FailedPreconditionError(
        "root's kubeconfig needs the box's own key and the cluster's authority first");
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(pem));
  ASSIGN_OR_RETURN(const std::string pin, pki::KeyPin(Secret(*std::move(key))));
  if (info.spki_pin != pin) return absl::InvalidArgumentError("the certificate is not of this box's key");
  RETURN_IF_ERROR(pki::Verify(pem, *authority, clock_->Now()), "the certificate for root's kubeconfig");
  return host_->WriteFile(id(), kCertificate, pem, 0600);
}

absl::Status KubeconfigResource::WriteConfig() {
  ASSIGN_OR_RETURN(Json config, Current());
  PutIn(Desired(), &config);
  return host_->WriteFile(id(), kFile, YamlText(config), 0600);
}

absl::Status KubeconfigResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("writing ", c.path()));
    if (c.path() == kCertificate) RETURN_IF_ERROR(InstallCertificate());
    if (c.path() == kFile) RETURN_IF_ERROR(WriteConfig());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> KubeconfigRequest(Host* host, const std::string& node) {
  ASSIGN_OR_RETURN(auto kept, host->ReadFile(KubeconfigResource::kKey));
  Secret key(kept.value_or(""));
  if (key.empty()) {
    ASSIGN_OR_RETURN(key, pki::NewKey());
    // The one place for it: 0600, on this box.
    RETURN_IF_ERROR(host->WriteFile("kubeconfig", KubeconfigResource::kKey, key.Reveal(), 0600));
  }
  return pki::NewRequest(key, pki::Subject{absl::StrCat("root@", node), kAdminGroup});
}

}  // namespace devstats::agent
