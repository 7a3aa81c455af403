#include "agent/host/nft_rules.h"

#include "absl/strings/str_cat.h"
#include "agent/host/nft_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

std::string Ruleset(const std::string& items) {
  return absl::StrCat(R"({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}})", items,
                      "]}");
}

std::string ChainOf(const std::string& family, const std::string& table, const std::string& name,
                    const std::string& more = "") {
  return absl::StrCat(R"(, {"chain": {"family": ")", family, R"(", "table": ")", table, R"(", "name": ")",
                      name, R"(", "handle": 1)", more, "}}");
}

constexpr char kInput[] = R"(, "type": "filter", "hook": "input", "prio": 0, "policy": "accept")";
constexpr char kInputDrops[] = R"(, "type": "filter", "hook": "input", "prio": 0, "policy": "drop")";

std::string RuleOf(const std::string& family, const std::string& table, const std::string& chain,
                   const std::string& expr) {
  return absl::StrCat(R"(, {"rule": {"family": ")", family, R"(", "table": ")", table, R"(", "chain": ")",
                      chain, R"(", "handle": 2, "expr": [)", expr, "]}}");
}

std::string Match(const std::string& left, const std::string& right, const std::string& op = "==") {
  return absl::StrCat(R"({"match": {"op": ")", op, R"(", "left": )", left, R"(, "right": )", right, "}}, ");
}

constexpr char kDport[] = R"({"payload": {"protocol": "tcp", "field": "dport"}})";
constexpr char kState[] = R"({"ct": {"key": "state"}})";
constexpr char kIif[] = R"({"meta": {"key": "iifname"}})";
constexpr char kSaddr[] = R"({"payload": {"protocol": "ip", "field": "saddr"}})";
constexpr char kDrop[] = R"({"drop": null})", kAccept[] = R"({"accept": null})";

std::string NftWay(const std::string& items, uint32_t port = 6443,
                   v1::Port::Protocol protocol = v1::Port::TCP, bool skip = false) {
  const auto filter = ParseNftRuleset(Ruleset(items), skip);
  EXPECT_TRUE(filter.ok()) << filter.status();
  return InTheWay(*filter, protocol, port).value_or("");
}

// The rule in the way when "inet filter input" has this one.
std::string WithRule(const std::string& expr, uint32_t port = 6443,
                     v1::Port::Protocol protocol = v1::Port::TCP) {
  return NftWay(ChainOf("inet", "filter", "input", kInput) + RuleOf("inet", "filter", "input", expr), port,
                protocol);
}

TEST(Nft, ADropOfThePortReadsAsNftWritesIt) {
  EXPECT_EQ(WithRule(Match(kDport, "6443") + kDrop), "table inet filter, chain input: tcp dport 6443 drop");
  EXPECT_EQ(WithRule(Match(kDport, "6443") + kDrop, 6444), "");
  EXPECT_EQ(WithRule(Match(kDport, "6443") + kDrop, 6443, v1::Port::UDP), "");
  EXPECT_EQ(
      WithRule(Match(kState, R"("new")", "in") + Match(kDport, R"({"set": [22, {"range": [6000, 7000]}]})") +
               R"({"counter": {"packets": 1, "bytes": 2}}, {"reject": {"type": "tcp reset"}})"),
      "table inet filter, chain input: ct state new tcp dport { 22, 6000-7000 } reject");
}

TEST(Nft, ThePolicyIsNamed) {
  EXPECT_EQ(NftWay(ChainOf("inet", "filter", "input", kInputDrops)),
            "table inet filter, chain input: policy drop");
  EXPECT_EQ(NftWay(ChainOf("inet", "filter", "input", kInputDrops) +
                   RuleOf("inet", "filter", "input", Match(kDport, R"({"set": [6443, 10250]})") + kAccept)),
            "");
}

TEST(Nft, WhatIsNarrowerIsNotInTheWay) {
  const std::string narrower[] = {
      Match(kSaddr, R"("192.0.2.7")"),
      Match(kSaddr, R"({"prefix": {"addr": "10.0.0.0", "len": 8}})", "!="),
      Match(kIif, R"("eth1")"),
      Match(kIif, R"("lo")"),
      Match(kState, R"(["established", "related"])", "in"),
      Match(kState, R"("invalid")", "in"),
      Match(kDport, "22", "!="),
      Match(kDport, R"("@unknown")"),
      Match(R"({"meta": {"key": "mark"}})", "1"),
      Match(R"({"meta": {"key": "nfproto"}})", R"("ipv6")"),
      Match(R"({"meta": {"key": "l4proto"}})", R"({"set": ["icmp", "ipv6-icmp"]})"),
      Match(R"({"payload": {"protocol": "ip6", "field": "saddr"}})", R"("fe80::1")"),
      Match(R"({"payload": {"protocol": "icmp", "field": "type"}})", R"("echo-request")"),
      Match(R"({"payload": {"protocol": "tcp", "field": "sport"}})", "53"),
      Match(R"({"payload": {"protocol": "ip", "field": "daddr"}})",
            R"({"prefix": {"addr": "224.0.0.0", "len": 4}})"),
      Match(R"({"fib": {"result": "oif", "flags": ["saddr", "iif"]}})", "false"),
      Match(R"({"fib": {"result": "type", "flags": ["daddr"]}})", R"("local")", "!="),
      Match(R"({"payload": {"protocol": "ip", "field": "protocol"}})", R"("udp")"),
      R"({"limit": {"rate": 3, "per": "minute"}}, )",
      R"({"xt": {"type": "match", "name": "mark"}}, )",
  };
  for (const std::string& expr : narrower) EXPECT_EQ(WithRule(expr + kDrop), "") << expr;
}

