// Which programs hold ports of this box.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/host/host.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

struct PortKey {
  v1::Port::Protocol protocol = v1::Port::TCP;
  uint32_t number = 0;
  friend bool operator<(const PortKey& a, const PortKey& b) {
    return std::tie(a.protocol, a.number) < std::tie(b.protocol, b.number);
  }
  friend bool operator==(const PortKey&, const PortKey&) = default;
};

struct Listener {
  uint32_t port = 0;
  uint64_t inode = 0;  // of the socket
  friend bool operator==(const Listener&, const Listener&) = default;
};
// Those of /proc/net/tcp or tcp6 that listen, or those of udp or udp6 that take packets from anybody. Lines
// that are not understood are left out.
std::vector<Listener> ParseSockets(absl::string_view text, v1::Port::Protocol protocol);

struct PortHolder {
  std::string
      program;  // its first 15 characters, as the kernel keeps them; kKernel when no process has the socket
  uint32_t pid = 0;  // 0 with kKernel
};
inline constexpr char kKernelHolder[] = "kernel";  // a tunnel's port, for example

// Who holds these ports, on whatever address; only ports that are held are in it. Never fails: what cannot be
// read is left out.
std::map<PortKey, std::vector<PortHolder>> FindHolders(const Host& host, const std::set<PortKey>& ports);

// Whether a program by this name, as the kernel keeps it, is the one meant ("kube-apiserver").
bool IsProgram(absl::string_view program, absl::string_view meant);

}  // namespace devstats::agent
