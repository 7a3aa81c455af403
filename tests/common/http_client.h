// Sends bytes to a loopback port and gives what comes back until the other side closes.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "absl/strings/string_view.h"
#include "common/unique_fd.h"

namespace devstats {

inline UniqueFd ConnectLoopback(int port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd.Reset();
  return fd;
}

inline std::string ReadToEnd(int fd) {
  std::string out;
  char buffer[4096];
  ssize_t n = 0;
  while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) out.append(buffer, static_cast<size_t>(n));
  return out;
}

inline std::string Exchange(int port, absl::string_view request) {
  const UniqueFd fd = ConnectLoopback(port);
  send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
  return ReadToEnd(fd.get());
}

}  // namespace devstats
