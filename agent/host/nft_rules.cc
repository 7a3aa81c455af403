#include "agent/host/nft_rules.h"

#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/nft_match.h"
#include "agent/host/nft_text.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

using Act = FilterRule::Act;

constexpr size_t kMaxRuleText = 300;

// What a statement does with a packet that has come to it. False when it is no verdict.
bool SetVerdict(const Json& statement, const std::string& table, FilterRule* rule) {
  if (!statement.is_object() || statement.size() != 1) return false;
  const std::string name = statement.begin().key();
  rule->chain.clear();
  if (name == "accept" || name == "queue") {  // what a program decides is not for us to guess
    rule->act = Act::kAccept;
  } else if (name == "drop" || name == "reject") {
    rule->act = Act::kDrop;
  } else if (name == "return") {
    rule->act = Act::kReturn;
  } else if (name == "jump" || name == "goto") {
    rule->act = name == "jump" ? Act::kJump : Act::kGoto;
    rule->chain = absl::StrCat(table, " ", JsonText(statement.begin().value(), "target"));
  } else {
    return false;
  }
  return true;
}

std::string VerdictText(const Json& statement) {
  const std::string target = JsonText(statement.begin().value(), "target");
  return target.empty() ? statement.begin().key() : absl::StrCat(statement.begin().key(), " ", target);
}

// Statements that let every packet go on.
bool LetsPass(const Json& statement) {
  for (const char* name : {"counter", "log", "notrack", "mangle", "set", "map", "last"})
    if (statement.is_object() && statement.contains(name)) return true;
  return false;
}

// The rules and sets of a ruleset; see ParseNftRuleset.
class Reader {
 public:
  explicit Reader(bool skip_iptables) : skip_iptables_(skip_iptables) {}

  absl::StatusOr<PacketFilter> Read(const Json& items) {
    for (const Json& item : items) {
      for (const char* kind : {"set", "map"})
        if (const Json& set = JsonAt(item, kind); IsMeant(set))
          sets_[absl::StrCat(TableOf(set), " @", JsonText(set, "name"))] = &JsonAt(set, "elem");
      if (const Json& chain = JsonAt(item, "chain"); IsMeant(chain)) AddChain(chain);
    }
    for (const Json& item : items)
      if (const Json& rule = JsonAt(item, "rule"); IsMeant(rule)) RETURN_IF_ERROR(AddRule(rule));
    return std::move(filter_);
  }

 private:
  bool IsMeant(const Json& item) const {
    const std::string family = JsonText(item, "family");
    if (family == "inet") return true;
    return family == "ip" && !(skip_iptables_ && JsonText(item, "table") == "filter");
  }
  static std::string TableOf(const Json& item) {
    return absl::StrCat(JsonText(item, "family"), " ", JsonText(item, "table"));
  }

  void AddChain(const Json& chain) {
    const std::string name = JsonText(chain, "name"), key = absl::StrCat(TableOf(chain), " ", name);
    filter_.chains[key];
    if (JsonText(chain, "hook") != "input" || JsonText(chain, "type") != "filter") return;
    const bool drops = JsonText(chain, "policy") == "drop";
    filter_.entries.push_back({.chain = key,
                               .drop = drops ? log::Printable(absl::StrCat("table ", TableOf(chain),
                                                                           ", chain ", name, ": policy drop"))
                                             : ""});
  }

  absl::Status AddRule(const Json& json) {
    table_ = TableOf(json);
    chain_ = JsonText(json, "chain");
    FilterRule rule;
    std::string words;
    for (const Json& statement : JsonAt(json, "expr")) {
      if (const Json& match = JsonAt(statement, "match"); match.is_object()) {
        NftAsk(JsonAt(match, "left"), JsonText(match, "op"), Elements(JsonAt(match, "right")), &rule);
        const std::string op = JsonText(match, "op");
        absl::StrAppend(&words, NftText(JsonAt(match, "left")),
                        op == "in" || op == "==" ? " " : absl::StrCat(" ", op, " "),
                        NftText(JsonAt(match, "right")), " ");
      } else if (const Json& vmap = JsonAt(statement, "vmap"); vmap.is_object()) {
        RETURN_IF_ERROR(AddVerdictMap(vmap, rule, words));
      } else if (SetVerdict(statement, table_, &rule)) {
        return Add(rule, absl::StrCat(words, VerdictText(statement)));
      } else if (!LetsPass(statement)) {
        rule.otherwise = true;
        absl::StrAppend(&words, "... ");
      }
    }
    return absl::OkStatus();
  }

  // One rule for each key.
  absl::Status AddVerdictMap(const Json& vmap, const FilterRule& before, const std::string& words) {
    for (const Json& pair : Elements(JsonAt(vmap, "data"))) {
      if (!pair.is_array() || pair.size() != 2) continue;
      FilterRule rule = before;
      if (!SetVerdict(pair[1], table_, &rule)) continue;
      NftAsk(JsonAt(vmap, "key"), "==", Elements(pair[0]), &rule);
      RETURN_IF_ERROR(Add(rule, absl::StrCat(words, NftText(JsonAt(vmap, "key")), " ", NftText(pair[0]), " ",
                                             VerdictText(pair[1]))));
    }
    return absl::OkStatus();
  }

  absl::Status Add(FilterRule rule, const std::string& words) {
    if (++count_ > kMaxFilterRules)
      return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxFilterRules, " rules of nft"));
    rule.text = log::Printable(
        absl::StrCat("table ", table_, ", chain ", chain_, ": ", words).substr(0, kMaxRuleText));
    filter_.chains[absl::StrCat(table_, " ", chain_)].push_back(std::move(rule));
    return absl::OkStatus();
  }

  // An element of a set may have a counter or a time-out beside its value.
  static const Json& ValueOf(const Json& value) {
    const Json& element = JsonAt(value, "elem");
    return element.is_object() ? JsonAt(element, "val") : value;
  }

  // The values of the right side: one, those of a set written there, or those of a set with a name.
  std::vector<Json> Elements(const Json& right) const {
    const Json* list = &right;
    if (right.is_string() && absl::StartsWith(right.get_ref<const std::string&>(), "@")) {
      const auto found = sets_.find(absl::StrCat(table_, " ", right.get_ref<const std::string&>()));
      if (found == sets_.end()) return {};
      list = found->second;
    } else if (const Json& set = JsonAt(right, "set"); set.is_array()) {
      list = &set;
    }
    if (!list->is_array()) return {ValueOf(*list)};
    std::vector<Json> values;
    for (const Json& value : *list) {
      if (values.size() == kMaxFilterRules) break;
      values.push_back(ValueOf(value));
    }
    return values;
  }

  const bool skip_iptables_;
  PacketFilter filter_;
  std::map<std::string, const Json*> sets_;
  std::string table_, chain_;  // of the rule that is read
  size_t count_ = 0;
};

}  // namespace

absl::StatusOr<PacketFilter> ParseNftRuleset(absl::string_view json, bool skip_iptables) {
  ASSIGN_OR_RETURN(const Json ruleset, ParseJson(json), "nft");
  const Json& items = JsonAt(ruleset, "nftables");
  if (!items.is_array()) return absl::InvalidArgumentError("nft: no ruleset");
  return Reader(skip_iptables).Read(items);
}

}  // namespace devstats::agent
