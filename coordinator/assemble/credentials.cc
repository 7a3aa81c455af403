#include "coordinator/assemble/credentials.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

// The value only as the unit's inputs know it: a plan shows the MAC of what is sent.
absl::StatusOr<Secret> ValueOf(secrets::Store& store, const agent::v1::Registry& registry) {
  ASSIGN_OR_RETURN(Secret value, store.Get(registry.password_secret()));
  ASSIGN_OR_RETURN(const std::string mac, store.MacOfValue(value));
  if (mac == registry.password_mac()) return value;
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("the secret ", registry.password_secret(), " was changed meanwhile")),
              "make a new plan: devstatsctl plan");
}

}  // namespace

void AddCredentials(secrets::Store* store, PhaseWants* wants) {
  if (!wants->spec.has_containerd()) return;  // mutable_containerd would make one
  std::vector<agent::v1::Registry> with_user;
  for (agent::v1::Registry& registry : *wants->spec.mutable_containerd()->mutable_registries()) {
    if (registry.user().empty()) continue;
    if (auto mac = store->Mac(registry.password_secret()); mac.ok()) registry.set_password_mac(*mac);
    with_user.push_back(registry);
  }
  if (with_user.empty()) return;
  wants->compared = [store, with_user]() -> absl::StatusOr<PhaseSecrets> {
    PhaseSecrets secrets;
    for (const agent::v1::Registry& registry : with_user) {
      ASSIGN_OR_RETURN(secrets[absl::StrCat("registry:", registry.host())], ValueOf(*store, registry),
                       absl::StrCat("the password of registry ", registry.host()));
    }
    return secrets;
  };
}

}  // namespace devstats::coordinator
