// What an environment is made of, in the order in which each part can work: releases of our chart, and what
// must be true between them. Pure.
#pragma once
#include <string>
#include <vector>

#include "coordinator/devstats/values.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct SetStep {
  enum class Kind {
    kCapacity,  // the nodes have room for all of it
    kNamespace,
    kSecrets,
    kRelease,       // of `parts`, named devstats-ENVIRONMENT-NAME
    kPatroniReady,  // a leader, and all others streaming from it
    kParameters,    // of Patroni and PostgreSQL
    kGrafanaData,   // what Grafanas share is on the volume of backups, where they have it there
    kHosts,         // every host resolves and answers: before a certificate is asked for
    kBootstrap,     // the database of logs, its roles and grants
    kProjects       // those without a database are queued to be provisioned
  };
  Kind kind = Kind::kRelease;
  std::string name;                // "patroni": its unit is environments/ENVIRONMENT/patroni
  std::vector<std::string> needs;  // names
  std::vector<Part> parts;
  bool wait = true;  // for the objects of the release to be ready
};

// After the cluster and its add-ons.
std::vector<SetStep> ReleaseSetOf(const spec::EnvironmentSpec& environment);

std::string UnitOf(const spec::EnvironmentSpec& environment, const std::string& step);
std::string ReleaseOf(const spec::EnvironmentSpec& environment, const std::string& step);

}  // namespace devstats::domain
