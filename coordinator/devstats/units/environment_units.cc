#include "coordinator/devstats/units/environment_units.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/environment_secrets.h"
#include "coordinator/devstats/patroni/tuning_unit.h"
#include "coordinator/devstats/release_set.h"
#include "coordinator/devstats/render.h"
#include "coordinator/devstats/units/bootstrap_unit.h"
#include "coordinator/devstats/units/capacity_unit.h"
#include "coordinator/devstats/units/grafana_data_unit.h"
#include "coordinator/devstats/units/hosts_unit.h"
#include "coordinator/devstats/units/kept_release.h"
#include "coordinator/devstats/units/patroni_ready_unit.h"
#include "coordinator/devstats/units/projects_unit.h"
#include "coordinator/devstats/units/suspending_client.h"
#include "coordinator/devstats/values.h"
#include "coordinator/kube/units/object_unit.h"
#include "coordinator/release/objects/quantity.h"

namespace devstats::domain {
namespace {

using MadeUnit = absl::StatusOr<std::unique_ptr<Unit>>;
using Projects = std::vector<spec::ProjectSpec>;

constexpr coordinator::Patience kPatience{.deadline = absl::Minutes(15)};

// A unit that keeps what it reaches its environment with.
template <class U>
class Keeping final : public U {
 public:
  template <class... Args>
  explicit Keeping(std::shared_ptr<void> kept, Args&&... args)
      : U(std::forward<Args>(args)...), kept_(std::move(kept)) {}

 private:
  const std::shared_ptr<void> kept_;
};

int64_t MemoryLimitOf(const spec::EnvironmentSpec& environment) {
  const auto it = environment.resources.find("patroni");
  if (it == environment.resources.end()) return 0;
  return release::MilliAmountOf(it->second.limit_memory).value_or(0) / 1000;
}

// Where the environment is reached from outside; empty where only the cluster knows.
std::vector<std::string> AddressesOf(const spec::ClusterSpec& spec,
                                     const spec::EnvironmentSpec& environment) {
  std::vector<std::string> out;
  if (spec.addons.metallb)
    for (const spec::PoolSpec& pool : spec.addons.metallb->pools)
      if (pool.name == environment.name && !pool.address.empty()) out.push_back(pool.address);
  if (!out.empty()) return out;
  for (const spec::NodeSpec& node : spec.nodes) {
    const auto label = node.labels.find("ingress");
    if (label != node.labels.end() && label->second == environment.name)
      out.push_back(node.external_address.empty() ? node.address : node.external_address);
  }
  return out;
}

// Makes the unit of each step of one environment.
class Maker {
 public:
  Maker(const spec::ClusterSpec& spec, const spec::EnvironmentSpec& environment, const Projects& projects,
        const EnvironmentParts& parts)
      : environment_(environment),
        projects_(projects),
        parts_(parts),
        addresses_(AddressesOf(spec, environment)),
        location_(addons::LocationOf({.chart = parts.chart}, spec)),
        access_(std::make_shared<EnvironmentAccess>(environment, parts.sealed, client())) {}

  MadeUnit Make(const SetStep& step) const {
    const std::string id = UnitOf(environment_, step.name);
    switch (step.kind) {
      case SetStep::Kind::kCapacity:
        return Capacity(id);
      case SetStep::Kind::kNamespace:
        return coordinator::MakeNamespacesUnit(id, {environment_.namespace_}, client());
      case SetStep::Kind::kSecrets:
        return std::make_unique<SecretsUnit>(
            SecretsWanted{id, environment_.namespace_, SecretsOf(environment_)}, parts_.sealed, client());
      case SetStep::Kind::kRelease:
        return Release(id, step);
      case SetStep::Kind::kPatroniReady:
        return PatroniReady(id);
      case SetStep::Kind::kParameters:
        return Parameters(id);
      case SetStep::Kind::kGrafanaData:
        return GrafanaData(id);
      case SetStep::Kind::kHosts:
        return Hosts(id);
      case SetStep::Kind::kBootstrap:
        return std::make_unique<BootstrapUnit>(id,
                                               BootstrapUnit::Parts{.access = access_, .jobs = parts_.jobs});
      case SetStep::Kind::kProjects:
        return std::make_unique<ProjectsUnit>(id, ProjectsUnit::Parts{access_, projects_, parts_.jobs});
    }
    return absl::InternalError(id);
  }

 private:
  kube::KubeClient* client() const { return parts_.steps.engine.client; }

  // What the release of a step was given last, by its own record.
  absl::StatusOr<Json> LastOf(const std::string& step) const {
    return LastValues({ReleaseOf(environment_, step), environment_.namespace_}, parts_.steps.engine);
  }

  // Those of its hosts, none of them in another than before.
  absl::StatusOr<Certificates> CertificatesAfter(const Certificates& last) const {
    return CertificatesOf(environment_, HostsOf(environment_, projects_), last);
  }

  absl::StatusOr<Json> ValuesOver(const Json& last, const std::vector<Part>& parts) const {
    Derived derived{.projects = projects_,
                    .schedules = SchedulesOf(environment_, projects_, SchedulesIn(last, environment_))};
    ASSIGN_OR_RETURN(derived.certificates, CertificatesAfter(CertificatesIn(last)));
    return ValuesOf(environment_, derived, parts);
  }

