// What iptables-save prints, as rules that can be followed. Pure.
#pragma once
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/host/packet_filter.h"

namespace devstats::agent {

struct IptablesRules {
  PacketFilter filter;      // of the table "filter", entered at INPUT
  bool has_filter = false;  // whether that table was in the text
};

// ResourceExhausted for more than kMaxFilterRules rules. What is not understood in a rule makes it one that
// asks for something else.
absl::StatusOr<IptablesRules> ParseIptablesSave(absl::string_view text);

// "1024", "1:1024", ":1024", "1024:", separated by commas. Nothing when it is none of these.
std::optional<PortList> ParsePortList(absl::string_view text);

}  // namespace devstats::agent
