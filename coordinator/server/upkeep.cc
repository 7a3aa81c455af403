#include "coordinator/server/upkeep.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/assemble/environments.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/upkeep/registry.h"
#include "coordinator/spec/spec.h"

namespace devstats::coordinator {
namespace {

std::shared_ptr<domain::EnvironmentAccess> AccessTo(const spec::EnvironmentSpec& environment,
                                                    const domain::SealedValues& sealed, const World& world) {
  return std::make_shared<domain::EnvironmentAccess>(environment, sealed, world.kube);
}

EnvironmentSecretsParts SecretsParts(const World& world, JobRunner* environments) {
  EnvironmentSecretsParts parts;
  parts.environments = [environments] { return environments->AsWritten(); };
  parts.leader = [world](const spec::EnvironmentSpec& environment, const domain::SealedValues& sealed) {
    return AccessTo(environment, sealed, world)->Leader();
  };
  parts.patroni = [world](const spec::EnvironmentSpec& environment) {
    const auto access = AccessTo(environment, SealedOf(world), world);
    return std::shared_ptr<patroni::PatroniApi>(access, &access->patroni());
  };
  parts.store = world.secrets;
  parts.kube = world.kube;
  parts.fetcher = world.fetcher;
  parts.clock = world.clock;
  return parts;
}

// Of the cluster.yaml in force: where its nodes pull from.
absl::StatusOr<std::vector<spec::RegistrySpec>> RegistriesInForce(Operations* operations) {
  ASSIGN_OR_RETURN(const auto current, operations->Current());
  if (!current) return absl::NotFoundError("no cluster.yaml is in force");
  ASSIGN_OR_RETURN(spec::ClusterSpec spec, spec::ParseClusterSpec(current->spec, current->file));
  return std::move(spec.runtime.registries);
}

EnvironmentImagesParts ImagesParts(const World& world, Operations* operations, JobRunner* environments) {
  EnvironmentImagesParts parts;
  parts.environment = [environments](const std::string& name) -> absl::StatusOr<spec::EnvironmentSpec> {
    ASSIGN_OR_RETURN(const std::vector<spec::EnvironmentSpec> all, environments->AsWritten());
    for (const spec::EnvironmentSpec& environment : all)
      if (environment.name == name) return environment;
    const auto found = environments->Environment(name);  // which says what there is
    if (found.ok()) return absl::UnavailableError("another cluster.yaml has just come into force");
    return found.status();
  };
  parts.in_force = [operations]() -> absl::StatusOr<SpecText> {
    ASSIGN_OR_RETURN(const auto current, operations->Current());
    if (!current) return absl::NotFoundError("no cluster.yaml is in force");
    return SpecText{current->spec, current->file};
  };
  parts.registry = [world,
                    operations](const spec::EnvironmentSpec& environment) -> absl::StatusOr<ImageDigests> {
    ASSIGN_OR_RETURN(auto registries, RegistriesInForce(operations));
    const auto resolver = std::make_shared<domain::ImageResolver>(environment, std::move(registries),
                                                                  SealedOf(world), world.fetcher);
    return [resolver](const std::string& image) { return resolver->Resolve(image); };
  };
  parts.locks = world.images;
  parts.kube = world.kube;
  return parts;
}

}  // namespace

Upkeep::Upkeep(const World& world, Operations* operations, JobRunner* environments)
    : secrets_(SecretsParts(world, environments)),
      images_(ImagesParts(world, operations, environments)),
      grafanas_(
          {.environment = [environments](const std::string& name) { return environments->Environment(name); },
           .kube = world.kube,
           .clock = world.clock}) {}

}  // namespace devstats::coordinator
