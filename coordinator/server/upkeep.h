// What operators do with the secrets, images and Grafanas of environments, put together from what the daemon
// has.
#pragma once
#include "coordinator/assemble/assemble.h"
#include "coordinator/run/operations.h"
#include "coordinator/server/job_runner.h"
#include "coordinator/service/environment_grafanas.h"
#include "coordinator/service/environment_images.h"
#include "coordinator/service/environment_secrets.h"
#include "coordinator/service/upkeep_calls.h"

namespace devstats::coordinator {

class Upkeep {
 public:
  // Not owned, nor is what `world` refers to.
  Upkeep(const World& world, Operations* operations, JobRunner* environments);
  UpkeepCalls calls() { return {&secrets_, &images_, &grafanas_}; }

 private:
  EnvironmentSecrets secrets_;
  EnvironmentImages images_;
  EnvironmentGrafanas grafanas_;
};

}  // namespace devstats::coordinator