  MadeUnit Release(const std::string& id, const SetStep& step) const {
    ASSIGN_OR_RETURN(Json values, ValuesOver(Json::object(), step.parts), id);
    KeptRelease kept{.step = {.name = ReleaseOf(environment_, step.name),
                              .name_space = environment_.namespace_,
                              .chart = {.chart = parts_.chart},
                              .values = std::move(values),
                              .wait = step.wait,
                              .create_namespace = false,
                              .timeout = absl::Minutes(15)}};
    // A copy of the maker: the graph may be made anew while the unit is at work.
    kept.values = [self = *this, which = step.parts](const Json& last) {
      return self.ValuesOver(last, which);
    };
    RETURN_IF_ERROR(location_.status(), id);
    const auto suspending = std::make_shared<SuspendingClient>(client());
    release::EngineParts engine = parts_.steps.engine;
    engine.client = suspending.get();
    release::ReleaseWanted wanted =
        WantedOf(id, std::move(kept), *location_, parts_.steps.sources, parts_.steps.engine);
    wanted.coordinator = parts_.steps.coordinator;
    wanted.epoch = parts_.steps.epoch;
    return std::make_unique<Keeping<release::ReleaseUnit>>(suspending, std::move(wanted), std::move(engine));
  }

  // All parts with pods at once: those of the releases, and those of jobs.
  absl::StatusOr<std::vector<Json>> Objects() const {
    std::vector<Part> parts{Part::kBootstrap, Part::kProvisions};
    for (const SetStep& step : ReleaseSetOf(environment_))
      for (const Part part : step.parts)
        if (part != Part::kIngress) parts.push_back(part);
    ASSIGN_OR_RETURN(const Json last, LastOf("crons"));
    ASSIGN_OR_RETURN(const Json values, ValuesOver(last, parts));
    return RenderObjects(parts_.chart, values, {ReleaseOf(environment_, "all"), environment_.namespace_},
                         parts_.steps.sources, parts_.steps.engine);
  }

  MadeUnit Capacity(const std::string& id) const {
    CapacityWanted wanted{.id = id, .name_space = environment_.namespace_};
    std::vector<Part> parts;
    for (const SetStep& step : ReleaseSetOf(environment_))
      parts.insert(parts.end(), step.parts.begin(), step.parts.end());
    ASSIGN_OR_RETURN(wanted.inputs, ValuesOver(Json::object(), parts), id);
    wanted.objects = [self = *this] { return self.Objects(); };
    return std::make_unique<CapacityUnit>(std::move(wanted), client());
  }

  MadeUnit PatroniReady(const std::string& id) const {
    PatroniReadyWanted wanted{.id = id,
                              .name_space = environment_.namespace_,
                              .selector = kPostgresSelector,
                              .members = environment_.patroni.members};
    return std::make_unique<Keeping<PatroniReadyUnit>>(access_, std::move(wanted), &access_->patroni(),
                                                       client(), kPatience);
  }

  MadeUnit Parameters(const std::string& id) const {
    patroni::TuningOptions options{
        .wanted = patroni::WantedOf(environment_.patroni),
        .memory_limit = MemoryLimitOf(environment_),
        .nodes = [access = access_] { return access->DatabaseNodes(); },
        .settings = [access = access_](const std::string& pod) { return access->SettingsOf(pod); }};
    return std::make_unique<Keeping<patroni::TuningUnit>>(access_, id, std::move(options),
                                                          &access_->patroni());
  }

  MadeUnit GrafanaData(const std::string& id) const {
    return std::make_unique<GrafanaDataUnit>(WantedGrafanaData(id, environment_, projects_), client(),
                                             kPatience);
  }

  MadeUnit Hosts(const std::string& id) const {
    HostsWanted wanted{.id = id, .addresses = addresses_};
    std::vector<std::string> names;
    for (const ProjectHost& host : HostsOf(environment_, projects_)) names.push_back(host.host);
    wanted.inputs = {{"environment", environment_.name}, {"hosts", names}, {"addresses", wanted.addresses}};
    wanted.certificates = [self = *this]() -> absl::StatusOr<std::pair<Certificates, Certificates>> {
      ASSIGN_OR_RETURN(const Json last, self.LastOf("ingress"));
      Certificates before = CertificatesIn(last);
      ASSIGN_OR_RETURN(Certificates next, self.CertificatesAfter(before));
      return std::make_pair(std::move(before), std::move(next));
    };
    return std::make_unique<HostsUnit>(std::move(wanted), parts_.hosts, kPatience);
  }

  const spec::EnvironmentSpec environment_;
  const Projects projects_;
  const EnvironmentParts parts_;
  const std::vector<std::string> addresses_;
  const absl::StatusOr<addons::ChartLocation> location_;  // of our chart
  const std::shared_ptr<EnvironmentAccess> access_;
};

}  // namespace

absl::StatusOr<std::vector<GraphNode>> EnvironmentUnits(const spec::ClusterSpec& spec,
                                                        const spec::EnvironmentSpec& environment,
                                                        const Projects& projects,
                                                        const std::vector<std::string>& after,
                                                        const EnvironmentParts& parts) {
  const Maker maker(spec, environment, projects, parts);
  std::vector<GraphNode> nodes;
  for (const SetStep& step : ReleaseSetOf(environment)) {
    ASSIGN_OR_RETURN(std::unique_ptr<Unit> unit, maker.Make(step));
    std::vector<std::string> needs;
    for (const std::string& need : step.needs) needs.push_back(UnitOf(environment, need));
    if (needs.empty()) needs = after;
    nodes.push_back({.unit = std::move(unit), .needs = needs, .world = needs});
  }
  return nodes;
}

}  // namespace devstats::domain
