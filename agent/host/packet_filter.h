// A firewall's rules for what comes in, whichever tool they were read with, and whether they let a port
// through. What cannot be judged from the rules alone (sources, marks, rates) is never called in the way.
// Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

struct PortRange {
  uint32_t first = 0, last = 0;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};
using PortList = std::vector<PortRange>;

struct FilterRule {
  enum class Act { kNothing, kAccept, kDrop, kReturn, kJump, kGoto };
  std::string text;             // as a person reads it
  bool tcp = true, udp = true;  // the protocols that it fits
  std::vector<PortList> ports;  // the port that is asked for lies in each of these
  bool never = false;      // it fits no first packet from another box: loopback, known connections, multicast
  bool somewhere = false;  // it fits only some sources, interfaces or addresses
  bool otherwise = false;  // it asks for something else: a mark, a rate
  Act act = Act::kNothing;
  std::string chain;  // where kJump and kGoto lead
};

struct PacketFilter {
  struct Entry {
    std::string chain;
    std::string drop;  // its policy as a person reads it, when that is to drop
  };
  std::map<std::string, std::vector<FilterRule>> chains;
  std::vector<Entry> entries;  // each must let a packet pass
};

// More rules than this are not read, and not judged.
inline constexpr size_t kMaxFilterRules = 20'000;

// The rule or policy that keeps a first packet from another box off this port, whoever sends it. Nothing when
// there is none, and when the rules are too tangled to follow.
std::optional<std::string> InTheWay(const PacketFilter& filter, v1::Port::Protocol protocol, uint32_t port);

}  // namespace devstats::agent
