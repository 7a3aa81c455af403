#include "coordinator/server/server.h"

#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/fault.h"
#include "common/grpc/server.h"
#include "common/grpc/tls.h"
#include "common/health.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "common/status.h"
#include "coordinator/assemble/environments.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/nodes/grpc_agent_client.h"
#include "coordinator/server/job_runner.h"
#include "coordinator/server/renewal.h"
#include "coordinator/server/state.h"
#include "coordinator/service/coordinator_service.h"
#include "coordinator/service/enrolment_service.h"
#include "coordinator/service/local_socket.h"
#include "coordinator/service/release_request.h"
#include "coordinator/service/releases.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_posix.h"

namespace devstats::coordinator {
namespace {

constexpr absl::Duration kReload = absl::Seconds(10);
constexpr absl::Duration kGrace = absl::Seconds(2);

// Charts come in one message; two at a time fit into the buffers.
ServerLimits ApiLimits(const std::string& name) {
  return {.name = name, .max_message = kMaxReleaseMessage, .max_memory = size_t{160} << 20};
}

absl::StatusOr<std::unique_ptr<grpc::Server>> Serve(
    grpc::Service* service, const std::string& listen,
    const std::shared_ptr<grpc::ServerCredentials>& credentials, const ServerLimits& limits) {
  grpc::ServerBuilder builder;
  Harden(&builder, limits);
  int port = 0;
  if (!listen.empty()) builder.AddListeningPort(listen, credentials, &port);
  builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || (!listen.empty() && port == 0))
    return Hint(absl::UnavailableError(absl::StrCat("cannot listen on ", listen)),
                "is another process using the port?");
  return server;
}

std::unique_ptr<AgentPool> MakePool(const State& state, const TlsIdentity& client,
                                    const std::atomic<bool>* stopping) {
  return MakeGrpcAgentPool(
      {.cluster_id = state.authority->cluster(),
       .epoch = state.epoch,
       .identity = client,
       .check = [nodes = state.nodes.get()](
                    const std::string& node,
                    const pki::CertificateInfo& info) { return nodes->CheckServer(node, info); },
       .stopping = [stopping] { return stopping->load(); }});
}

}  // namespace

