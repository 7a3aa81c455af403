// What on this box, or between it and others, is in the way of the ports that the cluster needs.
#pragma once
#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Ports held by other programs than those that may hold them, ports that a rule of the firewall keeps closed
// whoever calls, and ports of peers that do not answer; each in the order of the request. UDP is judged by
// the rules alone. Changes nothing. InvalidArgument for a port or address that is none, and for too many of
// them.
absl::StatusOr<v1::NetworkFindings> CheckNetwork(const Host& host, Commands& commands,
                                                 const v1::CheckNetworkRequest& request);

}  // namespace devstats::agent
