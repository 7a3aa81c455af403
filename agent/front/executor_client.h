// The front's way to the executor: one connection a call, on the Unix socket.
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "devstats/executor/v1/executor.pb.h"

namespace devstats::agent {

class ExecutorClient {
 public:
  explicit ExecutorClient(std::string socket) : socket_(std::move(socket)) {}

  // Sends the request and calls `reply` for each reply until the end, whose error is returned with its hint.
  // A `reply` that returns false hangs up (Cancelled). Unavailable when the executor is not there or died.
  // Thread-safe.
  absl::Status Call(const executor::v1::Request& request,
                    const std::function<bool(const executor::v1::Reply&)>& reply,
                    absl::Duration silence = absl::InfiniteDuration()) const;
  // For requests with exactly one reply.
  absl::StatusOr<executor::v1::Reply> CallOnce(const executor::v1::Request& request,
                                               absl::Duration silence = absl::Seconds(60)) const;

 private:
  absl::StatusOr<int> Connect() const;
  const std::string socket_;
};

}  // namespace devstats::agent
