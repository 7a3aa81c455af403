// What `nft -j list ruleset` prints, as rules that can be followed. Pure.
#pragma once
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/host/packet_filter.h"

namespace devstats::agent {

// The tables of IPv4 and of both (ip, inet), entered at their chains on the hook input. With `skip_iptables`
// without "ip filter", which iptables keeps and prints better itself. InvalidArgument for what is no ruleset,
// ResourceExhausted for more than kMaxFilterRules rules. A rule reads "table inet filter, chain input: tcp
// dport 22 drop"; what is not understood in it makes it one that asks for something else.
absl::StatusOr<PacketFilter> ParseNftRuleset(absl::string_view json, bool skip_iptables);

}  // namespace devstats::agent
