#include "agent/host/firewall.h"

#include "absl/strings/str_cat.h"
#include "agent/host/iptables_rules.h"
#include "agent/host/nft_rules.h"
#include "common/log.h"

namespace devstats::agent {
namespace {

constexpr size_t kMaxOutput = 4 << 20;

// What a tool prints; nothing when it is not installed, fails, or has too much to say.
std::optional<std::string> Printed(Commands& commands, const std::vector<std::string>& argv) {
  auto result = commands.Observe(argv, {.timeout = absl::Seconds(10), .output_limit = kMaxOutput});
  if (!result.ok() || result->exit_code != 0) return std::nullopt;
  if (!result->truncated) return std::move(result->out);
  log::Info(absl::StrCat(argv[0], " prints more than is read: the firewall is not judged by it"));
  return std::nullopt;
}

}  // namespace

Firewall Firewall::Read(Commands& commands) {
  Firewall firewall;
  // Whether it was there; `table` whether nft would show its table, too.
  auto read = [&](const char* program, bool* table) {
    const auto text = Printed(commands, {program});  // without -t, which loads a module
    if (!text) return false;
    auto rules = ParseIptablesSave(*text);
    if (!rules.ok()) {
      log::Info(rules.status().message());
      return true;
    }
    *table = *table || rules->has_filter;
    firewall.filters_.push_back(std::move(rules->filter));
    return true;
  };
  // By both names: which of them plain iptables-save means is the box's choice.
  bool in_nft = false, elsewhere = false;
  const bool nft_kind = read("iptables-nft-save", &in_nft),
             old_kind = read("iptables-legacy-save", &elsewhere);
  if (!nft_kind && !old_kind) read("iptables-save", &in_nft);
  if (const auto text = Printed(commands, {"nft", "-j", "list", "ruleset"})) {
    auto filter = ParseNftRuleset(*text, in_nft);
    if (filter.ok())
      firewall.filters_.push_back(*std::move(filter));
    else
      log::Info(filter.status().message());
  }
  return firewall;
}

std::optional<std::string> Firewall::InTheWay(v1::Port::Protocol protocol, uint32_t port) const {
  for (const PacketFilter& filter : filters_)
    if (auto rule = agent::InTheWay(filter, protocol, port)) return rule;
  return std::nullopt;
}

}  // namespace devstats::agent