TEST(Nft, WhatAFirstPacketAlwaysIsIsNoCondition) {
  const std::string always[] = {
      Match(kIif, R"("lo")", "!="),
      Match(kState, R"(["established", "related"])", "!="),
      Match(kState, R"({"set": ["new", "untracked"]})"),
      Match(R"({"meta": {"key": "nfproto"}})", R"("ipv4")"),
      Match(R"({"meta": {"key": "l4proto"}})", R"({"set": ["tcp", "udp"]})"),
      Match(R"({"meta": {"key": "l4proto"}})", "6"),
      Match(R"({"payload": {"protocol": "th", "field": "dport"}})", "6443"),
      Match(R"({"fib": {"result": "type", "flags": ["daddr"]}})", R"("local")"),
      R"({"log": {"prefix": "x"}}, {"counter": null}, )",
  };
  for (const std::string& expr : always) EXPECT_NE(WithRule(expr + kDrop), "") << expr;
}

TEST(Nft, SetsWithNamesAndVerdictMaps) {
  const std::string set =
      R"(, {"set": {"family": "inet", "name": "open", "table": "filter", "type": "inet_service", "elem": [22, {"elem": {"val": 6443, "timeout": 9}}]}})";
  EXPECT_EQ(NftWay(ChainOf("inet", "filter", "input", kInputDrops) +
                   RuleOf("inet", "filter", "input", Match(kDport, R"("@open")") + kAccept) + set),
            "");
  const std::string states =
      R"({"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["established", {"accept": null}], ["related", {"accept": null}], ["invalid", {"drop": null}]]}}})";
  EXPECT_EQ(WithRule(states), "");
  const std::string ports =
      R"({"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": {"set": [[22, {"accept": null}], [{"elem": {"val": 6443}}, {"drop": null}]]}}})";
  EXPECT_EQ(WithRule(ports), "table inet filter, chain input: tcp dport 6443 drop");
  EXPECT_EQ(WithRule(ports, 22), "");
  const std::string named =
      R"(, {"map": {"family": "inet", "name": "doors", "table": "filter", "type": "ifname", "map": "verdict", "elem": [["lo", {"accept": null}], ["eth0", {"jump": {"target": "world"}}]]}})";
  const std::string by_door = R"({"vmap": {"key": {"meta": {"key": "iifname"}}, "data": "@doors"}})";
  EXPECT_EQ(NftWay(named + ChainOf("inet", "filter", "input", kInputDrops) +
                   ChainOf("inet", "filter", "world") + RuleOf("inet", "filter", "input", by_door) +
                   RuleOf("inet", "filter", "world", Match(kDport, "6443") + kAccept)),
            "");
}

// Zones as firewalld makes them.
std::string Zones(const std::string& last_of_zone) {
  const auto rule = [](const std::string& chain, const std::string& expr) {
    return RuleOf("inet", "firewalld", chain, expr);
  };
  return ChainOf("inet", "firewalld", "filter_INPUT", kInput) +
         ChainOf("inet", "firewalld", "filter_INPUT_ZONES") +
         ChainOf("inet", "firewalld", "filter_IN_public") +
         ChainOf("inet", "firewalld", "filter_IN_public_allow") +
         ChainOf("inet", "firewalld", "filter_IN_trusted") +
         ChainOf("inet", "firewalld", "mangle_PREROUTING",
                 R"(, "type": "filter", "hook": "prerouting", "prio": -140, "policy": "accept")") +
         rule("mangle_PREROUTING", kDrop) +
         rule("filter_INPUT", Match(kState, R"({"set": ["established", "related"]})", "in") + kAccept) +
         rule("filter_INPUT", Match(kIif, R"("lo")") + kAccept) +
         rule("filter_INPUT", R"({"jump": {"target": "filter_INPUT_ZONES"}})") +
         rule("filter_INPUT", Match(kState, R"({"set": ["invalid"]})", "in") + kDrop) +
         rule("filter_INPUT", R"({"reject": {"type": "icmpx", "expr": "admin-prohibited"}})") +
         rule("filter_INPUT_ZONES",
              Match(kIif, R"("eth1")") + R"({"goto": {"target": "filter_IN_trusted"}})") +
         rule("filter_INPUT_ZONES", R"({"goto": {"target": "filter_IN_public"}})") +
         rule("filter_IN_public", R"({"jump": {"target": "filter_IN_public_allow"}})") +
         rule("filter_IN_public", last_of_zone) +
         rule("filter_IN_public_allow",
              Match(kDport, "10250") + Match(kState, R"({"set": ["new", "untracked"]})", "in") + kAccept);
}

