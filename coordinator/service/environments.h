// Environments by call: how they stand, their crons, Patroni, projects, flags; without gRPC.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/patroni/switchover.h"
#include "coordinator/devstats/patroni/tuning_unit.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/kube/client.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

inline constexpr int kMostNames = 1000;  // of projects, in one request

// How the databases of one environment are reached.
struct EnvironmentReach {
  std::shared_ptr<patroni::PatroniApi> patroni;
  std::function<absl::StatusOr<std::shared_ptr<postgres::Postgres>>()> leader;
  patroni::SettingsReader settings;
  std::function<absl::StatusOr<postgres::BootstrapOptions>()> roles;
  std::function<absl::StatusOr<int>()> database_nodes;
};
using ReachFinder = std::function<EnvironmentReach(const spec::EnvironmentSpec&)>;
EnvironmentReach ReachOf(const spec::EnvironmentSpec& environment, const domain::SealedValues& sealed,
                         kube::KubeClient* client);

struct EnvironmentsParts {
  domain::EnvironmentFinder environment;
  ReachFinder reach;
  kube::KubeClient* kube = nullptr;  // not owned
  jobs::Store* jobs = nullptr;       // not owned
  const Clock* clock = &SystemClock();
  absl::Duration patience = absl::Minutes(1);  // of a look; what is left then is told as not looked at
  std::function<void(absl::Duration)> sleep;   // empty: really
};

class Environments {
 public:
  explicit Environments(EnvironmentsParts parts) : p_(std::move(parts)) {}

  // For the audit trail: what is no name may be anything.
  static bool IsName(const std::string& text);
  static std::string Target(const v1::SuspendRequest& request);
  static std::string Target(const v1::ChangePatroniRequest& request);

  // Never an error of what was looked at: that is a finding.
  absl::StatusOr<v1::EnvironmentStatus> DoGetEnvironment(const std::string& name);
  absl::StatusOr<v1::CronList> DoSuspend(const v1::SuspendRequest& request, const std::string& actor);
  absl::StatusOr<v1::PatroniStatus> DoGetPatroni(const std::string& name);
  absl::StatusOr<v1::PatroniParameters> DoGetPatroniParameters(const std::string& name);
  // With dry_run only says what it would do. `gone` stops waiting, not what Patroni has begun.
  absl::Status DoChangePatroni(const v1::ChangePatroniRequest& request, const std::function<bool()>& gone,
                               const std::function<void(const v1::PatroniProgress&)>& tell);
  absl::StatusOr<v1::ProjectList> DoListProjects(const v1::ListProjectsRequest& request);
  absl::Status DoProjectLogs(const v1::ProjectLogsRequest& request, const std::function<bool()>& gone,
                             const std::function<bool(const v1::ProjectLogLine&)>& line);
  absl::StatusOr<v1::FlagList> DoListFlags(const v1::ListProjectsRequest& request);

 private:
  absl::StatusOr<domain::LiveEnvironment> Find(const std::string& name) const;
  const EnvironmentsParts p_;
};

}  // namespace devstats::coordinator
