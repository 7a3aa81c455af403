// Frames between front and executor: a 4-byte big-endian length and a protobuf message, on a Unix stream
// socket.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace google::protobuf {
class Message;
}

namespace devstats::agent {

constexpr size_t kMaxFrame = 4 << 20;

// ResourceExhausted over kMaxFrame, Unavailable when the other side is gone. Not thread-safe per socket.
absl::Status WriteFrame(int fd, const google::protobuf::Message& message);
// OutOfRange at a clean end; InvalidArgument when the frame is too large or not such a message;
// DeadlineExceeded when nothing came for `timeout`.
absl::Status ReadFrame(int fd, google::protobuf::Message* message,
                       absl::Duration timeout = absl::InfiniteDuration());

}  // namespace devstats::agent
