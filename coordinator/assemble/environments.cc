#include "coordinator/assemble/environments.h"

#include "common/files.h"
#include "common/status.h"
#include "coordinator/assemble/releases.h"
#include "coordinator/devstats/units/environment_units.h"
#include "coordinator/devstats/upkeep/images.h"
#include "coordinator/spec/catalog.h"

namespace devstats::coordinator {
namespace {

constexpr size_t kMostCatalog = 4 << 20;  // bytes

// What an environment stands on: all of the cluster. Not its last step alone: whether there is room depends
// on nodes that join and labels that are set in the same run.
std::vector<std::string> Ground(const std::vector<GraphNode>& all) {
  std::vector<std::string> out;
  for (const GraphNode& node : all) out.push_back(node.unit->id());
  return out;
}

}  // namespace

domain::SealedValues SealedOf(const World& world) {
  secrets::Store* store = world.secrets;
  return {.get = [store](const std::string& name) { return store->Get(name); },
          .mac = [store](const std::string& name) { return store->Mac(name); }};
}

absl::StatusOr<std::string> ReadCatalog(const std::string& path) { return ReadFile(path, kMostCatalog); }

absl::StatusOr<std::vector<spec::ProjectSpec>> AllProjectsOf(const spec::ClusterSpec& spec) {
  return spec::ProjectsOf(spec.projects, ReadCatalog);
}

absl::StatusOr<std::vector<spec::ProjectSpec>> ProjectsOf(const spec::ClusterSpec& spec,
                                                          const spec::EnvironmentSpec& environment) {
  ASSIGN_OR_RETURN(const std::vector<spec::ProjectSpec> all, AllProjectsOf(spec), "projects");
  return spec::ProjectsOf(environment, all);
}

absl::StatusOr<spec::EnvironmentSpec> WithLockedImages(const spec::EnvironmentSpec& environment,
                                                       const World& world) {
  spec::EnvironmentSpec locked = environment;
  if (!world.images) return locked;
  ASSIGN_OR_RETURN(const domain::ImageLocks locks, world.images->InForce(environment.name), "locked images");
  domain::LockImages(locks, &locked);
  return locked;
}

absl::Status AddEnvironments(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all) {
  if (spec.environments.empty()) return absl::OkStatus();
  const domain::EnvironmentParts parts{.steps = UnitPartsOf(spec, world),
                                       .sealed = SealedOf(world),
                                       .chart = world.devstats_chart,
                                       .hosts = world.hosts,
                                       .jobs = world.jobs};
  const std::vector<std::string> ground = Ground(*all);
  for (const spec::EnvironmentSpec& written : spec.environments) {
    ASSIGN_OR_RETURN(const spec::EnvironmentSpec environment, WithLockedImages(written, world), written.name);
    ASSIGN_OR_RETURN(const auto projects, ProjectsOf(spec, environment), environment.name);
    ASSIGN_OR_RETURN(std::vector<GraphNode> units,
                     domain::EnvironmentUnits(spec, environment, projects, ground, parts), environment.name);
    for (GraphNode& unit : units) all->push_back(std::move(unit));
  }
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
