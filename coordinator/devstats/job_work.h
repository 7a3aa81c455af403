// What the jobs of DevStats are made of, what holds them up, and what came of them: the pod is our chart's,
// the rest is asked of the environment's database.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "coordinator/addons/chart_loader.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/jobs/job.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/release/engine/engine.h"
#include "coordinator/spec/model.h"

namespace devstats::domain {

struct JobWorkParts {  // nothing is owned
  EnvironmentFinder environment;
  release::EngineParts engine;
  addons::ChartSources sources;
  SealedValues sealed;
  std::string chart;  // the folder of our chart
  const Clock* clock = &SystemClock();
  ServerMaker connect = ByNetwork;
};

// How long its jobs take beside those of others; the longest begin first, so that they do not end last.
int WeightOf(const spec::ProjectSpec& project);

// Whether `url` leads to a host of the environment itself. Pure.
bool IsOwnHost(const std::string& url, const spec::EnvironmentSpec& environment);

// Thread-safe.
std::unique_ptr<jobs::JobWork> NewJobWork(JobWorkParts parts);

}  // namespace devstats::domain
