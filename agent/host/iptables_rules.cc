#include "agent/host/iptables_rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/log.h"

namespace devstats::agent {
namespace {

constexpr size_t kMaxRuleText = 300;

// The words of a line; one in quotes may hold blanks.
std::vector<std::string> Words(absl::string_view line) {
  std::vector<std::string> words;
  for (size_t i = 0; i < line.size();) {
    if (line[i] == ' ') {
      ++i;
      continue;
    }
    std::string word;
    bool quoted = false;
    for (; i < line.size() && (quoted || line[i] != ' '); ++i) {
      if (line[i] == '"')
        quoted = !quoted;
      else if (quoted && line[i] == '\\' && i + 1 < line.size())
        word += line[++i];
      else
        word += line[i];
    }
    words.push_back(std::move(word));
  }
  return words;
}

bool Has(absl::string_view list, absl::string_view word) {
  const std::vector<absl::string_view> words = absl::StrSplit(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

// 224.0.0.0/4 and 255.255.255.255.
bool IsMulticast(absl::string_view address) {
  uint32_t first = 0;
  return absl::SimpleAtoi(address.substr(0, address.find('.')), &first) && first >= 224;
}

bool IsLoopback(absl::string_view address) { return absl::StartsWith(address, "127."); }

// Modules that ask for nothing by themselves: only their options count.
bool IsPlainModule(absl::string_view name) {
  for (absl::string_view plain : {"tcp", "udp", "multiport", "comment", "state", "conntrack", "addrtype",
                                  "iprange", "set", "mac", "physdev"})
    if (name == plain) return true;
  return false;
}

// Reads the options of one rule, after its chain, into `rule`.
class OptionReader {
 public:
  OptionReader(const std::vector<std::string>& words, FilterRule* rule) : words_(words), rule_(*rule) {}

  void Read() {
    for (at_ = 2; at_ < words_.size(); ++at_) {
      if (words_[at_] == "!") {
        negated_ = true;
        continue;
      }
      if (words_[at_] == "-j" || words_[at_] == "-g") return Target(words_[at_] == "-g");
      if (absl::StartsWith(words_[at_], "-")) Option(words_[at_]);  // else the value of one not known
      negated_ = false;
    }
  }

 private:
  std::string Next() { return at_ + 1 < words_.size() ? words_[++at_] : ""; }

  void Option(const std::string& name) {
    if (name == "-p") return Protocol(Next());
    if (name == "-s") return Source(Next());
    if (name == "-d") return Destination(Next());
    if (name == "-i") return Interface(Next());
    if (name == "--dport" || name == "--dports" || name == "--ports") return DestinationPorts(Next());
    if (name == "--ctstate" || name == "--state") {
      Ask(Has(Next(), "NEW") != negated_);
    } else if (name == "--tcp-flags") {
      const std::string mask = Next(), set = Next();
      // The first packet has SYN alone.
      const bool fits = Has(mask, "SYN") || mask == "ALL" ? set == "SYN" : set == "NONE";
      Ask(fits != negated_);
    } else if (name == "--syn") {
      Ask(!negated_);
    } else if (name == "--dst-type") {
      Ask(Has(Next(), "LOCAL") != negated_);
    } else if (name == "--src-range" || name == "--dst-range" || name == "--mac-source" ||
               name == "--physdev-in") {
      Next();
      rule_.somewhere = true;
    } else if (name == "--match-set") {
      Next(), Next();
      rule_.somewhere = true;
    } else if (name == "-m") {
      if (!IsPlainModule(Next())) rule_.otherwise = true;
    } else if (name == "--comment") {
      Next();
    } else {
      rule_.otherwise = true;
    }
  }

  void Ask(bool fits) {
    if (!fits) rule_.never = true;
  }

  void Protocol(absl::string_view name) {
    const bool all = name == "all" || name == "0";
    rule_.tcp = rule_.tcp && (all || name == "tcp" || name == "6") != negated_;
    rule_.udp = rule_.udp && (all || name == "udp" || name == "17") != negated_;
  }
  void Source(absl::string_view address) {
    if (address == "0.0.0.0/0") return Ask(!negated_);
    if (!IsLoopback(address))
      rule_.somewhere = true;
    else
      Ask(negated_);
  }
  void Destination(absl::string_view address) {
    if (address == "0.0.0.0/0") return Ask(!negated_);
    if (!IsLoopback(address) && !IsMulticast(address))
      rule_.somewhere = true;
    else
      Ask(negated_);
  }
  void Interface(absl::string_view name) {
    if (name == "+") return Ask(!negated_);
    if (name != "lo")
      rule_.somewhere = true;
    else
      Ask(negated_);
  }
  void DestinationPorts(absl::string_view text) {
    auto list = ParsePortList(text);
    if (list && !negated_)
      rule_.ports.push_back(*std::move(list));
    else
      rule_.otherwise = true;
  }

  // The rest are the target's own options.
  void Target(bool goes) {
    const std::string name = Next();
    using Act = FilterRule::Act;
    if (name == "ACCEPT" || name == "NFQUEUE" ||
        name == "QUEUE") {  // what a program decides is not for us to guess
      rule_.act = Act::kAccept;
    } else if (name == "DROP" || name == "REJECT") {
      rule_.act = Act::kDrop;
    } else if (name == "RETURN") {
      rule_.act = Act::kReturn;
    } else {
      rule_.act = goes ? Act::kGoto : Act::kJump;
      rule_.chain = name;
    }
  }

  const std::vector<std::string>& words_;
  FilterRule& rule_;
  size_t at_ = 0;
  bool negated_ = false;
};

// ":INPUT DROP [0:0]"
void ReadChain(absl::string_view line, PacketFilter* filter) {
  const std::vector<std::string> words = Words(line.substr(1));
  if (words.size() < 2) return;
  filter->chains[words[0]];
  if (words[0] != "INPUT") return;
  filter->entries = {{.chain = "INPUT", .drop = words[1] == "DROP" ? "policy DROP of chain INPUT" : ""}};
}

void ReadRule(absl::string_view line, PacketFilter* filter) {
  const std::vector<std::string> words = Words(line);
  if (words.size() < 2) return;
  FilterRule rule;
  rule.text = log::Printable(line.substr(0, kMaxRuleText));
  OptionReader(words, &rule).Read();
  filter->chains[words[1]].push_back(std::move(rule));
}

}  // namespace

std::optional<PortList> ParsePortList(absl::string_view text) {
  PortList list;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> ends =
        absl::StrSplit(part, absl::MaxSplits(':', 1));
    const bool range = absl::StrContains(part, ":");
    PortRange ports{0, 65535};
    if (!(range && ends.first.empty()) && !absl::SimpleAtoi(ends.first, &ports.first)) return std::nullopt;
    if (!range) ports.last = ports.first;
    if (range && !ends.second.empty() && !absl::SimpleAtoi(ends.second, &ports.last)) return std::nullopt;
    if (ports.last > 65535 || ports.first > ports.last) return std::nullopt;
    list.push_back(ports);
  }
  return list;
}

absl::StatusOr<IptablesRules> ParseIptablesSave(absl::string_view text) {
  IptablesRules rules;
  bool inside = false;
  size_t count = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (absl::StartsWith(line, "*")) inside = line == "*filter";
    rules.has_filter = rules.has_filter || inside;
    if (!inside) continue;
    if (absl::StartsWith(line, ":")) ReadChain(line, &rules.filter);
    if (!absl::StartsWith(line, "-A ")) continue;
    if (++count > kMaxFilterRules)
      return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxFilterRules, " rules of iptables"));
    ReadRule(line, &rules.filter);
  }
  return rules;
}

}  // namespace devstats::agent
