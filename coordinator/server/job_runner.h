// Carries out the jobs of DevStats: the dispatcher in a thread of its own, with what such jobs are made of.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/jobs/dispatcher.h"
#include "coordinator/run/operations.h"

namespace devstats::coordinator {

class JobRunner {
 public:
  // `operations` tells the cluster.yaml in force; not owned, nor is what `world` refers to.
  JobRunner(const World& world, Operations* operations);
  ~JobRunner();  // what runs in the cluster runs on
  void Start();
  void Wake() { dispatcher_.Wake(); }

  // NotFound, with what there is, for another environment or project than the cluster.yaml in force has.
  absl::StatusOr<domain::LiveEnvironment> Environment(const std::string& name);
  absl::StatusOr<int> Weight(const std::string& environment, const std::string& project);

 private:
  const World world_;
  Operations* const operations_;
  std::atomic<bool> stopping_{false};
  const std::unique_ptr<jobs::JobWork> work_;
  jobs::Dispatcher dispatcher_;
  std::thread thread_;
};

}  // namespace devstats::coordinator
