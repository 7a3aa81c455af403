// A TCP port of this machine that the kernel has chosen.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

#include "common/unique_fd.h"

namespace devstats {

// Held as long as this lives. Listened on where a backlog is given, else who connects is refused.
class LoopbackPort {
 public:
  explicit LoopbackPort(int backlog = -1, uint32_t on = INADDR_LOOPBACK)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(on);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_.get(), generic, size) != 0 || (backlog >= 0 && listen(fd_.get(), backlog) != 0) ||
        getsockname(fd_.get(), generic, &size) != 0) {
      abort();
    }
    port_ = ntohs(address.sin_port);
  }
  int port() const { return port_; }
  // Nobody after Close.
  UniqueFd Accept() const { return UniqueFd(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  void Close() { shutdown(fd_.get(), SHUT_RDWR); }

 private:
  const UniqueFd fd_;
  int port_ = 0;
};

// One that nobody listens on now.
inline int FreePort() { return LoopbackPort().port(); }

}  // namespace devstats
