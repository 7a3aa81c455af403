// Before a certificate is asked for: does every host lead to the environment, and does something answer
// there? An authority counts failed attempts, so each of them is a week's patience. A wildcard in DNS is
// fine.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats::domain {

// The network. Thread-safe; every call ends within its time-out.
class HostProber {
 public:
  virtual ~HostProber() = default;
  // All addresses of a host, as text; those of IPv6 where this machine has IPv6. NotFound: it has none.
  virtual absl::StatusOr<std::vector<std::string>> Resolve(const std::string& host) = 0;
  // OK when something speaks HTTP at this address and is asked for this host; whatever it says.
  virtual absl::Status Answers(const std::string& host, const std::string& address) = 0;
};

struct ProberOptions {
  int port = 80;                              // where authorities ask (RFC 8555, 8.3)
  absl::Duration timeout = absl::Seconds(5);  // of each call
};
std::unique_ptr<HostProber> NewHostProber(const ProberOptions& options = {});

struct HostFault {
  std::string host, reason;
  bool operator==(const HostFault&) const = default;
};
// Of `hosts`, those that do not lead to `addresses` alone (none: wherever they lead), or are not answered at
// all of theirs, in order. At most `parallel` are asked at a time.
std::vector<HostFault> HostFaultsOf(const std::vector<std::string>& hosts,
                                    const std::vector<std::string>& addresses, HostProber* prober,
                                    int parallel = 32);

// OK, or FailedPrecondition that lists all faults, those with the same reason together.
absl::Status HostGate(const std::vector<std::string>& hosts, const std::vector<std::string>& addresses,
                      HostProber* prober, int parallel = 32);

}  // namespace devstats::domain
