// The network's part of the preflight of a box: what its agent finds in the way of the ports that the cluster
// needs, and how that reads.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/nodes/agent_client.h"

namespace devstats::coordinator {

struct PortWanted {
  agent::v1::Port port;
  std::string use;  // "Kubernetes API"
};
struct PeerWanted {
  agent::v1::Peer peer;
  AgentClient* agent = nullptr;  // of that box; not owned
};
struct NetworkWanted {
  std::vector<PortWanted> ports;  // that others must reach on the box
  std::vector<PeerWanted> peers;  // that the box must reach
  bool empty() const { return ports.empty() && peers.empty(); }
};

// Something wrong, and what to do about it.
struct Trouble {
  std::string text;
  std::string advice;  // may be empty
};

// Asks the agent, and once more when a peer that it cannot reach at all answers us: it may have been
// starting. Only verdicts: equal as long as nothing has changed. "too-old": true for an agent that does not
// know the question.
absl::StatusOr<Json> ObserveNetwork(const NetworkWanted& wanted, AgentClient& agent);

// Pure. What of it is wrong, a line each; and what is only to be known: a peer that is simply not there,
// which its own preflight tells.
std::vector<Trouble> NetworkTroubles(const std::string& node, const Json& observed);
std::vector<std::string> NetworkWarnings(const std::string& node, const Json& observed);

}  // namespace devstats::coordinator
