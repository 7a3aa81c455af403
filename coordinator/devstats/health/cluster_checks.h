// What the API server says of an environment. Each asks for one kind of objects; an error becomes a finding.
#pragma once
#include <optional>
#include <vector>

#include "coordinator/devstats/backups/work.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/health/finding.h"
#include "coordinator/devstats/health/suspension.h"
#include "coordinator/kube/client.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// Ready, of one version, under no pressure, and labelled for applications and for as many databases as there
// are members.
Finding CheckNodes(kube::KubeClient& client, const spec::EnvironmentSpec& environment);
Finding CheckStorageClasses(kube::KubeClient& client, const spec::EnvironmentSpec& environment);
// Claims that are not bound, that of the backups among them.
Finding CheckVolumes(kube::KubeClient& client, const spec::EnvironmentSpec& environment);
// Pods that failed, cannot start, or wait for a node.
Finding CheckPods(kube::KubeClient& client, const spec::EnvironmentSpec& environment, absl::Time now);
// cert-manager's: ready, and valid for two weeks more.
Finding CheckCertificates(kube::KubeClient& client, const spec::EnvironmentSpec& environment, absl::Time now);
// Each active project has one for its syncs; what is suspended, by whom and since when, and which kinds are
// held up though there are none yet. Pure.
Finding CheckCrons(const std::vector<Cron>& crons, const Holds& holds,
                   const spec::EnvironmentSpec& environment, const std::vector<spec::ProjectSpec>& projects,
                   absl::Time now);
// When the cron of the backups last began one; that there is such a cron; how old the newest dumps of active
// projects are, as last listed: a problem beyond twice the schedule's interval. Unknown when they were never
// listed, or so long ago that it says nothing. Pure.
Finding CheckBackups(const std::vector<Cron>& crons, const std::vector<spec::ProjectSpec>& projects,
                     const absl::StatusOr<std::optional<backups::Ages>>& ages, absl::Time now);

}  // namespace devstats::domain
