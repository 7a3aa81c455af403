#include "coordinator/server/listeners.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/grpc/server.h"
#include "common/status.h"
#include "coordinator/service/release_request.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_posix.h"

namespace devstats::coordinator {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(2);

// Charts come in one message; two at a time fit into the buffers.
ServerLimits ApiLimits(const std::string& name) {
  return {.name = name, .max_message = kMaxReleaseMessage, .max_memory = size_t{160} << 20};
}

// Without `listen` it takes only the connections that it is handed.
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

}  // namespace

absl::StatusOr<std::unique_ptr<Listeners>> Listeners::Open(const Options& options, const State& state,
                                                           const TlsIdentity& server,
                                                           const ServiceParts& parts, const Clock* clock) {
  std::unique_ptr<Listeners> listeners(new Listeners(state, parts, clock));
  RETURN_IF_ERROR(listeners->Begin(options, server, state.audit.get()));
  return listeners;
}

Listeners::Listeners(const State& state, const ServiceParts& parts, const Clock* clock)
    : remote_guard_(&access::CoordinatorRules(),
                    ByCertificate(state.authority->cluster(), state.grants.get()), state.audit.get(), clock),
      local_guard_(&access::CoordinatorRules(), ByLocalSocket(), state.audit.get(), clock),
      remote_(parts, &remote_guard_),
      local_(parts, &local_guard_),
      enroller_({.authority = state.authority.get(),
                 .tokens = state.tokens.get(),
                 .nodes = state.nodes.get(),
                 .audit = state.audit.get(),
                 .clock = clock}),
      enrolment_(&enroller_) {}

absl::Status Listeners::Begin(const Options& options, const TlsIdentity& server, access::Audit* audit) {
  ASSIGN_OR_RETURN(remote_server_, Serve(&remote_, absl::StrCat(options.listen, ":", options.port),
                                         server.MutualServer(), ApiLimits("api")));
  ASSIGN_OR_RETURN(enrolment_server_,
                   Serve(&enrolment_, absl::StrCat(options.listen, ":", options.enrolment_port),
                         server.OpenServer(), EnrolmentLimits()));
  ASSIGN_OR_RETURN(local_server_, Serve(&local_, "", nullptr, ApiLimits("local")));
  const auto take = [server = local_server_.get()](UniqueFd fd) {
    grpc::AddInsecureChannelFromFd(server, fd.Release());
  };
  ASSIGN_OR_RETURN(socket_, LocalSocket::Listen(options.paths.Socket(), audit, take));
  return absl::OkStatus();
}

void Listeners::Stop() {
  socket_.reset();
  for (auto* server : {remote_server_.get(), enrolment_server_.get(), local_server_.get()})
    server->Shutdown(absl::ToChronoTime(absl::Now() + kGrace));
}

}  // namespace devstats::coordinator
