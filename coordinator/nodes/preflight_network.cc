#include "coordinator/nodes/preflight_network.h"

#include <thread>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

using agent::v1::NetworkFindings;
using agent::v1::UnreachablePort;

constexpr int kMaxPeerPorts = 1024;  // that an agent tries at one call

const char* NameOf(agent::v1::Port::Protocol protocol) {
  return protocol == agent::v1::Port::UDP ? "udp" : "tcp";
}

std::string UseOf(const NetworkWanted& wanted, const agent::v1::Port& port) {
  for (const PortWanted& w : wanted.ports)
    if (w.port.protocol() == port.protocol() && w.port.number() == port.number()) return w.use;
  return "";
}

Json PortJson(const NetworkWanted& wanted, const agent::v1::Port& port) {
  return {{"port", port.number()}, {"protocol", NameOf(port.protocol())}, {"use", UseOf(wanted, port)}};
}

std::vector<const UnreachablePort*> UnreachableOf(const NetworkFindings& findings,
                                                  const agent::v1::Peer& peer) {
  std::vector<const UnreachablePort*> ports;
  for (const UnreachablePort& u : findings.unreachable())
    if (u.node() == peer.node()) ports.push_back(&u);
  return ports;
}

bool IsCutOff(const NetworkFindings& findings, const PeerWanted& wanted) {
  const size_t unreachable = UnreachableOf(findings, wanted.peer).size();
  return unreachable > 0 && unreachable == static_cast<size_t>(wanted.peer.tcp_ports_size());
}

// The peers that the box cannot reach at all, though we can. Side by side: those that are away take time.
std::vector<std::string> ReachedByUs(const NetworkWanted& wanted, const NetworkFindings& findings) {
  std::vector<std::string> nodes;
  absl::Mutex mu;
  std::vector<std::thread> threads;
  for (const PeerWanted& w : wanted.peers) {
    if (!IsCutOff(findings, w)) continue;
    threads.emplace_back([&] {
      if (!w.agent->GetFacts().ok()) return;
      absl::MutexLock lock(&mu);
      nodes.push_back(w.peer.node());
    });
  }
  for (std::thread& thread : threads) thread.join();
  return nodes;
}

// In as many calls as an agent's limit on ports takes.
absl::StatusOr<NetworkFindings> Ask(const NetworkWanted& wanted, AgentClient& agent) {
  NetworkFindings findings;
  agent::v1::CheckNetworkRequest request;
  for (const PortWanted& w : wanted.ports) *request.add_ports() = w.port;
  int asked = 0;
  for (const PeerWanted& w : wanted.peers) {
    if (asked + w.peer.tcp_ports_size() > kMaxPeerPorts) {
      ASSIGN_OR_RETURN(const NetworkFindings part, agent.CheckNetwork(request));
      findings.MergeFrom(part);
      request.Clear();
      asked = 0;
    }
    *request.add_peers() = w.peer;
    asked += w.peer.tcp_ports_size();
  }
  ASSIGN_OR_RETURN(const NetworkFindings last, agent.CheckNetwork(request));
  findings.MergeFrom(last);
  return findings;
}

