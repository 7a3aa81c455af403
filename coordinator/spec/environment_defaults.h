// What an environment has when its section says nothing: upstream's images and hosts, and names made of its
// own.
#pragma once
#include <string>

#include "coordinator/spec/devstats.h"

namespace devstats::spec {

// Of one environment, what its keys tell as their defaults.
struct EnvironmentDefaults {
  const char* name;             // "test"
  const char* domains;          // as YAML
  const char* backup_schedule;  // as cron has it
  const char* grafana_replicas;
};
extern const EnvironmentDefaults kTestDefaults, kProdDefaults;

// Images, names of secrets and parameters that are not given, and the images of domains.
void FillEnvironment(EnvironmentSpec* environment);

}  // namespace devstats::spec