absl::Status RunCoordinator(const Options& options) {
  StopSignal stop;  // before any thread
  std::atomic<bool> stopping{false};
  RETURN_IF_ERROR(EnableFaults(options.faults, options.paths.FaultHits()));
  RETURN_IF_ERROR(access::CheckRules(access::CoordinatorRules(), *access::CoordinatorService()));
  const Clock& clock = SystemClock();
  ASSIGN_OR_RETURN(State state, OpenState(options, &clock));
  ASSIGN_OR_RETURN(
      TlsIdentity server_identity,
      TlsIdentity::Watch(IdentityFiles::In(options.paths.Server(), options.paths.Ca()), kReload));
  ASSIGN_OR_RETURN(
      TlsIdentity client_identity,
      TlsIdentity::Watch(IdentityFiles::In(options.paths.Client(), options.paths.Ca()), kReload));
  std::unique_ptr<AgentPool> agents = MakePool(state, client_identity, &stopping);

  KubernetesAccess kubernetes(options.paths.Kubernetes(), &clock);
  auto is_stopping = [&] { return stopping.load(); };
  const chartsource::SystemEnvironment charts;
  release::Renderings renderings;
  const auto hosts = domain::NewHostProber();
  chartsource::HttpFetcher fetcher("devstats-coordinator/" DEVSTATS_VERSION);
  const World world{.agents = agents.get(),
                    .clock = &clock,
                    .kubernetes = &kubernetes,
                    .secrets = state.secrets.get(),
                    .kube = kubernetes.client(),
                    .persistence = {.go_on = [&] { return !stopping.load(); }},
                    .charts = &charts,
                    .renderings = &renderings,
                    .cluster_id = state.authority->cluster(),
                    .epoch = state.epoch,
                    .fetcher = &fetcher,
                    .chart_cache = options.paths.Charts(),
                    .devstats_chart = options.devstats_chart,
                    .hosts = hosts.get(),
                    .jobs = state.jobs.get()};
  JobRunner job_runner(world, state.operations.get());
  Runner runner(state.operations.get(), state.journal.get(), MakerFor(world), state.boot_id);
  const std::string host = options.advertise.empty() ? DefaultAddress() : options.advertise;
  Api api({.authority = state.authority.get(),
           .tokens = state.tokens.get(),
           .nodes = state.nodes.get(),
           .grants = state.grants.get(),
           .operations = state.operations.get(),
           .runner = &runner,
           .journal = state.journal.get(),
           .world = world,
           .clock = &clock,
           .epoch = state.epoch,
           .address = absl::StrCat(host, ":", options.port),
           .enrolment_address = absl::StrCat(host, ":", options.enrolment_port)});
  Releases releases(world, &runner);
  Jobs jobs({.store = state.jobs.get(),
             .kube = kubernetes.client(),
             .weight = [&](const std::string& environment,
                           const std::string& project) { return job_runner.Weight(environment, project); },
             .wake = [&] { job_runner.Wake(); }});
  Environments environments(
      {.environment = [&](const std::string& name) { return job_runner.Environment(name); },
       .reach =
           [&](const spec::EnvironmentSpec& environment) {
             return ReachOf(environment, SealedOf(world), kubernetes.client());
           },
       .kube = kubernetes.client(),
       .jobs = state.jobs.get(),
       .clock = &clock});
  Guard remote_guard(&access::CoordinatorRules(),
                     ByCertificate(state.authority->cluster(), state.grants.get()), state.audit.get(),
                     &clock);
  Guard local_guard(&access::CoordinatorRules(), ByLocalSocket(), state.audit.get(), &clock);
  CoordinatorService remote(&api, &releases, &jobs, &environments, &remote_guard, is_stopping),
      local(&api, &releases, &jobs, &environments, &local_guard, is_stopping);
  access::Enroller enroller({.authority = state.authority.get(),
                             .tokens = state.tokens.get(),
                             .nodes = state.nodes.get(),
                             .audit = state.audit.get(),
                             .clock = &clock});
  EnrolmentService enrolment(&enroller);

  ASSIGN_OR_RETURN(auto remote_server, Serve(&remote, absl::StrCat(options.listen, ":", options.port),
                                             server_identity.MutualServer(), ApiLimits("api")));
  ASSIGN_OR_RETURN(auto enrolment_server,
                   Serve(&enrolment, absl::StrCat(options.listen, ":", options.enrolment_port),
                         server_identity.OpenServer(), EnrolmentLimits()));
  ASSIGN_OR_RETURN(auto local_server, Serve(&local, "", nullptr, ApiLimits("local")));
  auto take = [&](UniqueFd fd) { grpc::AddInsecureChannelFromFd(local_server.get(), fd.Release()); };
  ASSIGN_OR_RETURN(auto socket, LocalSocket::Listen(options.paths.Socket(), state.audit.get(), take));

  Watchdog watchdog(absl::Seconds(60));
  Renewal renewal({.authority = state.authority.get(),
                   .nodes = state.nodes.get(),
                   .agents = agents.get(),
                   .operations = state.operations.get()},
                  watchdog.Register("renewal"));
  HealthServer health(
      {{.name = "database", .check = [&] { return state.journal->GetValue("epoch").status(); }},
       {.name = "secrets", .check = [&] { return state.secrets->Check(); }},
       {.name = "certificate", .check = [&] {
          return CheckIdentity(IdentityFiles::In(options.paths.Server(), options.paths.Ca()), clock.Now());
        }}});
  RETURN_IF_ERROR(health.Start(options.health_address, options.health_port));
  RETURN_IF_ERROR(runner.Recover());
  job_runner.Start();
  watchdog.Start();
  NotifyReady(absl::StrCat("epoch ", state.epoch));
  log::Info(absl::StrCat("serving cluster ", state.authority->cluster(), ", epoch ", state.epoch));
  absl::Notification stopped;
  stop.OnStop([&] {
    stopping = true;
    stopped.Notify();
  });
  stopped.WaitForNotification();
  NotifyStopping();
  // Here and not in the signal's thread: that may still be in Shutdown when Wait has returned.
  for (auto* server : {remote_server.get(), enrolment_server.get(), local_server.get()})
    server->Shutdown(absl::ToChronoTime(absl::Now() + kGrace));
  socket.reset();
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
