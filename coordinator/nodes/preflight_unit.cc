#include "coordinator/nodes/preflight_unit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

// Whether `address` lies in the network of `own`, which is "10.0.0.5/24".
bool IsNear(const std::string& own, const std::string& address) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(own, absl::MaxSplits('/', 1));
  in_addr here{}, there{};
  int bits = 0;
  if (inet_pton(AF_INET, parts.first.c_str(), &here) != 1 || inet_pton(AF_INET, address.c_str(), &there) != 1 ||
      !absl::SimpleAtoi(parts.second, &bits) || bits < 0 || bits > 32)
    return false;
  const uint32_t mask = bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
  return ((ntohl(here.s_addr) ^ ntohl(there.s_addr)) & mask) == 0;
}

}  // namespace

PreflightUnit::PreflightUnit(PreflightWants wants, AgentClient* agent, const Clock* clock)
    : wants_(std::move(wants)), id_(absl::StrCat("preflight@", wants_.node)), agent_(agent), clock_(clock) {}

Json PreflightUnit::Inputs() const {
  Json ports = Json::array(), peers = Json::array();
  for (const PortWanted& w : wants_.network.ports) ports.push_back(ToJson(w.port));
  for (const PeerWanted& w : wants_.network.peers) peers.push_back(ToJson(w.peer));
  return {{"address", wants_.address},
          {"os", wants_.os},
          {"cgroup2", wants_.cgroup2},
          {"neighbours", wants_.neighbours},
          {"ports", ports},
          {"peers", peers}};
}

// Only verdicts and what does not change by itself: the time itself would make every plan stale.
absl::StatusOr<Json> PreflightUnit::Observe() {
  const absl::Time before = clock_->Now();
  ASSIGN_OR_RETURN(const agent::v1::Facts facts, agent_->GetFacts());
  const absl::Time after = clock_->Now();
  const absl::Time theirs = absl::FromUnixMillis(facts.time_ms());
  // The answer was made somewhere between: only what lies outside is skew.
  const absl::Duration skew = theirs < before  ? before - theirs
                              : theirs > after ? theirs - after
                                               : absl::ZeroDuration();
  std::string own;  // its address, with the length of its network
  for (const agent::v1::Address& a : facts.addresses())
    if (absl::StartsWith(a.address(), wants_.address + "/")) own = a.address();
  Json far = Json::array();
  for (const auto& [node, address] : wants_.neighbours)
    if (!own.empty() && !IsNear(own, address)) far.push_back(absl::StrCat(node, " (", address, ")"));
  Json network = Json::object();
  if (!wants_.network.empty()) {
    ASSIGN_OR_RETURN(network, ObserveNetwork(wants_.network, *agent_));
  }
  const std::set<std::string> warnings(facts.warnings().begin(), facts.warnings().end());
  return Json{
      {"os", absl::StrCat(facts.os_id(), "-", facts.os_version())},
      {"clock", skew <= wants_.max_skew ? "" : absl::FormatDuration(absl::Trunc(skew, absl::Seconds(1)))},
      {"address", own},
      {"far", far},
      {"architecture", facts.architecture()},
      {"cgroup", facts.cgroup_version()},
      {"network", network},
      {kWarnings, warnings}};
}

std::vector<Trouble> PreflightUnit::Troubles(const Json& observed) const {
  const std::string os = observed.value("os", ""), skew = observed.value("clock", "");
  std::vector<Trouble> troubles;
  if (std::find(wants_.supported.begin(), wants_.supported.end(), os) == wants_.supported.end())
    troubles.push_back({absl::StrCat(wants_.node, " runs ", os, ", which is not supported"),
                        absl::StrCat("supported are ", absl::StrJoin(wants_.supported, ", "))});
  else if (!wants_.os.empty() && wants_.os != os)
    troubles.push_back({absl::StrCat(wants_.node, " runs ", os, "; cluster.yaml says ", wants_.os), ""});
  if (!skew.empty())
    troubles.push_back(
        {absl::StrCat("the clock of ", wants_.node, " is off by ", skew),
         "on the box: timedatectl set-ntp true, then wait for \"System clock synchronized: yes\""});
  const std::string own = observed.value("address", "");
  if (own.empty())
    troubles.push_back({absl::StrCat(wants_.node, " does not have the address ", wants_.address),
                        "cluster.yaml and the box disagree: is this box enrolled under the right name?"});
  for (const Json& far : observed.value("far", Json::array()))
    troubles.push_back({absl::StrCat(far.get<std::string>(), " is not in the network of ", wants_.node, " (", own,
                                     "): host-gateway routes within one network only"),
                        "choose kubernetes.cni.kind: manifest, with Calico or flannel"});
  if (wants_.cgroup2 && observed.value("cgroup", 0) == 1)
    troubles.push_back({absl::StrCat(wants_.node, " runs with cgroup v1, on which this kubelet does not start"),
                        "boot it with the kernel parameter systemd.unified_cgroup_hierarchy=1, or write an older "
                        "kubernetes.version (before 1.35)"});
  for (Trouble& trouble : NetworkTroubles(wants_.node, observed.value("network", Json::object())))
    troubles.push_back(std::move(trouble));
  return troubles;
}

absl::StatusOr<UnitPlan> PreflightUnit::Diff(const Json& observed) const {
  std::vector<std::string> lines, advice;
  for (Trouble& trouble : Troubles(observed)) {
    lines.push_back(std::move(trouble.text));
    if (!trouble.advice.empty() && std::find(advice.begin(), advice.end(), trouble.advice) == advice.end())
      advice.push_back(std::move(trouble.advice));
  }
  if (!lines.empty()) {
    const absl::Status wrong = absl::FailedPreconditionError(absl::StrJoin(lines, "\n"));
    return advice.empty() ? wrong : Hint(wrong, absl::StrJoin(advice, "\n"));
  }
  UnitPlan plan;
  for (const Json& warning : observed.value(kWarnings, Json::array()))
    if (warning.is_string()) plan.add_warnings(warning.get<std::string>());
  for (std::string& warning : NetworkWarnings(wants_.node, observed.value("network", Json::object())))
    plan.add_warnings(std::move(warning));
  return plan;
}

}  // namespace devstats::coordinator
