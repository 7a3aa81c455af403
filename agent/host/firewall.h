// The rules of this box's firewall for what comes in: iptables in both its kinds, and nft.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/host/commands.h"
#include "agent/host/packet_filter.h"

namespace devstats::agent {

class Firewall {
 public:
  // Reads what the tools that are installed print; changes nothing, loads no module. What cannot be read is
  // left out.
  static Firewall Read(Commands& commands);

  // The first rule in the way of the port, or nothing.
  std::optional<std::string> InTheWay(v1::Port::Protocol protocol, uint32_t port) const;

 private:
  std::vector<PacketFilter> filters_;
};

}  // namespace devstats::agent
