// The limits that every server of ours has. Nothing listens without them.
#pragma once
#include <string>

#include "grpcpp/server_builder.h"

namespace devstats {

inline constexpr int kMaxMessageBytes = 4 << 20;

struct ServerLimits {
  std::string name;                       // of its quota, in traces
  int max_message = kMaxMessageBytes;     // received and sent
  int max_streams = 64;                   // at a time, of one connection
  size_t max_memory = size_t{64} << 20;   // of gRPC's buffers, all connections together
  int max_threads = 32;                   // a call that runs holds one; beyond: RESOURCE_EXHAUSTED
};

// Message size, streams, memory, threads, metadata; pings that come too often close the connection, silent
// peers are dropped, a handshake has ten seconds, and no second daemon shares the port.
void Harden(grpc::ServerBuilder* builder, const ServerLimits& limits);

}  // namespace devstats
