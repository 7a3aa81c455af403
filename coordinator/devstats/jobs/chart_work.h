// DevStats' jobs: the pod is the one that our chart makes for the project, with the job's options over the
// values of its environment; what holds a job up, and what came of it, is asked of the database. The parts
// are functions, since they belong to other rooms.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/devstats/jobs/job.h"

namespace devstats::jobs {

struct ChartWorkParts {
  // The chart's values of the job's environment: the gate of its pod (KindSpec::pod) alone is open, for this
  // project alone. NotFound when the environment or project is no longer there.
  std::function<absl::StatusOr<Json>(const Job&)> values;
  // The objects that the chart makes of them.
  std::function<absl::StatusOr<std::vector<Json>>(const Job&, const Json& values)> render;
  std::function<absl::StatusOr<std::string>(const Job&)> locks;             // JobWork::Blocker
  std::function<absl::Status(const Job&, const std::string& phase)> judge;  // JobWork::Judge
  std::function<absl::StatusOr<std::string>(const Job&)> before;            // JobWork::Before
  // What its container's environment has beside what the chart and the job's options give it, by name.
  std::function<absl::StatusOr<std::map<std::string, std::string>>(const Job&)> variables = [](const Job&) {
    return std::map<std::string, std::string>();
  };
};

class ChartWork : public JobWork {
 public:
  explicit ChartWork(ChartWorkParts parts) : parts_(std::move(parts)) {}
  // Internal when the chart does not make exactly one pod of the project (or a cron job, whose pod it then
  // is), and nothing else. One that sleeps has a deadline, too, should its command not end.
  absl::StatusOr<Json> PodOf(const Job& job) override;
  absl::StatusOr<std::string> Blocker(const Job& job) override { return parts_.locks(job); }
  absl::StatusOr<std::string> Before(const Job& job) override { return parts_.before(job); }
  absl::Status Judge(const Job& job, const std::string& phase) override { return parts_.judge(job, phase); }

 private:
  const ChartWorkParts parts_;
};

}  // namespace devstats::jobs
