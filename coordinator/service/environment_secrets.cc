#include "coordinator/service/environment_secrets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/environment_secrets.h"
#include "coordinator/devstats/upkeep/patroni_pods.h"
#include "coordinator/devstats/upkeep/restart.h"
#include "coordinator/service/environments.h"
#include "coordinator/service/translate.h"

namespace devstats::coordinator {
namespace {

constexpr char kTokens[] = "GHA2DB_GITHUB_OAUTH";
constexpr size_t kAtATime = 8;  // deployments that restart

v1::EnvironmentSecret ToProto(const domain::SecretKeyState& state) {
  v1::EnvironmentSecret out;
  out.set_secret(state.secret);
  out.set_key(state.key);
  out.set_sealed(state.sealed);
  out.set_mac(state.mac);
  out.set_state(state.state);
  out.set_changed_ms(Millis(state.changed));
  for (const domain::SecretUser& user : state.outdated) {
    v1::SecretUser* one = out.add_outdated();
    one->set_kind(user.kind);
    one->set_name(user.name);
    for (const std::string& pod : user.pods) one->add_pods(pod);
  }
  return out;
}

v1::GitHubToken ToProto(const domain::TokenState& state) {
  v1::GitHubToken out;
  if (!state.error.ok()) {
    out.set_error(std::string(state.error.message()));
    return out;
  }
  out.set_left(state.left);
  out.set_limit(state.limit);
  out.set_resets_ms(absl::ToUnixMillis(state.resets));
  return out;
}

domain::PatroniPods PodsOf(const spec::EnvironmentSpec& environment) {
  return {.name_space = environment.namespace_,
          .selector = domain::kPostgresSelector,
          .members = environment.patroni.members};
}

std::string Text(const domain::SecretUser& user) { return absl::StrCat(user.kind, " ", user.name); }

}  // namespace

std::string EnvironmentSecrets::Target(const v1::RotateSecretRequest& request) {
  const auto& keys = domain::RotatableKeys();
  const bool known = std::find(keys.begin(), keys.end(), request.key()) != keys.end();
  if (!known || !Environments::IsName(request.environment())) return "(not a name)";
  return absl::StrCat(request.key(), " of ", request.environment());
}

absl::StatusOr<spec::EnvironmentSpec> EnvironmentSecrets::Find(
    const std::string& name, std::vector<spec::EnvironmentSpec>* all) const {
  if (!Environments::IsName(name)) return absl::InvalidArgumentError("the environment is a lower-case name");
  ASSIGN_OR_RETURN(*all, p_.environments());
  for (const spec::EnvironmentSpec& environment : *all)
    if (environment.name == name) return environment;
  return absl::NotFoundError(absl::StrCat("there is no environment ", name, " in the cluster.yaml in force"));
}

domain::SealedValues EnvironmentSecrets::Sealed() const {
  secrets::Store* store = p_.store;
  return {.get = [store](const std::string& name) { return store->Get(name); },
          .mac = [store](const std::string& name) { return store->Mac(name); }};
}

absl::StatusOr<std::vector<domain::SecretKeyState>> EnvironmentSecrets::Look(
    const spec::EnvironmentSpec& environment) {
  return domain::LookAtSecrets(*p_.kube, {"", environment.namespace_, domain::SecretsOf(environment)},
                               Sealed());
}

absl::StatusOr<v1::EnvironmentSecretList> EnvironmentSecrets::DoGet(
    const v1::EnvironmentSecretsRequest& request) {
  std::vector<spec::EnvironmentSpec> all;
  ASSIGN_OR_RETURN(const spec::EnvironmentSpec environment, Find(request.environment(), &all));
  ASSIGN_OR_RETURN(const auto states, Look(environment));
  v1::EnvironmentSecretList list;
  list.set_environment(environment.name);
  for (const domain::SecretKeyState& state : states) {
    v1::EnvironmentSecret* out = list.add_secrets();
    *out = ToProto(state);
    if (state.sealed.empty()) continue;
    ASSIGN_OR_RETURN(const auto pending, domain::Rotation::Pending(*p_.store, state.sealed));
    out->set_unfinished(pending.has_value());
  }
  if (!request.github()) return list;
  const domain::SecretKey key = domain::SecretKeyOf(environment, kTokens);
  ASSIGN_OR_RETURN(const Secret tokens, p_.store->Get(key.sealed));
  for (const domain::TokenState& token : domain::LookAtTokens(*p_.fetcher, p_.github, tokens))
    *list.add_tokens() = ToProto(token);
  return list;
}

absl::Status EnvironmentSecrets::CheckPatroni(const spec::EnvironmentSpec& environment,
                                              const v1::RotateSecretRequest& request, bool begun) {
  if (!domain::IsPatronis(request.key())) return absl::OkStatus();
  if (!request.restart())
    return Hint(
        absl::FailedPreconditionError(
            absl::StrCat(request.key(),
                         " is what Patroni itself logs in with: its pods know the old one only, and cannot "
                         "connect anew until they are replaced")),
        "rotate it with --restart: pods are replaced one by one, the leader last and by a switchover");
  // What was begun is ended however its members are.
  return begun ? absl::OkStatus() : domain::CheckPatroniPods(*p_.patroni(environment), PodsOf(environment));
}

absl::Status EnvironmentSecrets::Restart(const spec::EnvironmentSpec& environment,
                                         const domain::SecretKeyState& state,
                                         const std::function<bool()>& gone, const Progress& progress) {
  std::vector<std::string> deployments;
  bool patroni = false;
  for (const domain::SecretUser& user : state.outdated) {
    if (user.kind == "Deployment") deployments.push_back(user.name);
    if (user.kind == "StatefulSet") patroni = true;
    if (user.kind != "Deployment" && user.kind != "StatefulSet")
      progress(absl::StrCat(Text(user), " goes on with the old value until it ends"));
  }
  const auto go_on = [&gone] { return !gone(); };
  RETURN_IF_ERROR(domain::RestartDeployments(*p_.kube, environment.namespace_, deployments,
                                             {.parallel = kAtATime,
                                              .patience = p_.patience,
                                              .clock = p_.clock,
                                              .go_on = go_on,
                                              .progress = progress}));
  if (!patroni) return absl::OkStatus();
  return domain::ReplacePatroniPods(
      *p_.kube, *p_.patroni(environment), PodsOf(environment), state.changed,
      {.patience = p_.patience, .go_on = go_on, .progress = progress, .sleep = p_.sleep});
}

// What has the old value: restarted, or shown.
absl::Status EnvironmentSecrets::Follow(const spec::EnvironmentSpec& environment,
                                        const v1::RotateSecretRequest& request,
                                        const std::function<bool()>& gone, const Progress& progress) {
  ASSIGN_OR_RETURN(const auto states, Look(environment));
  for (const domain::SecretKeyState& state : states) {
    if (state.key != absl::StrCat(request.key(), ".secret") || state.outdated.empty()) continue;
    if (request.restart())
      return Hint(Restart(environment, state, gone, progress),
                  absl::StrCat("the value is rotated; go on with: devstatsctl secret rotate ", request.key(),
                               " -e ", environment.name, " --restart"));
    progress("these began before and have the old value until they are restarted (--restart does it):");
    for (const domain::SecretUser& user : state.outdated) progress(absl::StrCat("  ", Text(user)));
  }
  return absl::OkStatus();
}

absl::Status EnvironmentSecrets::DoRotate(const v1::RotateSecretRequest& request,
                                          const std::function<bool()>& gone, const Progress& progress) {
  std::vector<spec::EnvironmentSpec> all;
  ASSIGN_OR_RETURN(const spec::EnvironmentSpec environment, Find(request.environment(), &all));
  absl::MutexLock lock(&rotating_);
  const auto sealed = environment.secrets.find(request.key());
  bool begun = false;
  if (sealed != environment.secrets.end()) {
    ASSIGN_OR_RETURN(const auto pending, domain::Rotation::Pending(*p_.store, sealed->second));
    begun = pending.has_value();
  }
  const bool rotates = begun || request.generate() || !request.value().empty();
  if (!rotates && !request.restart())
    return Hint(absl::InvalidArgumentError("there is no new value, and no rotation to be ended"),
                "give one, or --generate");
  RETURN_IF_ERROR(CheckPatroni(environment, request, begun || !rotates));
  domain::RotationWanted wanted{.environment = environment, .all = all, .key = request.key(), .value = {}};
  if (!request.value().empty()) wanted.value = Secret(request.value());
  domain::Rotation rotation(
      {.store = p_.store,
       .kube = p_.kube,
       .leader = [&](const domain::SealedValues& values) { return p_.leader(environment, values); },
       .clock = p_.clock,
       .progress = progress},
      std::move(wanted));
  if (rotates) RETURN_IF_ERROR(rotation.Run());
  return Follow(environment, request, gone, progress);
}

}  // namespace devstats::coordinator
