// What an environment's name says. Pure.
#pragma once
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// Of the two kinds of environments that the images know (TEST_SERVER, PROD_SERVER), test is the one by this
// name.
inline bool IsTest(const spec::EnvironmentSpec& environment) { return environment.name == "test"; }

// Whether a project has a host of its own here: it names one of the environment's domains.
inline bool IsShown(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment) {
  for (const spec::DomainSpec& domain : environment.domains) {
    for (const std::string& name : project.domains) {
      if (name == domain.name) return true;
    }
  }
  return false;
}

}  // namespace devstats::domain
