// The Secrets of an environment, from the sealed store: a unit of its own, so that no value ever stands in a
// manifest or in a release's record, and a rollback of a release leaves them as they are.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/secret.h"
#include "common/unit/unit.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

// The annotation of a Secret that tells when the unit last changed the value of a key, with which it is
// written: "changed.devstats.cncf.io/PG_PASS.secret".
std::string ChangeNote(absl::string_view key);

// One key of a Secret: a sealed value by its name, or a text that is no secret (a host, a port).
struct SecretKey {
  std::string key;     // "PG_PASS.secret"
  std::string sealed;  // "test-pg-pass"; empty: `text`
  std::string text;
};

struct SecretWanted {
  std::string name;
  std::string type = "Opaque";
  std::vector<SecretKey> keys;
  // For a registry: the one key's value becomes the file that Docker keeps logins in. Empty: it is taken as
  // it is.
  std::string registry_host, registry_user;
};

struct SecretsWanted {
  std::string id;  // of the unit
  std::string name_space;
  std::vector<SecretWanted> secrets;
};

// The sealed store.
struct SealedValues {
  std::function<absl::StatusOr<Secret>(const std::string& name)> get;
  std::function<absl::StatusOr<std::string>(const std::string& name)> mac;  // as plans show it
};

// Keys that it does not name are left alone. A sealed value that is not set, or that ends with a newline
// (which would become part of a password), makes the plan fail.
class SecretsUnit : public Unit {
 public:
  // `client` and `clock` are not owned.
  SecretsUnit(SecretsWanted wanted, SealedValues sealed, kube::KubeClient* client,
              const Clock* clock = &SystemClock())
      : wanted_(std::move(wanted)), sealed_(std::move(sealed)), client_(client), clock_(clock) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  kube::ObjectRef RefOf(const SecretWanted& secret) const {
    return {"v1", "Secret", wanted_.name_space, secret.name};
  }
  absl::StatusOr<Secret> ValueOf(const SecretWanted& secret, const SecretKey& key) const;
  absl::StatusOr<std::string> ShownOf(const SecretKey& key) const;
  absl::StatusOr<Json> ObserveOne(const SecretWanted& secret);
  absl::StatusOr<Json> NotesOf(const SecretWanted& secret, const std::set<std::string>& changed);
  absl::Status ApplyOne(const SecretWanted& secret, const std::set<std::string>& changed);

  const SecretsWanted wanted_;
  const SealedValues sealed_;
  kube::KubeClient* const client_;
  const Clock* const clock_;
};

}  // namespace devstats::domain
