#include "coordinator/devstats/units/secrets_unit.h"

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/kube/units/ownership.h"

namespace devstats::domain {
namespace {

constexpr char kMissing[] = "missing", kSame[] = "same", kDiffers[] = "differs";

// As `docker login` writes it; kubelet reads the same.
Secret LoginFile(const SecretWanted& secret, const Secret& password) {
  const std::string& value = password.Reveal();  // to be sealed in a Secret again
  Json login{{"username", secret.registry_user},
             {"password", value},
             {"auth", absl::Base64Escape(absl::StrCat(secret.registry_user, ":", value))}};
  Json auths = Json::object();
  auths[secret.registry_host] = std::move(login);
  return Secret(Json{{"auths", std::move(auths)}}.dump());
}

Secret LiveValue(const Json& live, const std::string& key) {
  std::string value;
  absl::Base64Unescape(kube::TextAt(live, {"data", key.c_str()}), &value);
  return Secret(std::move(value));
}

}  // namespace

// A name of Kubernetes' begins with a letter or digit, and ".dockerconfigjson" does not.
std::string ChangeNote(absl::string_view key) {
  return absl::StrCat("changed.devstats.cncf.io/", absl::StripPrefix(key, "."));
}

Json SecretsUnit::Inputs() const {
  Json secrets = Json::array();
  for (const SecretWanted& secret : wanted_.secrets) {
    Json keys = Json::object();
    for (const SecretKey& key : secret.keys)
      keys[key.key] = key.sealed.empty() ? Json{{"text", key.text}} : Json{{"sealed", key.sealed}};
    secrets.push_back({{"name", secret.name},
                       {"type", secret.type},
                       {"registry", secret.registry_host},
                       {"user", secret.registry_user},
                       {"keys", std::move(keys)}});
  }
  return {{"namespace", wanted_.name_space}, {"secrets", std::move(secrets)}};
}

absl::StatusOr<Secret> SecretsUnit::ValueOf(const SecretWanted& secret, const SecretKey& key) const {
  if (key.sealed.empty()) return Secret(key.text);
  ASSIGN_OR_RETURN(Secret value, sealed_.get(key.sealed));
  if (absl::EndsWith(value.Reveal(), "\n"))
    return Hint(absl::FailedPreconditionError(absl::StrCat(
                    "secret ", key.sealed, " ends with a newline, which would become part of ", key.key)),
                absl::StrCat("set it without: devstatsctl secret set ", key.sealed, " < FILE"));
  if (!secret.registry_host.empty()) return LoginFile(secret, value);
  return value;
}

absl::StatusOr<std::string> SecretsUnit::ShownOf(const SecretKey& key) const {
  if (key.sealed.empty()) return key.text;
  ASSIGN_OR_RETURN(const std::string mac, sealed_.mac(key.sealed));
  return absl::StrCat("(secret ", key.sealed, ", ", mac, ")");
}

absl::StatusOr<Json> SecretsUnit::ObserveOne(const SecretWanted& secret) {
  const auto live = client_->Get(RefOf(secret));
  if (!live.ok() && !absl::IsNotFound(live.status())) return live.status();
  Json keys = Json::object();
  for (const SecretKey& key : secret.keys) {
    ASSIGN_OR_RETURN(const Secret wanted, ValueOf(secret, key));
    ASSIGN_OR_RETURN(const std::string shown, ShownOf(key));
    const bool there = live.ok() && kube::At(*live, {"data", key.key.c_str()}).is_string();
    const char* state = !there ? kMissing : SameSecret(wanted, LiveValue(*live, key.key)) ? kSame : kDiffers;
    keys[key.key] = {{"state", state}, {"wanted", shown}};
  }
  if (live.ok() && kube::TextAt(*live, {"type"}) != secret.type)
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(RefOf(secret).Text(), " has type ",
                                                   kube::TextAt(*live, {"type"}), ", not ", secret.type)),
        "a Secret's type cannot be changed: delete it, and it is made anew");
  return Json{
      {"there", live.ok()}, {"ours", live.ok() && coordinator::IsOurs(*live)}, {"keys", std::move(keys)}};
}

absl::StatusOr<Json> SecretsUnit::Observe() {
  Json observed = Json::object();
  for (const SecretWanted& secret : wanted_.secrets) {
    ASSIGN_OR_RETURN(observed[secret.name], ObserveOne(secret), RefOf(secret).Text());
  }
  return observed;
}

absl::StatusOr<UnitPlan> SecretsUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const SecretWanted& secret : wanted_.secrets) {
    const Json& seen = observed[secret.name];
    for (const auto& [key, is] : seen["keys"].items()) {
      if (is["state"] == kSame) continue;
      Change* change = plan.add_changes();
      change->set_path(absl::StrCat(RefOf(secret).Text(), " ", key));
      change->set_action(is["state"] == kMissing ? Change::CREATE : Change::UPDATE);
      change->set_owner(!seen["there"].get<bool>() ? Change::ABSENT
                        : seen["ours"].get<bool>() ? Change::OURS
                                                   : Change::FOREIGN);
      if (is["state"] == kDiffers) change->set_before("another value");
      change->set_after(is["wanted"].get<std::string>());
    }
  }
  return plan;
}

// When the keys changed: now, or as it stands there.
absl::StatusOr<Json> SecretsUnit::NotesOf(const SecretWanted& secret, const std::set<std::string>& changed) {
  const auto live = client_->Get(RefOf(secret));
  if (!live.ok() && !absl::IsNotFound(live.status())) return live.status();
  const std::string now = absl::FormatTime(absl::RFC3339_full, clock_->Now(), absl::UTCTimeZone());
  Json notes = Json::object();
  for (const SecretKey& key : secret.keys) {
    const std::string name = ChangeNote(key.key);
    std::string time = changed.contains(key.key) ? now
                       : live.ok() ? kube::TextAt(*live, {"metadata", "annotations", name.c_str()})
                                   : "";
    if (!time.empty()) notes[name] = std::move(time);
  }
  return notes;
}

absl::Status SecretsUnit::ApplyOne(const SecretWanted& secret, const std::set<std::string>& changed) {
  Json data = Json::object();
  for (const SecretKey& key : secret.keys) {
    ASSIGN_OR_RETURN(const Secret value, ValueOf(secret, key));
    data[key.key] = absl::Base64Escape(value.Reveal());  // into the cluster, where pods read it
  }
  Json metadata{{"name", secret.name},
                {"namespace", wanted_.name_space},
                {"labels", {{"name", "devstats"}, {"type", "secret"}}}};
  ASSIGN_OR_RETURN(metadata["annotations"], NotesOf(secret, changed));
  return client_
      ->Apply({{"apiVersion", "v1"},
               {"kind", "Secret"},
               {"type", secret.type},
               {"metadata", std::move(metadata)},
               {"data", std::move(data)}},
              {.force = true})
      .status();
}

absl::Status SecretsUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  std::map<std::string, std::set<std::string>> meant;  // by Secret: the keys that change
  for (const Change& change : diff.changes()) {
    const size_t blank = change.path().rfind(' ');
    meant[change.path().substr(0, blank)].insert(change.path().substr(blank + 1));
  }
  for (const SecretWanted& secret : wanted_.secrets) {
    const std::string name = RefOf(secret).Text();
    const auto changed = meant.find(name);
    if (changed == meant.end()) continue;
    context.progress(absl::StrCat("applying ", name));
    RETURN_IF_ERROR(ApplyOne(secret, changed->second), name);
    FaultPoint("devstats.secret.applied", name);
  }
  return absl::OkStatus();
}

}  // namespace devstats::domain
