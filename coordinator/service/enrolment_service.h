// The one method of the enrolment listener: checks the form, translates; access::Enroller decides.
#pragma once
#include "common/grpc/server.h"
#include "coordinator/access/enrol.h"
#include "devstats/enrolment/v1/enrolment.grpc.pb.h"

namespace devstats::coordinator {

class EnrolmentService final : public enrolment::v1::Enrolment::Service {
 public:
  explicit EnrolmentService(access::Enroller* enroller) : enroller_(enroller) {}  // not owned
  grpc::Status Enrol(grpc::ServerContext* context, const enrolment::v1::EnrolRequest* request,
                     enrolment::v1::EnrolResponse* response) override;

 private:
  access::Enroller* enroller_;
};

// Anybody can call: messages of 64 KiB, few threads, little memory.
ServerLimits EnrolmentLimits();

}  // namespace devstats::coordinator
