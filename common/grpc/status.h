// absl::Status at one end of a call, absl::Status at the other: code, message and the hint survive the way.
#pragma once
#include "absl/status/status.h"
#include "common/status.h"
#include "grpcpp/support/status.h"

namespace devstats {

// What a message and a hint may be long. They travel in HTTP/2 trailers, percent-encoded (three bytes for one
// at worst), and a peer drops trailers above its limit: kMaxMetadataBytes in server.h and tls.h.
inline constexpr size_t kMaxStatusMessage = 4096;
inline constexpr size_t kMaxStatusHint = 1024;
inline constexpr int kMaxMetadataBytes = 32 << 10;

// Cut to the limits above, at a character and marked "...". The hint goes in the error details.
grpc::Status ToGrpc(const absl::Status& status);
// Details that are not ours are dropped: the other side is not always we.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace devstats
