#include "coordinator/server/services.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/assemble/environments.h"

namespace devstats::coordinator {
namespace {

ApiParts ApiPartsOf(const Options& options, const State& state, const World& world, Runner* runner) {
  const std::string host = options.advertise.empty() ? DefaultAddress() : options.advertise;
  return {.authority = state.authority.get(),
          .tokens = state.tokens.get(),
          .nodes = state.nodes.get(),
          .grants = state.grants.get(),
          .operations = state.operations.get(),
          .runner = runner,
          .journal = state.journal.get(),
          .world = world,
          .clock = world.clock,
          .epoch = state.epoch,
          .address = absl::StrCat(host, ":", options.port),
          .enrolment_address = absl::StrCat(host, ":", options.enrolment_port)};
}

JobsParts JobsPartsOf(const World& world, JobRunner* runner) {
  JobsParts parts;
  parts.store = world.jobs;
  parts.kube = world.kube;
  parts.weight = [runner](const std::string& environment, const std::string& project) {
    return runner->Weight(environment, project);
  };
  parts.backup = [runner](const std::string& environment, const std::string& project) {
    return runner->Backup(environment, project);
  };
  return parts;
}

}  // namespace

Services::Services(const Options& options, const State& state, const World& world,
                   std::function<bool()> stopping)
    : job_runner_(world, state.operations.get()),
      runner_(state.operations.get(), state.journal.get(), MakerFor(world), state.boot_id),
      environment_([this](const std::string& name) { return job_runner_.Environment(name); }),
      reach_([world](const spec::EnvironmentSpec& environment) {
        return ReachOf(environment, SealedOf(world), world.kube);
      }),
      api_(ApiPartsOf(options, state, world, &runner_)),
      releases_(world, &runner_),
      jobs_(JobsPartsOf(world, &job_runner_)),
      environments_({.environment = environment_,
                     .reach = reach_,
                     .kube = world.kube,
                     .jobs = world.jobs,
                     .clock = world.clock}),
      databases_({.environment = environment_, .login = LoginOf(SealedOf(world), world.kube)}),
      project_changes_({.read = ReadCatalog,
                        .environment = environment_,
                        .reach = reach_,
                        .kube = world.kube,
                        .jobs = world.jobs}),
      backups_({.environment = environment_, .store = world.jobs, .clock = world.clock}),
      upkeep_(world, state.operations.get(), &job_runner_),
      stopping_(std::move(stopping)) {}

ServiceParts Services::parts() {
  return {.api = &api_,
          .releases = &releases_,
          .jobs = &jobs_,
          .environments = &environments_,
          .project_changes = &project_changes_,
          .databases = &databases_,
          .backups = &backups_,
          .upkeep = upkeep_.calls(),
          .stopping = stopping_};
}

absl::Status Services::Start() {
  RETURN_IF_ERROR(runner_.Recover());
  job_runner_.Start();
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
