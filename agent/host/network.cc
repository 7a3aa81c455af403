#include "agent/host/network.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/host/dial.h"
#include "agent/host/firewall.h"
#include "agent/host/listeners.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr int kMaxPorts = 64;

absl::Status CheckRequest(const v1::CheckNetworkRequest& request) {
  if (request.ports_size() > kMaxPorts)
    return absl::InvalidArgumentError(absl::StrCat(request.ports_size(), " ports are more than ", kMaxPorts));
  for (const v1::Port& port : request.ports()) {
    const bool known = port.protocol() == v1::Port::TCP || port.protocol() == v1::Port::UDP;
    if (!known || port.number() < 1 || port.number() > 65535)
      return absl::InvalidArgumentError(absl::StrCat(port.number(), " is no port of TCP or UDP"));
  }
  return absl::OkStatus();
}

PortKey KeyOf(const v1::Port& port) { return {port.protocol(), port.number()}; }

bool MayHold(const v1::Port& port, const PortHolder& holder) {
  return std::any_of(port.holders().begin(), port.holders().end(),
                     [&](const std::string& meant) { return IsProgram(holder.program, meant); });
}

void AddHeld(const Host& host, const v1::CheckNetworkRequest& request, v1::NetworkFindings* findings) {
  std::set<PortKey> keys;
  for (const v1::Port& port : request.ports()) keys.insert(KeyOf(port));
  const auto holders = FindHolders(host, keys);
  for (const v1::Port& port : request.ports()) {
    const auto found = holders.find(KeyOf(port));
    if (found == holders.end()) continue;
    // One that may is enough: a socket can be held by the one that passed it on, too.
    const std::vector<PortHolder>& of_port = found->second;
    if (std::any_of(of_port.begin(), of_port.end(),
                    [&](const PortHolder& holder) { return MayHold(port, holder); }))
      continue;
    v1::HeldPort* held = findings->add_held();
    *held->mutable_port() = port;
    held->set_program(log::Printable(of_port.front().program));
    held->set_pid(of_port.front().pid);
  }
}

void AddBlocked(Commands& commands, const v1::CheckNetworkRequest& request, v1::NetworkFindings* findings) {
  const Firewall firewall = Firewall::Read(commands);
  for (const v1::Port& port : request.ports()) {
    const auto rule = firewall.InTheWay(port.protocol(), port.number());
    if (!rule) continue;
    v1::BlockedPort* blocked = findings->add_blocked();
    *blocked->mutable_port() = port;
    blocked->set_rule(*rule);
  }
}

}  // namespace

absl::StatusOr<v1::NetworkFindings> CheckNetwork(const Host& host, Commands& commands,
                                                 const v1::CheckNetworkRequest& request) {
  RETURN_IF_ERROR(CheckRequest(request));
  std::vector<Endpoint> endpoints;
  std::vector<const v1::Peer*> peers;
  for (const v1::Peer& peer : request.peers()) {
    for (const uint32_t port : peer.tcp_ports()) {
      endpoints.push_back({peer.address(), port, peer.listening()});
      peers.push_back(&peer);
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> errors, Dial(endpoints));
  v1::NetworkFindings findings;
  for (size_t i = 0; i < errors.size(); ++i) {
    if (errors[i].empty()) continue;
    v1::UnreachablePort* unreachable = findings.add_unreachable();
    unreachable->set_node(peers[i]->node());
    unreachable->set_address(peers[i]->address());
    unreachable->set_port(endpoints[i].port);
    unreachable->set_error(errors[i]);
  }
  if (request.ports_size() == 0) return findings;
  AddHeld(host, request, &findings);
  AddBlocked(commands, request, &findings);
  return findings;
}

}  // namespace devstats::agent
