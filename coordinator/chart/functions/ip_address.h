// IP addresses as Go reads them: net.ParseIP and net/netip.ParseAddr. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct IpAddress {
  std::string bytes;  // 4 or 16, in the order of the network
  std::string zone;   // of an IPv6 address: what follows %
};

// InvalidArgument "ParseAddr(\"x\"): unable to parse IP".
absl::StatusOr<IpAddress> ParseIpAddress(absl::string_view text);

}  // namespace devstats::chart
