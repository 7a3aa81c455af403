// Who is at the other end of a TLS connection, as its verified certificate says. Needs a transport that has
// verified the certificate (tls.h): this reads, it does not verify.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/identity.h"
#include "grpcpp/security/auth_context.h"

namespace devstats {

struct Peer {
  Identity identity;
  std::string common_name;
  std::string serial;  // lower-case hex
  std::string pin;     // of its key
  absl::Time not_after;
};

// Unauthenticated when there is no certificate; PermissionDenied when it has no identity of ours.
absl::StatusOr<Peer> PeerOf(const grpc::AuthContext& context);

// OK only for the coordinator of `cluster`: the check at the head of every method of an agent. Users have
// certificates of the same authority, so it takes more than a valid one.
absl::Status RequireCoordinator(const grpc::AuthContext& context, absl::string_view cluster);

// "ipv4:10.0.0.1:443", "ipv6:%5B::1%5D:443", "unix:..." as gRPC names peers, without scheme and port: what
// limits and audit lines are kept by.
std::string HostOfPeer(absl::string_view grpc_peer);

}  // namespace devstats
