// The keys of an environment, part by part. Both environments have the same, with other defaults.
#pragma once
#include "coordinator/spec/environment_defaults.h"
#include "coordinator/spec/key_list.h"

namespace devstats::spec {

inline EnvironmentSpec& EnvironmentOf(Draft& d) { return d.spec.environments.back(); }

void AddDomainKeys(KeyList* keys,
                   const EnvironmentDefaults& environment);  // domains, issuer, hostsPerCertificate
void AddImageKeys(KeyList* keys, const EnvironmentDefaults& environment);    // images, pullSecret, resources
void AddPatroniKeys(KeyList* keys, const EnvironmentDefaults& environment);  // patroni
void AddBackupKeys(KeyList* keys,
                   const EnvironmentDefaults& environment);  // storageClass, backups, restoreFrom

}  // namespace devstats::spec
