#include "coordinator/devstats/host_gate.h"

#include <arpa/inet.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats::domain {
namespace {

using Addresses = std::set<std::string>;

// One way to write each: "::0001" and "::1" are the same.
std::string Canonical(const std::string& address) {
  in6_addr bytes{};
  char text[INET6_ADDRSTRLEN] = "";
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, address.c_str(), &bytes) == 1) return inet_ntop(family, &bytes, text, sizeof text);
  }
  return address;
}

Addresses Canonical(const std::vector<std::string>& addresses) {
  Addresses out;
  for (const std::string& address : addresses) out.insert(Canonical(address));
  return out;
}

// Why a host is not ready; empty: it is.
std::string FaultOf(const std::string& host, const Addresses& wanted, HostProber* prober) {
  const auto resolved = prober->Resolve(host);
  if (absl::IsNotFound(resolved.status())) return "does not resolve";
  if (!resolved.ok()) return absl::StrCat("cannot be resolved: ", resolved.status().message());
  const Addresses found = Canonical(*resolved);
  if (found.empty()) return "does not resolve";
  // One address elsewhere is enough to fail: authorities choose among them, and prefer IPv6.
  if (!wanted.empty() && !std::includes(wanted.begin(), wanted.end(), found.begin(), found.end()))
    return absl::StrCat("leads to ", absl::StrJoin(found, ", "));
  for (const std::string& address : found) {
    if (const absl::Status answers = prober->Answers(host, address); !answers.ok())
      return absl::StrCat("is not answered at ", address, ": ", answers.message());
  }
  return "";
}

}  // namespace

std::vector<HostFault> HostFaultsOf(const std::vector<std::string>& hosts,
                                    const std::vector<std::string>& addresses, HostProber* prober,
                                    int parallel) {
  const Addresses wanted = Canonical(addresses);
  std::vector<std::string> reasons(hosts.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < hosts.size(); i = next++) reasons[i] = FaultOf(hosts[i], wanted, prober);
  };
  {
    std::vector<std::jthread> workers;  // joined here
    const size_t most = std::min(hosts.size(), static_cast<size_t>(std::max(parallel, 1)));
    for (size_t i = 0; i < most; ++i) workers.emplace_back(work);
  }
  std::vector<HostFault> faults;
  for (size_t i = 0; i < hosts.size(); ++i) {
    if (!reasons[i].empty()) faults.push_back({hosts[i], reasons[i]});
  }
  return faults;
}

absl::Status HostGate(const std::vector<std::string>& hosts, const std::vector<std::string>& addresses,
                      HostProber* prober, int parallel) {
  const std::vector<HostFault> faults = HostFaultsOf(hosts, addresses, prober, parallel);
  if (faults.empty()) return absl::OkStatus();
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const HostFault& fault : faults) by_reason[fault.reason].push_back(fault.host);
  const auto line = [](std::string* out, const auto& entry) {
    absl::StrAppend(out, entry.first, " (", absl::StrJoin(entry.second, ", "), ")");
  };
  const std::string where = absl::StrJoin(addresses, " or ");
  return Hint(
      absl::FailedPreconditionError(
          absl::StrCat(faults.size(), " of ", hosts.size(),
                       " hosts are not ready for certificates: ", absl::StrJoin(by_reason, "; ", line))),
      absl::StrCat("let their names (a wildcard will do) lead to ", where.empty() ? "the environment" : where,
                   ", with its ingress controller on port 80"));
}

}  // namespace devstats::domain
