#include "coordinator/service/enrolment_service.h"

#include "common/grpc/peer.h"
#include "common/grpc/status.h"

namespace devstats::coordinator {

grpc::Status EnrolmentService::Enrol(grpc::ServerContext* context, const enrolment::v1::EnrolRequest* request,
                                     enrolment::v1::EnrolResponse* response) {
  if (context->deadline() == std::chrono::system_clock::time_point::max()) {
    return ToGrpc(absl::InvalidArgumentError("Enrol was called without a deadline"));
  }
  const auto enrolled = enroller_->DoEnrol(
      {request->node(), Secret(request->token()), request->csr_pem(), HostOfPeer(context->peer())});
  if (!enrolled.ok()) return ToGrpc(enrolled.status());
  response->set_cluster_id(enrolled->cluster);
  response->set_certificate_pem(enrolled->certificate_pem);
  response->set_ca_pem(enrolled->ca_pem);
  return grpc::Status::OK;
}

ServerLimits EnrolmentLimits() {
  ServerLimits limits;
  limits.name = "enrolment";
  limits.max_message = 64 << 10;
  limits.max_streams = 4;
  limits.max_memory = size_t{16} << 20;
  limits.max_threads = 8;
  return limits;
}

}  // namespace devstats::coordinator
