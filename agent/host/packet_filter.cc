#include "agent/host/packet_filter.h"

#include <algorithm>

namespace devstats::agent {
namespace {

constexpr int kMaxJumps = 16;         // as deep as the kernel goes
constexpr int kMaxVisited = 100'000;  // rules looked at for one port

bool Contains(const PortList& list, uint32_t port) {
  return std::any_of(list.begin(), list.end(),
                     [port](const PortRange& range) { return range.first <= port && port <= range.last; });
}

// One packet on its way through the chains.
class Walk {
 public:
  Walk(const PacketFilter& filter, v1::Port::Protocol protocol, uint32_t port)
      : filter_(filter), tcp_(protocol == v1::Port::TCP), port_(port) {}

  std::optional<std::string> From(const PacketFilter::Entry& entry) {
    switch (Follow(entry.chain, {}, 0)) {
      case End::kAccepted:
        return std::nullopt;
      case End::kDropped:
        return dropped_by_;
      case End::kThrough:
        break;
    }
    if (entry.drop.empty()) return std::nullopt;
    return entry.drop;
  }

 private:
  enum class End { kAccepted, kDropped, kThrough };
  // What the rules that led here asked for.
  struct Asked {
    bool somewhere = false, otherwise = false, port = false;
  };

  bool Fits(const FilterRule& rule) const {
    return !rule.never && (tcp_ ? rule.tcp : rule.udp) &&
           std::all_of(rule.ports.begin(), rule.ports.end(),
                       [this](const PortList& list) { return Contains(list, port_); });
  }

  End Follow(const std::string& name, const Asked& before, int depth) {
    const auto chain = filter_.chains.find(name);
    if (chain == filter_.chains.end()) return End::kThrough;  // a target that is no chain: LOG, MARK ...
    if (depth > kMaxJumps) return End::kAccepted;
    for (const FilterRule& rule : chain->second) {
      if (++visited_ > kMaxVisited) return End::kAccepted;
      if (!Fits(rule)) continue;
      const Asked asked = {before.somewhere || rule.somewhere, before.otherwise || rule.otherwise,
                           before.port || !rule.ports.empty()};
      const std::optional<End> end = Obey(rule, asked, depth);
      if (end) return *end;
      // Whoever has come here goes no further than this rule; who has not is judged by what follows the jump.
      const bool ends = rule.act != FilterRule::Act::kNothing && rule.act != FilterRule::Act::kJump;
      if (ends && !rule.somewhere && !rule.otherwise) return End::kThrough;
    }
    return End::kThrough;
  }

  // What a rule that fits makes of the packet; nothing when it is not for it to say.
  std::optional<End> Obey(const FilterRule& rule, const Asked& asked, int depth) {
    switch (rule.act) {
      case FilterRule::Act::kNothing:
        break;
      case FilterRule::Act::kAccept:
        // One that names the port means it, whatever else it asks for.
        if (!asked.otherwise || asked.port) return End::kAccepted;
        break;
      case FilterRule::Act::kDrop:
        if (asked.somewhere || asked.otherwise) break;
        dropped_by_ = rule.text;
        return End::kDropped;
      case FilterRule::Act::kReturn:
        if (!rule.otherwise || asked.port) return End::kThrough;
        break;
      case FilterRule::Act::kJump:
      case FilterRule::Act::kGoto: {
        const End end = Follow(rule.chain, asked, depth + 1);
        if (end != End::kThrough) return end;
        break;
      }
    }
    return std::nullopt;
  }

  const PacketFilter& filter_;
  const bool tcp_;
  const uint32_t port_;
  int visited_ = 0;
  std::string dropped_by_;
};

}  // namespace

std::optional<std::string> InTheWay(const PacketFilter& filter, v1::Port::Protocol protocol, uint32_t port) {
  for (const PacketFilter::Entry& entry : filter.entries)
    if (auto rule = Walk(filter, protocol, port).From(entry)) return rule;
  return std::nullopt;
}

}  // namespace devstats::agent
