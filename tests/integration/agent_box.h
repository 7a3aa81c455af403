// A box with the real agent, front and executor, in this process: temporary root, real sockets, real certificates.
#pragma once
#include <memory>
#include <string>
#include <thread>

#include "agent/executor/server.h"
#include "agent/front/identity_store.h"
#include "agent/service/agent_service.h"
#include "common/grpc/server.h"
#include "common/grpc/tls.h"
#include "coordinator/nodes/grpc_agent_client.h"
#include "grpcpp/server_builder.h"
#include "tests/agent/box.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats {

class AgentBox {
 public:
  // Enrolled with `world` as `node`.
  AgentBox(access::World* world, const std::string& node) : node_(node), paths_{box.dir.path()} {
    box.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
    agent::IdentityStore store(paths_, &world->clock);
    const std::string csr = access::Must(store.NewRequest(node));
    const std::string certificate =
        access::Must(world->nodes.Issue(node, csr, access::NodeCertificates::Why::kEnrolment));
    EXPECT_TRUE(store.Install(certificate, world->authority->ca_pem()).ok());
    cluster_ = world->authority->cluster();
    StartExecutor();
    StartFront(&world->clock);
  }
  ~AgentBox() {
    front_->Shutdown();
    StopExecutor();
  }

  // As a SIGKILL and a start: connections break, what is on disk stays.
  void RestartExecutor() {
    StopExecutor();
    StartExecutor();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  agent::Box box;

 private:
  void StartExecutor() {
    fence_ = std::make_unique<agent::Fence>(cluster_, box.journal.get());
    steps_ = std::make_unique<agent::Steps>(box.host.get(), box.journal.get(), "boot-1");
    executor_ = std::make_unique<agent::ExecutorService>(box.host.get(), fence_.get(), steps_.get(), box.journal.get());
    server_ = std::make_unique<agent::ExecutorServer>(executor_.get(), ::geteuid());
    ASSERT_TRUE(MakeFolders(box.dir.path() + "/run/devstats-agent").ok());
    ASSERT_TRUE(server_->Listen(paths_.Socket(), ::getegid()).ok());
    serving_ = std::thread([this] { server_->Serve([] {}); });
  }
  void StopExecutor() {
    server_->Stop();
    serving_.join();
    server_.reset();
    executor_.reset();
    steps_.reset();
  }
  void StartFront(const Clock* clock) {
    identity_ = std::make_unique<agent::IdentityStore>(paths_, clock);
    client_ = std::make_unique<agent::ExecutorClient>(paths_.Socket());
    service_ = std::make_unique<agent::AgentService>(client_.get(), identity_.get(), cluster_, node_);
    tls_ = std::make_unique<TlsIdentity>(
        access::Must(TlsIdentity::Watch(IdentityFiles::In(paths_.Identity(), paths_.Ca()), absl::Seconds(1))));
    grpc::ServerBuilder builder;
    Harden(&builder, {.name = "agent"});
    builder.AddListeningPort("127.0.0.1:0", tls_->MutualServer(), &port_);
    builder.RegisterService(service_.get());
    front_ = builder.BuildAndStart();
    ASSERT_TRUE(front_ && port_ != 0);
  }

  const std::string node_;
  const agent::Paths paths_;
  std::string cluster_;
  std::unique_ptr<agent::Fence> fence_;
  std::unique_ptr<agent::Steps> steps_;
  std::unique_ptr<agent::ExecutorService> executor_;
  std::unique_ptr<agent::ExecutorServer> server_;
  std::thread serving_;
  std::unique_ptr<agent::IdentityStore> identity_;
  std::unique_ptr<agent::ExecutorClient> client_;
  std::unique_ptr<agent::AgentService> service_;
  std::unique_ptr<TlsIdentity> tls_;
  std::unique_ptr<grpc::Server> front_;
  int port_ = 0;
};

}  // namespace devstats
