// The API for root on the coordinator's own box: a Unix socket whose callers the kernel names (SO_PEERCRED).
// Whoever is not root is closed before gRPC sees a byte.
#pragma once
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/unique_fd.h"
#include "coordinator/access/audit.h"

namespace devstats::coordinator {

class LocalSocket {
 public:
  // Takes each connection of `allowed` (a test gives another uid) to `serve`, which owns the descriptor: it
  // is non-blocking, ready for grpc::AddInsecureChannelFromFd. Refused ones leave a line in `audit` (not
  // owned). A stale socket at `path` is replaced; the new one appears complete, with mode 0600.
  static absl::StatusOr<std::unique_ptr<LocalSocket>> Listen(const std::string& path, access::Audit* audit,
                                                             std::function<void(UniqueFd)> serve,
                                                             uid_t allowed = 0);
  // Stops taking connections and joins; those taken live on. Before the server's Shutdown.
  ~LocalSocket();

 private:
  LocalSocket(std::string path, UniqueFd listener, UniqueFd wake, access::Audit* audit,
              std::function<void(UniqueFd)> serve, uid_t allowed);
  void Run();
  void AcceptOne();

  const std::string path_;
  const UniqueFd listener_, wake_;
  access::Audit* audit_;
  const std::function<void(UniqueFd)> serve_;
  const uid_t allowed_;
  std::thread thread_;
};

}  // namespace devstats::coordinator
