#include "coordinator/server/server.h"

#include <atomic>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/fault.h"
#include "common/grpc/tls.h"
#include "common/health.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "common/status.h"
#include "coordinator/access/roles.h"
#include "coordinator/server/listeners.h"
#include "coordinator/server/renewal.h"
#include "coordinator/server/services.h"
#include "coordinator/server/state.h"
#include "coordinator/server/surroundings.h"

namespace devstats::coordinator {
namespace {

constexpr absl::Duration kReload = absl::Seconds(10), kStale = absl::Seconds(60);

absl::StatusOr<TlsIdentity> IdentityIn(const std::string& folder, const Paths& paths) {
  return TlsIdentity::Watch(IdentityFiles::In(folder, paths.Ca()), kReload);
}

std::vector<HealthCheck> ChecksOf(const State& state, const Paths& paths, const Clock* clock) {
  return {{.name = "database",
           .check = [journal = state.journal.get()] { return journal->GetValue("epoch").status(); }},
          {.name = "secrets", .check = [secrets = state.secrets.get()] { return secrets->Check(); }},
          {.name = "certificate", .check = [paths, clock] {
             return CheckIdentity(IdentityFiles::In(paths.Server(), paths.Ca()), clock->Now());
           }}};
}

void WaitForStop(StopSignal* stop, std::atomic<bool>* stopping) {
  absl::Notification stopped;
  stop->OnStop([&] {
    *stopping = true;
    stopped.Notify();
  });
  stopped.WaitForNotification();
}

}  // namespace

absl::Status RunCoordinator(const Options& options) {
  StopSignal stop;  // before any thread
  std::atomic<bool> stopping{false};
  const auto is_stopping = [&] { return stopping.load(); };
  RETURN_IF_ERROR(EnableFaults(options.faults, options.paths.FaultHits()));
  RETURN_IF_ERROR(access::CheckRules(access::CoordinatorRules(), *access::CoordinatorService()));
  const Clock& clock = SystemClock();

  // Each refers to what stands above it; they go in reverse.
  ASSIGN_OR_RETURN(const State state, OpenState(options, &clock));
  ASSIGN_OR_RETURN(const TlsIdentity server, IdentityIn(options.paths.Server(), options.paths));
  ASSIGN_OR_RETURN(const TlsIdentity client, IdentityIn(options.paths.Client(), options.paths));
  const Surroundings surroundings(options, state, client, &clock, is_stopping);
  Services services(options, state, surroundings.world(), is_stopping);
  ASSIGN_OR_RETURN(const auto listeners, Listeners::Open(options, state, server, services.parts(), &clock));
  Watchdog watchdog(kStale);
  const Renewal renewal({.authority = state.authority.get(),
                         .nodes = state.nodes.get(),
                         .agents = surroundings.world().agents,
                         .operations = state.operations.get()},
                        watchdog.Register("renewal"));
  HealthServer health(ChecksOf(state, options.paths, &clock));

  RETURN_IF_ERROR(health.Start(options.health_address, options.health_port));
  RETURN_IF_ERROR(services.Start());
  watchdog.Start();
  NotifyReady(absl::StrCat("epoch ", state.epoch));
  log::Info(absl::StrCat("serving cluster ", state.authority->cluster(), ", epoch ", state.epoch));
  WaitForStop(&stop, &stopping);
  NotifyStopping();
  listeners->Stop();
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
