#include "coordinator/server/renewal.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/status.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/spec/spec.h"

namespace devstats::coordinator {
namespace {

constexpr absl::Duration kEvery = absl::Hours(1);
Counter renewals("devstats_coordinator_renewals_total", "Certificates of boxes renewed, by result.",
                 "result");

// Where the boxes are: what the cluster.yaml in force says.
std::map<std::string, std::string> Addresses(Operations* operations) {
  std::map<std::string, std::string> addresses;
  auto current = operations->Current();
  if (!current.ok() || !current->has_value()) return addresses;
  auto spec = spec::ParseClusterSpec((*current)->spec, (*current)->file);
  if (!spec.ok()) return addresses;
  for (const spec::NodeSpec& node : spec->nodes) addresses[node.name] = AgentAddress(node);
  return addresses;
}

void RenewAll(const Renewal::Parts& parts) {
  if (absl::Status own = parts.authority->RenewOwn(); !own.ok())
    log::Error(absl::StrCat("own certificates: ", own.message()));
  auto due = parts.nodes->RenewalDue();
  if (!due.ok()) return log::Error(due.status().message());
  if (due->empty()) return;
  const auto addresses = Addresses(parts.operations);
  for (const access::NodeCertificate& c : *due) {
    auto address = addresses.find(c.node);
    if (address == addresses.end()) continue;
    absl::Status renewed = RenewNode(c.node, parts.nodes, parts.agents->Get(c.node, address->second));
    renewals.Add(1, renewed.ok() ? "ok" : "failed");
    if (!renewed.ok())
      log::Warning(absl::StrCat("certificate of ", c.node, ": ", renewed.message()), {{"NODE", c.node}});
  }
}

}  // namespace

absl::Status RenewNode(const std::string& node, access::NodeCertificates* nodes, AgentClient* agent) {
  ASSIGN_OR_RETURN(const std::string request, agent->BeginRenewal());
  ASSIGN_OR_RETURN(const std::string certificate,
                   nodes->Issue(node, request, access::NodeCertificates::Why::kRenewal));
  return agent->FinishRenewal(certificate);
}

Renewal::Renewal(Parts parts, Watchdog::Loop* loop) : parts_(parts) {
  loop->Beat();
  thread_ = std::thread([this, loop] { Work(loop); });
}

Renewal::~Renewal() {
  {
    absl::MutexLock lock(&mu_);
    stop_ = true;
  }
  thread_.join();
}

void Renewal::Work(Watchdog::Loop* loop) {
  absl::Time next = absl::InfinitePast();
  while (true) {
    loop->Beat();
    if (SystemClock().Now() >= next) {
      RenewAll(parts_);
      next = SystemClock().Now() + kEvery;
    }
    absl::MutexLock lock(&mu_);
    if (mu_.AwaitWithTimeout(absl::Condition(&stop_), absl::Seconds(10))) return;
  }
}

}  // namespace devstats::coordinator
