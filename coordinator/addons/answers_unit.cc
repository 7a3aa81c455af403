#include "coordinator/addons/answers_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::addons {
namespace {

using kube::At;
using kube::TextAt;

std::vector<std::string> AddressesOf(const Json& service) {
  std::vector<std::string> addresses;
  for (const Json& ingress : At(service, {"status", "loadBalancer", "ingress"}))
    if (const std::string ip = TextAt(ingress, {"ip"}); !ip.empty()) addresses.push_back(ip);
  return addresses;
}

// What whoever gives addresses says of it: the newest warning.
std::string LastWarning(kube::KubeClient& client, const std::string& name_space, const std::string& name) {
  const auto events = client.List({.api_version = "v1",
                                   .kind = "Event",
                                   .namespace_ = name_space,
                                   .field_selector = absl::StrCat("involvedObject.name=", name)});
  if (!events.ok()) return "";
  std::string when, text;
  for (const Json& event : events->items) {
    const std::string time = TextAt(event, {"lastTimestamp"});
    if (TextAt(event, {"type"}) != "Warning" || time < when) continue;
    when = time;
    text = absl::StrCat(": ", TextAt(event, {"reason"}), ": ", TextAt(event, {"message"}));
  }
  return text;
}

}  // namespace

Json AnswersUnit::Inputs() const {
  Json nodes = Json::object();
  for (const AnswersStep::OnNode& node : step_.nodes) nodes[node.node] = node.address;
  return {{"namespace", step_.name_space},
          {"release", step_.release},
          {"address", step_.address},
          {"ports", step_.ports},
          {"nodes", nodes}};
}

AnswersUnit::Reasons AnswersUnit::MissingAt(const std::string& address, const std::string& node) {
  agent::v1::CheckNetworkRequest request;
  agent::v1::Peer* peer = request.add_peers();
  peer->set_node(node);
  peer->set_address(address);
  peer->set_listening(true);
  for (const int port : step_.ports) peer->add_tcp_ports(static_cast<uint32_t>(port));
  std::string away = "there is no box to try it from";
  // The box that holds the address only if there is no other one.
  std::vector<const Caller*> order;
  for (const Caller& caller : callers_)
    if (caller.address != address) order.push_back(&caller);
  for (const Caller& caller : callers_)
    if (order.empty()) order.push_back(&caller);
  for (const Caller* caller : order) {
    const auto findings = caller->agent->CheckNetwork(request);
    if (!findings.ok()) {
      away = absl::StrCat(caller->node, ": ", findings.status().message());
      continue;
    }
    Reasons reasons;
    for (const agent::v1::UnreachablePort& port : findings->unreachable())
      reasons.push_back(
          absl::StrCat(address, ":", port.port(), " does not answer ", caller->node, ": ", port.error()));
    return reasons;
  }
  return {absl::StrCat(address, " was not tried: ", away)};
}

absl::StatusOr<AnswersUnit::Reasons> AnswersUnit::MissingOfService() {
  ASSIGN_OR_RETURN(
      const kube::ObjectList services,
      client_->List({.api_version = "v1",
                     .kind = "Service",
                     .namespace_ = step_.name_space,
                     .label_selector = absl::StrCat("app.kubernetes.io/instance=", step_.release)}));
  Reasons reasons;
  for (const Json& service : services.items) {
    if (TextAt(service, {"spec", "type"}) != "LoadBalancer") continue;
    const std::string name = TextAt(service, {"metadata", "name"});
    const std::string what = absl::StrCat("Service ", step_.name_space, "/", name);
    const std::vector<std::string> addresses = AddressesOf(service);
    const bool asked = step_.address.empty() ||
                       std::find(addresses.begin(), addresses.end(), step_.address) != addresses.end();
    if (addresses.empty())
      reasons.push_back(
          absl::StrCat(what, " has no address yet", LastWarning(*client_, step_.name_space, name)));
    else if (!asked)
      reasons.push_back(
          absl::StrCat(what, " has address ", absl::StrJoin(addresses, ", "), ", not ", step_.address));
    else
      return MissingAt(step_.address.empty() ? addresses[0] : step_.address, "");
  }
  if (reasons.empty())
    reasons.push_back(absl::StrCat("release ", step_.name_space, "/", step_.release,
                                   " has no Service of type LoadBalancer"));
  return reasons;
}

absl::StatusOr<AnswersUnit::Reasons> AnswersUnit::Missing() {
  Reasons reasons;
  if (step_.nodes.empty()) {
    ASSIGN_OR_RETURN(reasons, MissingOfService());
  }
  for (const AnswersStep::OnNode& node : step_.nodes)
    for (std::string& reason : MissingAt(node.address, node.node)) reasons.push_back(std::move(reason));
  for (std::string& reason : reasons) reason = log::Printable(reason);
  return reasons;
}

}  // namespace devstats::addons
