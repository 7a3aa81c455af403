// Where calls come in: the API for operators (by certificate) and for root of this box (by the Unix socket),
// and enrolment for boxes that have no certificate yet.
#pragma once
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/grpc/tls.h"
#include "coordinator/access/enrol.h"
#include "coordinator/server/options.h"
#include "coordinator/server/state.h"
#include "coordinator/service/coordinator_service.h"
#include "coordinator/service/enrolment_service.h"
#include "coordinator/service/guard.h"
#include "coordinator/service/local_socket.h"
#include "grpcpp/server.h"

namespace devstats::coordinator {

class Listeners {
 public:
  // Takes calls from now on. Unavailable, naming the address, when one cannot be listened on. Neither
  // `state`, what `parts` refers to, nor `clock` is owned.
  static absl::StatusOr<std::unique_ptr<Listeners>> Open(const Options& options, const State& state,
                                                         const TlsIdentity& server, const ServiceParts& parts,
                                                         const Clock* clock);
  Listeners(const Listeners&) = delete;
  // Takes no more calls; those that are under way have a moment to end, then they are cut. Not from a
  // signal's thread: it may still be in here when whoever waited for the signal goes on and destroys this.
  void Stop();

 private:
  Listeners(const State& state, const ServiceParts& parts, const Clock* clock);
  absl::Status Begin(const Options& options, const TlsIdentity& server, access::Audit* audit);

  Guard remote_guard_, local_guard_;
  CoordinatorService remote_, local_;
  access::Enroller enroller_;
  EnrolmentService enrolment_;
  // Servers go before the services that they call, the socket before the server that it hands connections to.
  std::unique_ptr<grpc::Server> remote_server_, enrolment_server_, local_server_;
  std::unique_ptr<LocalSocket> socket_;
};

}  // namespace devstats::coordinator
