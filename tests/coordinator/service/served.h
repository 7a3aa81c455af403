// The coordinator's service on a socket, with its guard and its trail; who calls is ann, in a role that a
// test chooses.
#pragma once
#include <memory>
#include <string>

#include "common/grpc/status.h"
#include "coordinator/service/coordinator_service.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::coordinator {

class Served {
 public:
  using Stub = v1::Coordinator::Stub;

  // Of `parts` nothing is owned. It lives in the folder of `world`.
  Served(const ServiceParts& parts, access::World* world, access::Role first)
      : role(first),
        guard_(
            &access::CoordinatorRules(),
            [this](const grpc::ServerContextBase&, Principal* who) {
              *who = {"ann", "01", role};
              return absl::OkStatus();
            },
            world->audit.get(), &world->clock),
        service_(parts, &guard_),
        socket_(world->dir / "api.sock") {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ =
        v1::Coordinator::NewStub(grpc::CreateChannel("unix:" + socket_, grpc::InsecureChannelCredentials()));
  }
  // What is still under way is cut after a while.
  ~Served() { server_->Shutdown(absl::ToChronoTime(absl::Now() + absl::Seconds(1))); }

  const std::string& socket() const { return socket_; }
  Stub& stub() { return *stub_; }
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  access::Role role;  // of who calls from now on

 private:
  Guard guard_;
  CoordinatorService service_;
  const std::string socket_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace devstats::coordinator