Json PeersJson(const NetworkWanted& wanted, const NetworkFindings& findings,
               const std::vector<std::string>& reached) {
  Json peers = Json::array();
  for (const PeerWanted& w : wanted.peers) {
    const auto ports = UnreachableOf(findings, w.peer);
    if (ports.empty()) continue;
    Json peer = {{"node", w.peer.node()}, {"address", w.peer.address()}};
    if (IsCutOff(findings, w)) {
      peer["error"] = ports.front()->error();
      peer["away"] = absl::c_find(reached, w.peer.node()) == reached.end();
    } else {
      for (const UnreachablePort* u : ports)
        peer["ports"].push_back({{"port", u->port()}, {"error", u->error()}});
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

std::string PortText(const Json& port) {
  const std::string use = port.value("use", "");
  return absl::StrCat("port ", port.value("port", 0), port.value("protocol", "") == "udp" ? "/udp" : "",
                      use.empty() ? "" : absl::StrCat(" (", use, ")"));
}

// By the tool that the rule is of: iptables does not overrule a table of nft.
std::string HowToAllow(const Json& blocked) {
  const std::string protocol = blocked.value("protocol", ""), rule = blocked.value("rule", "");
  const int port = blocked.value("port", 0);
  absl::string_view rest = rule;
  std::string command = absl::StrCat("iptables -I INPUT -p ", protocol, " --dport ", port, " -j ACCEPT");
  if (absl::ConsumePrefix(&rest, "table ")) {
    const std::vector<absl::string_view> table_and_chain =
        absl::StrSplit(rest.substr(0, rest.find(':')), ", chain ");
    if (table_and_chain.size() == 2)
      command = absl::StrCat("nft insert rule ", table_and_chain[0], " ", table_and_chain[1], " ", protocol,
                             " dport ", port, " accept");
  }
  return absl::StrCat("allow it before that rule, for example: ", command, "; with ufw: ufw allow ", port,
                      "/", protocol, "; with firewalld: firewall-cmd --permanent --add-port=", port, "/",
                      protocol);
}

void AddUnreachable(const std::string& node, const Json& peer, std::vector<Trouble>* troubles) {
  const std::string who = absl::StrCat(peer.value("node", ""), " (", peer.value("address", ""), ")");
  const std::string advice =
      "let the boxes of the cluster reach each other: look at the firewalls of both, and of the provider";
  if (peer.contains("away")) {
    if (!peer.value("away", false))
      troubles->push_back(
          {absl::StrCat(who, " cannot be reached at all from ", node, ": ", peer.value("error", "")),
           advice});
    return;
  }
  for (const Json& port : peer.value("ports", Json::array()))
    troubles->push_back({absl::StrCat(node, " cannot reach ", who, " at port ", port.value("port", 0), ": ",
                                      port.value("error", "")),
                         advice});
}

}  // namespace

absl::StatusOr<Json> ObserveNetwork(const NetworkWanted& wanted, AgentClient& agent) {
  absl::StatusOr<NetworkFindings> findings = Ask(wanted, agent);
  if (absl::IsUnimplemented(findings.status())) return Json{{"too-old", true}};
  RETURN_IF_ERROR(findings.status());
  const std::vector<std::string> reached = ReachedByUs(wanted, *findings);
  if (!reached.empty()) {
    ASSIGN_OR_RETURN(findings, Ask(wanted, agent));
  }
  Json held = Json::array(), blocked = Json::array();
  for (const agent::v1::HeldPort& h : findings->held()) {
    held.push_back(PortJson(wanted, h.port()));
    held.back()["program"] = h.program();
  }
  for (const agent::v1::BlockedPort& b : findings->blocked()) {
    blocked.push_back(PortJson(wanted, b.port()));
    blocked.back()["rule"] = b.rule();
  }
  return Json{{"held", held}, {"blocked", blocked}, {"peers", PeersJson(wanted, *findings, reached)}};
}

std::vector<Trouble> NetworkTroubles(const std::string& node, const Json& observed) {
  std::vector<Trouble> troubles;
  for (const Json& port : observed.value("held", Json::array())) {
    const std::string program = port.value("program", "");
    troubles.push_back({absl::StrCat(PortText(port), " of ", node, " is held by ",
                                     program == "kernel" ? "the kernel" : program),
                        "stop that program, or let it use another port; on the box: ss -lntup"});
  }
  for (const Json& port : observed.value("blocked", Json::array()))
    troubles.push_back({absl::StrCat("a firewall rule of ", node, " is in the way of ", PortText(port), ": ",
                                     port.value("rule", "")),
                        HowToAllow(port)});
  for (const Json& peer : observed.value("peers", Json::array())) AddUnreachable(node, peer, &troubles);
  return troubles;
}

std::vector<std::string> NetworkWarnings(const std::string& node, const Json& observed) {
  std::vector<std::string> warnings;
  if (observed.value("too-old", false))
    warnings.push_back(absl::StrCat("the agent of ", node,
                                    " is too old to look at ports and firewall: upgrade devstats-agent"));
  for (const Json& peer : observed.value("peers", Json::array()))
    if (peer.value("away", false))
      warnings.push_back(absl::StrCat(peer.value("node", ""), " (", peer.value("address", ""),
                                      ") cannot be reached at all; its agent does not answer either"));
  return warnings;
}

}  // namespace devstats::coordinator
