// The Secrets of an environment by upstream's names, each key with where its value is from. Pure.
#pragma once
#include <string>
#include <vector>

#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// pg-db, github-oauth, grafana-secret, and the login to the registry of the images where there is one.
std::vector<SecretWanted> SecretsOf(const spec::EnvironmentSpec& environment);

// "PG_ADMIN_USER": the name of a sealed value, or the text that stands in for it.
SecretKey SecretKeyOf(const spec::EnvironmentSpec& environment, const std::string& key);

}  // namespace devstats::domain