TEST(Nft, AFirewallOfZones) {
  const std::string reject = R"({"reject": {"type": "icmpx", "expr": "admin-prohibited"}})";
  EXPECT_EQ(NftWay(Zones(reject), 10250), "");
  EXPECT_EQ(NftWay(Zones(reject)), "table inet firewalld, chain filter_IN_public: reject");
  const std::string icmp =
      Match(R"({"meta": {"key": "l4proto"}})", R"({"set": ["icmp", "ipv6-icmp"]})") + kAccept;
  EXPECT_EQ(NftWay(Zones(icmp)), "table inet firewalld, chain filter_INPUT: reject");
  EXPECT_EQ(NftWay(Zones(icmp) + RuleOf("inet", "firewalld", "filter_IN_trusted", kAccept)), "");
}

// kube-proxy in its mode nftables.
TEST(Nft, WhatTheClusterItselfPutsThereIsNotReported) {
  const auto rule = [](const std::string& chain, const std::string& expr) {
    return RuleOf("ip", "kube-proxy", chain, expr);
  };
  EXPECT_EQ(
      NftWay(
          ChainOf("ip", "kube-proxy", "filter-input", kInput) +
          ChainOf("ip", "kube-proxy", "endpoints-check") + ChainOf("ip", "kube-proxy", "cluster-ips-check") +
          rule("filter-input",
               Match(kState, R"("new")", "in") + R"({"jump": {"target": "endpoints-check"}})") +
          rule("filter-input", R"({"jump": {"target": "cluster-ips-check"}})") +
          rule(
              "endpoints-check",
              R"({"vmap": {"key": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}}, {"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}, "data": {"set": [[{"concat": ["10.96.0.9", "tcp", 6443]}, {"drop": null}]]}}})") +
          rule("cluster-ips-check", Match(R"({"payload": {"protocol": "ip", "field": "daddr"}})",
                                          R"({"set": [{"prefix": {"addr": "10.96.0.0", "len": 12}}]})") +
                                        kDrop)),
      "");
}

TEST(Nft, TablesOfIptablesAreLeftToIptables) {
  const std::string iptables = ChainOf("ip", "filter", "INPUT", kInputDrops);
  EXPECT_EQ(NftWay(iptables), "table ip filter, chain INPUT: policy drop");
  EXPECT_EQ(NftWay(iptables, 6443, v1::Port::TCP, true), "");
  EXPECT_EQ(NftWay(ChainOf("inet", "filter", "input", kInputDrops), 6443, v1::Port::TCP, true),
            "table inet filter, chain input: policy drop");
}

TEST(Nft, OtherFamiliesAndHooksAreNotAsked) {
  for (const char* family : {"ip6", "arp", "bridge", "netdev"})
    EXPECT_EQ(NftWay(ChainOf(family, "t", "input", kInputDrops)), "") << family;
  EXPECT_EQ(
      NftWay(ChainOf("inet", "t", "forward", R"(, "type": "filter", "hook": "forward", "policy": "drop")")),
      "");
  EXPECT_EQ(NftWay(ChainOf("inet", "t", "input", R"(, "type": "nat", "hook": "input", "policy": "drop")")),
            "");
  EXPECT_EQ(NftWay(""), "");
}

TEST(Nft, WhatIsNoRulesetIsAnError) {
  for (const char* bad : {"", "{", "[]", "null", "{\"nftables\": 3}", "Error: syntax"})
    EXPECT_FALSE(ParseNftRuleset(bad, false).ok()) << bad;
  std::string many = ChainOf("inet", "t", "input", kInput);
  for (size_t i = 0; i <= kMaxFilterRules; ++i) many += RuleOf("inet", "t", "input", kAccept);
  EXPECT_TRUE(absl::IsResourceExhausted(ParseNftRuleset(Ruleset(many), false).status()));
}

TEST(Nft, ExpressionsAsText) {
  const auto text = [](const char* json) { return NftText(*ParseJson(json)); };
  EXPECT_EQ(text(R"({"prefix": {"addr": "10.0.0.0", "len": 8}})"), "10.0.0.0/8");
  EXPECT_EQ(text(R"({"fib": {"result": "type", "flags": ["daddr"]}})"), "fib daddr type");
  EXPECT_EQ(text(R"({"meta": {"key": "l4proto"}})"), "meta l4proto");
  EXPECT_EQ(text(R"(["established", "related"])"), "established,related");
  EXPECT_EQ(text(R"({"set": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]})"), "{ 1, 2, 3, 4, 5, 6, 7, 8, ... }");
  EXPECT_EQ(text(R"({"concat": [1, 2]})"), "...");
}

}  // namespace
}  // namespace devstats::agent
