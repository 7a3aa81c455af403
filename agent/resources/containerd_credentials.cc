#include "agent/resources/containerd_credentials.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/resources/toml_edit.h"
#include "common/registry_names.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// Below plugins.X.registry.{configs,auths} all but names of users; or a table written in one line around
// that.
bool MayBeCredential(const TomlPath& path, const std::string& raw) {
  if (path[0] != "plugins" || (path.size() > 2 && path[2] != "registry")) return false;
  const bool table = absl::StartsWith(raw, "{");
  if (path.size() < 4) return table;
  if (path[3] != "configs" && path[3] != "auths") return false;
  return table || path.size() < 6 || path.back() != "username";
}

// Whose password plugins.X.registry.configs.HOST.auth.password is; null for anything else.
const v1::Registry* OwnerOf(const TomlPath& path, const v1::Containerd& desired) {
  if (path.size() != 7 || path[3] != "configs" || path[5] != "auth" || path[6] != "password") return nullptr;
  for (const v1::Registry& r : desired.registries())
    if (!r.user().empty() && ServerOf(r) == path[4]) return &r;
  return nullptr;
}

}  // namespace

std::string PasswordMark(const v1::Registry& registry) {
  return absl::StrCat("(secret ", registry.password_secret(), ", ", registry.password_mac(), ")");
}

std::string ServerOf(const v1::Registry& registry) {
  return registry.host() == kDockerHub ? std::string(kDockerHubServer) : registry.host();
}

bool HasCredentials(const v1::Containerd& desired) {
  return std::any_of(desired.registries().begin(), desired.registries().end(),
                     [](const v1::Registry& r) { return !r.user().empty(); });
}

Secret PasswordOf(const v1::Registry& registry, const Secrets& secrets) {
  return SecretNamed(secrets, absl::StrCat("registry:", registry.host()));
}

absl::Status CheckPasswords(const v1::Containerd& desired, const Secrets& secrets) {
  for (const v1::Registry& r : desired.registries())
    if (!r.user().empty() && PasswordOf(r, secrets).empty())
      return Hint(
          absl::FailedPreconditionError(absl::StrCat("the password of registry ", r.host(), ", the secret ",
                                                     r.password_secret(), ", did not come with the request")),
          "apply again: the coordinator sends it with each request");
  return absl::OkStatus();
}

absl::StatusOr<std::string> WithoutCredentials(const std::string& text, const v1::Containerd& desired,
                                               const Secrets& secrets) {
  ASSIGN_OR_RETURN(const TomlDocument doc, TomlDocument::Parse(text));
  return doc.Told([&](const TomlPath& path, const std::string& raw) {
    if (!MayBeCredential(path, raw)) return raw;
    const v1::Registry* owner = OwnerOf(path, desired);
    if (!owner) return TomlString(kAnotherValue);
    absl::StatusOr<std::string> now = ParseTomlString(raw);
    const bool same = now.ok() && SameSecret(Secret(*std::move(now)), PasswordOf(*owner, secrets));
    return TomlString(same ? PasswordMark(*owner) : kAnotherValue);
  });
}

}  // namespace devstats::agent
