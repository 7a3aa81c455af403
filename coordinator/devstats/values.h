// From an environment to the values of our chart: the one place where upstream's keys (testServer, skipCrons,
// postgresSharedBuffers ...) and our names stand side by side. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/devstats/certificates.h"
#include "coordinator/devstats/schedules.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// The kinds of objects that the chart makes, each with its gate.
enum class Part {
  kBackupsPv,
  kPvs,
  kPostgres,
  kStatic,
  kIngress,
  kBootstrap,
  kProvisions,
  kCrons,
  kAffiliations,
  kGrafanas,
  kServices,
  kApi,
  kBackups,
  kVacuum,
  kTests,
  kReports,
  kAffiliationsImport
};

// What no part alone knows.
struct Derived {
  std::vector<spec::ProjectSpec> projects;  // of the environment, in order
  Schedules schedules;
  Certificates certificates;
};

// The Secret with the login to the registry of the images, where the environment has one.
inline constexpr char kPullSecretName[] = "devstats-registry";

// All values of the chart for these parts of the environment and no others: namespaces and secrets are never
// among them, and what no such part reads (projects, certificates, sizes of Patroni) is left out, so that its
// change leaves their release alone. InvalidArgument where the environment's own `values` contradict what is
// bound to it (namespace, class, testServer, prodServer, a gate, whatever else has its key in cluster.yaml),
// select by index, or carry a secret.
absl::StatusOr<Json> ValuesOf(const spec::EnvironmentSpec& environment, const Derived& derived,
                              const std::vector<Part>& parts);

// Back from the values of a release that is there: of crons or affiliations; of the ingress.
Schedules SchedulesIn(const Json& values, const spec::EnvironmentSpec& environment);
Certificates CertificatesIn(const Json& values);

// The project of the chart's list: "proj", "url", "db" ... with the schedules of this environment.
Json ProjectValues(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment,
                   const Schedule& schedule);

// Whether cluster.yaml holds up its crons: it is not active any more, or its schedules say so.
bool SuspendedBySpec(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment);

}  // namespace devstats::domain
