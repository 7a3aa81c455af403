#include "agent/front/daemon.h"

#include "absl/synchronization/notification.h"
#include "absl/strings/str_cat.h"
#include "agent/front/executor_client.h"
#include "agent/front/identity_store.h"
#include "agent/service/agent_service.h"
#include "common/grpc/server.h"
#include "common/grpc/tls.h"
#include "common/health.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "common/status.h"
#include "grpcpp/server_builder.h"

namespace devstats::agent {
namespace {

constexpr absl::Duration kReload = absl::Seconds(10);

absl::Status ExecutorAnswers(const ExecutorClient& executor) {
  // An empty request is refused by a living executor with Unimplemented, and that is all we want to know.
  absl::Status status = executor.CallOnce({}, absl::Seconds(2)).status();
  return absl::IsUnimplemented(status) ? absl::OkStatus() : status;
}

absl::Status CertificateValid(const IdentityStore& identity) {
  ASSIGN_OR_RETURN(pki::CertificateInfo info, identity.Current());
  if (info.not_after < SystemClock().Now())
    return Hint(absl::FailedPreconditionError("the certificate has expired"),
                "enrol this box again: devstatsctl node token");
  return absl::OkStatus();
}

}  // namespace

absl::Status RunFront(const FrontOptions& options) {
  StopSignal stop;  // before any thread
  IdentityStore identity(options.paths, &SystemClock());
  auto certificate = identity.Current();
  if (!certificate.ok())
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat("this box is not enrolled: ", certificate.status().message())),
                "on the coordinator: devstatsctl node token NAME; then run here what it prints");
  ASSIGN_OR_RETURN(const Identity self, IdentityOf(certificate->uris), "certificate");
  const IdentityFiles files = IdentityFiles::In(options.paths.Identity(), options.paths.Ca());
  RETURN_IF_ERROR(CheckIdentity(files, SystemClock().Now()));
  ASSIGN_OR_RETURN(TlsIdentity tls, TlsIdentity::Watch(files, kReload));

  ExecutorClient executor(options.paths.Socket());
  AgentService service(&executor, &identity, self.cluster, self.name);
  grpc::ServerBuilder builder;
  Harden(&builder, {.name = "agent"});
  int port = 0;
  builder.AddListeningPort(options.listen, tls.MutualServer(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || port == 0) return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen));

  HealthServer health({{.name = "executor", .check = [&] { return ExecutorAnswers(executor); }},
                       {.name = "certificate", .check = [&] { return CertificateValid(identity); }}});
  RETURN_IF_ERROR(health.Start(options.health_address, options.health_port));
  Watchdog watchdog(absl::Seconds(30));
  watchdog.Start();
  NotifyReady(absl::StrCat("serving as ", self.name));
  log::Info(absl::StrCat("serving as ", self.name, " on ", options.listen), {{"NODE", self.name}});
  absl::Notification stopped;
  stop.OnStop([&stopped] { stopped.Notify(); });
  stopped.WaitForNotification();
  NotifyStopping();
  server->Shutdown(absl::ToChronoTime(absl::Now() + absl::Seconds(2)));
  return absl::OkStatus();
}

}  // namespace devstats::agent
