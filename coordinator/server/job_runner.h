// Carries out the jobs of DevStats: the dispatcher in a thread of its own, with what such jobs are made of.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/jobs/dispatcher.h"
#include "coordinator/run/operations.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

class JobRunner {
 public:
  // `operations` tells the cluster.yaml in force; not owned, nor is what `world` refers to.
  JobRunner(const World& world, Operations* operations);
  ~JobRunner();  // what runs in the cluster runs on
  void Start();

  // With images as they are locked. NotFound, with what there is, for another environment or project than the
  // cluster.yaml in force has.
  absl::StatusOr<domain::LiveEnvironment> Environment(const std::string& name);
  // All environments, with images as they are written instead of locked.
  absl::StatusOr<std::vector<spec::EnvironmentSpec>> AsWritten();
  absl::StatusOr<int> Weight(const std::string& environment, const std::string& project);
  // JobsParts::backup.
  absl::StatusOr<std::optional<v1::CreateJobRequest>> Backup(const std::string& environment,
                                                             const std::string& project);

 private:
  using Environments = std::map<std::string, domain::LiveEnvironment>;
  absl::StatusOr<std::shared_ptr<const Environments>> InForce();

  const World world_;
  Operations* const operations_;
  std::atomic<bool> stopping_{false};
  const std::unique_ptr<jobs::JobWork> work_;
  jobs::Dispatcher dispatcher_;
  std::thread thread_;
  // Reading a catalog takes a while, and each step of a job asks.
  absl::Mutex mu_;
  std::string digest_ ABSL_GUARDED_BY(mu_);  // of the cluster.yaml that was read
  std::shared_ptr<const Environments> read_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::coordinator
