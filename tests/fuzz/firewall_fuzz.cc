// What iptables-save and nft print, followed for a few ports.
#include "agent/host/iptables_rules.h"
#include "agent/host/nft_rules.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace agent = devstats::agent;

void Follow(const agent::PacketFilter& filter) {
  for (const auto protocol : {agent::v1::Port::TCP, agent::v1::Port::UDP})
    for (const uint32_t port : {22u, 6443u, 8472u})
      if (const auto rule = agent::InTheWay(filter, protocol, port))
        REQUIRE(!rule->empty() && rule->size() <= 2048);
}

}  // namespace

FUZZ_TARGET(firewall) {
  if (const auto rules = agent::ParseIptablesSave(input); rules.ok()) Follow(rules->filter);
  for (const bool skip : {false, true})
    if (const auto filter = agent::ParseNftRuleset(input, skip); filter.ok()) Follow(*filter);
  if (const auto list = agent::ParsePortList(input))
    for (const agent::PortRange& range : *list) REQUIRE(range.first <= range.last && range.last <= 65535);
}
