#include "coordinator/devstats/upkeep/rotation.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/devstats/environment_secrets.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/scram.h"
#include "coordinator/devstats/upkeep/github_tokens.h"
#include "coordinator/devstats/upkeep/secret_look.h"

namespace devstats::domain {
namespace {

constexpr char kAdminKey[] = "PG_PASS", kTokens[] = "GHA2DB_GITHUB_OAUTH";
constexpr char kServerDatabase[] = "postgres";
constexpr size_t kShortest = 12;
constexpr int kMadeBytes = 24;  // as hexadecimal digits, which need no quotes anywhere

SealedValues ValuesOf(secrets::Store* store) {
  return {.get = [store](const std::string& name) { return store->Get(name); },
          .mac = [store](const std::string& name) { return store->Mac(name); }};
}

// The pending value in the place of the one in force.
SealedValues PendingIn(secrets::Store* store, const std::string& sealed) {
  SealedValues values = ValuesOf(store);
  values.get = [store, sealed](const std::string& name) {
    return store->Get(name == sealed ? PendingOf(name) : name);
  };
  return values;
}

absl::Status Unlogged(const absl::Status& status) {
  if (!absl::IsPermissionDenied(status)) return status;
  return Hint(status, "the sealed password is not the superuser's: has it been changed by hand?");
}

absl::StatusOr<std::string> StoredOf(postgres::Postgres& server, const std::string& role) {
  ASSIGN_OR_RETURN(const postgres::Rows rows,
                   server.Query(kServerDatabase,
                                "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1", {role}));
  if (rows.rows.empty())
    return Hint(absl::NotFoundError(absl::StrCat("there is no role ", role)),
                "devstatsctl apply completes the bootstrap");
  return rows.rows[0][0].value_or("");
}

}  // namespace

const std::vector<std::string>& RotatableKeys() {
  static const auto& keys =
      *new std::vector<std::string>{"PG_PASS",     "PG_PASS_RO",          "PG_PASS_TEAM",
                                    "PG_PASS_REP", "GHA2DB_GITHUB_OAUTH", "GF_SECURITY_ADMIN_PASSWORD"};
  return keys;
}

namespace {
bool IsRoles(absl::string_view key) { return absl::StartsWith(key, "PG_PASS"); }
}  // namespace

bool IsPatronis(const std::string& key) { return key == kAdminKey || key == "PG_PASS_REP"; }

std::string PendingOf(const std::string& sealed) { return absl::StrCat(sealed, ".next"); }

absl::StatusOr<std::optional<Secret>> Rotation::Pending(secrets::Store& store, const std::string& sealed) {
  absl::StatusOr<Secret> value = store.Get(PendingOf(sealed));
  if (absl::IsNotFound(value.status())) return std::nullopt;
  RETURN_IF_ERROR(value.status());
  return *std::move(value);
}

absl::StatusOr<std::string> Rotation::SealedName() const {
  const auto& keys = RotatableKeys();
  if (std::find(keys.begin(), keys.end(), wanted_.key) == keys.end())
    return Hint(absl::InvalidArgumentError("that is no secret that can be rotated"),
                absl::StrCat("there are ", absl::StrJoin(keys, ", ")));
  const auto found = wanted_.environment.secrets.find(wanted_.key);
  if (found == wanted_.environment.secrets.end())
    return absl::FailedPreconditionError(absl::StrCat("environments.", wanted_.environment.name,
                                                      ".secrets names no ", wanted_.key,
                                                      " in the cluster.yaml in force"));
  RETURN_IF_ERROR(CheckSecretName(PendingOf(found->second)), "its next value cannot be kept");
  return found->second;
}

// A role's password can be that of one database server alone: the other one would be locked out.
absl::Status Rotation::CheckAlone(const std::string& sealed) const {
  for (const spec::EnvironmentSpec& environment : wanted_.all) {
    for (const auto& [key, name] : environment.secrets) {
      if (name != sealed || (environment.name == wanted_.environment.name && key == wanted_.key)) continue;
      if (!IsRoles(wanted_.key) && !IsRoles(key)) {
        p_.progress(
            absl::StrCat(key, " of ", environment.name, " is the same secret: an apply brings it there"));
        continue;
      }
      return Hint(absl::FailedPreconditionError(
                      absl::StrCat("the secret ", sealed, " is ", key, " of ", environment.name,
                                   ", too: whatever is not rotated with it would no longer fit")),
                  "give each a secret of its own in cluster.yaml, with the same value, and apply that first");
    }
  }
  return absl::OkStatus();
}

absl::Status Rotation::CheckValue(const Secret& value) const {
  const std::string& text = value.Reveal();  // to be looked at
  if (text.empty()) return absl::InvalidArgumentError("the value is empty");
  if (absl::StrContains(text, "\n") || absl::StrContains(text, "\r"))
    return Hint(absl::InvalidArgumentError(
                    absl::StrCat("the value has a newline, which would become part of ", wanted_.key)),
                "make the file without: printf %s VALUE > FILE");
  if (wanted_.key == kTokens) return CheckTokens(value);
  if (text.size() < kShortest)
    return Hint(absl::InvalidArgumentError(
                    absl::StrCat("the value has ", text.size(), " characters, and needs ", kShortest)),
                "--generate makes a good one");
  return postgres::CheckPassword(value);
}

// The superuser last: until then the sealed password logs in.
absl::StatusOr<std::vector<std::string>> Rotation::Roles() const {
  if (wanted_.key == "PG_PASS_RO") return std::vector<std::string>{postgres::kReadRole};
  if (wanted_.key == "PG_PASS_TEAM") return std::vector<std::string>{postgres::kTeamRole};
  if (wanted_.key == "PG_PASS_REP") return std::vector<std::string>{"standby"};
  if (wanted_.key != kAdminKey) return std::vector<std::string>{};
  const SecretKey user = SecretKeyOf(wanted_.environment, "PG_ADMIN_USER");
  if (user.sealed.empty()) return std::vector<std::string>{postgres::kAdminRole, user.text};
  ASSIGN_OR_RETURN(const Secret name, p_.store->Get(user.sealed));
  return std::vector<std::string>{postgres::kAdminRole, name.Reveal()};  // a login's name
}

// With the password in force; with the pending one when the superuser has that already.
absl::StatusOr<std::shared_ptr<postgres::Postgres>> Rotation::Leader() {
  ASSIGN_OR_RETURN(std::shared_ptr<postgres::Postgres> leader, p_.leader(ValuesOf(p_.store)));
  const absl::Status first = leader->Query(kServerDatabase, "SELECT 1").status();
  if (first.ok()) return leader;
  const auto admin = wanted_.environment.secrets.find(kAdminKey);
  if (!absl::IsPermissionDenied(first) || admin == wanted_.environment.secrets.end()) return first;
  ASSIGN_OR_RETURN(const std::optional<Secret> pending, Pending(*p_.store, admin->second));
  if (!pending) return Unlogged(first);
  ASSIGN_OR_RETURN(leader, p_.leader(PendingIn(p_.store, admin->second)));
  RETURN_IF_ERROR(Unlogged(leader->Query(kServerDatabase, "SELECT 1").status()));
  return leader;
}

absl::Status Rotation::CheckRoles() {
  ASSIGN_OR_RETURN(const std::vector<std::string> roles, Roles());
  if (roles.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto leader, Leader());
  for (const std::string& role : roles) RETURN_IF_ERROR(StoredOf(*leader, role).status());
  return absl::OkStatus();
}

absl::Status Rotation::SetRoles(const Secret& value) {
  ASSIGN_OR_RETURN(const std::vector<std::string> roles, Roles());
  if (roles.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto leader, Leader());
  for (const std::string& role : roles) {
    ASSIGN_OR_RETURN(const std::string stored, StoredOf(*leader, role));
    if (postgres::PasswordMatches(stored, role, value)) continue;
    p_.progress(absl::StrCat("setting the password of role ", role));
    RETURN_IF_ERROR(postgres::SetPassword(*leader, role, value));
    FaultPoint("rotate.role", absl::StrCat(wanted_.key, "/", role));
  }
  return absl::OkStatus();
}

SecretsWanted Rotation::Secrets() const {
  SecretsWanted wanted{.id = "rotation", .name_space = wanted_.environment.namespace_, .secrets = {}};
  for (SecretWanted& secret : SecretsOf(wanted_.environment)) {
    const bool has = std::any_of(secret.keys.begin(), secret.keys.end(),
                                 [&](const SecretKey& key) { return key.sealed == sealed_; });
    if (has) wanted.secrets.push_back(std::move(secret));
  }
  return wanted;
}

absl::Status Rotation::ApplySecret() {
  SecretsUnit unit(Secrets(), ValuesOf(p_.store), p_.kube, p_.clock);
  ASSIGN_OR_RETURN(const Json observed, unit.Observe());
  ASSIGN_OR_RETURN(const UnitPlan diff, unit.Diff(observed));
  if (diff.changes().empty()) return absl::OkStatus();
  StepContext context;
  context.progress = p_.progress;
  return unit.Apply(diff, context);
}

// Whatever of it has been changed by hand since is mended; no pod need be new for it.
absl::Status Rotation::Mend() {
  ASSIGN_OR_RETURN(const Secret value, p_.store->Get(sealed_));
  RETURN_IF_ERROR(SetRoles(value));
  RETURN_IF_ERROR(ApplySecret());
  p_.progress(absl::StrCat(wanted_.key, " of ", wanted_.environment.name, " has this value already"));
  return absl::OkStatus();
}

absl::Status Rotation::Finish(const Secret& value) {
  RETURN_IF_ERROR(SetRoles(value));
  const absl::StatusOr<Secret> now = p_.store->Get(sealed_);
  if (!now.ok() || !SameSecret(*now, value)) RETURN_IF_ERROR(p_.store->Set(sealed_, value).status());
  FaultPoint("rotate.sealed", wanted_.key);
  RETURN_IF_ERROR(ApplySecret());
  FaultPoint("rotate.secret", wanted_.key);
  const absl::Status forgotten = p_.store->Delete(PendingOf(sealed_));
  if (!absl::IsNotFound(forgotten)) RETURN_IF_ERROR(forgotten);
  FaultPoint("rotate.done", wanted_.key);
  p_.progress(absl::StrCat(wanted_.key, " of ", wanted_.environment.name, " has its new value"));
  return absl::OkStatus();
}

absl::Status Rotation::Run() {
  ASSIGN_OR_RETURN(sealed_, SealedName());
  if (wanted_.value) RETURN_IF_ERROR(CheckValue(*wanted_.value));
  RETURN_IF_ERROR(CheckAlone(sealed_));
  RETURN_IF_ERROR(CheckRoles());
  ASSIGN_OR_RETURN(const std::optional<Secret> begun, Pending(*p_.store, sealed_));
  if (begun) {
    p_.progress("going on with a rotation that was begun before");
    RETURN_IF_ERROR(Finish(*begun));
    if (!wanted_.value || SameSecret(*begun, *wanted_.value)) return absl::OkStatus();
  }
  const absl::StatusOr<Secret> now = p_.store->Get(sealed_);
  if (now.ok() && wanted_.value && SameSecret(*now, *wanted_.value)) return Mend();
  if (!wanted_.value && wanted_.key == kTokens)
    return absl::InvalidArgumentError("tokens are GitHub's: they cannot be made here");
  const Secret next = wanted_.value ? *wanted_.value : RandomSecret(kMadeBytes);
  RETURN_IF_ERROR(p_.store->Set(PendingOf(sealed_), next).status());
  FaultPoint("rotate.pending", wanted_.key);
  return Finish(next);
}

}  // namespace devstats::domain
