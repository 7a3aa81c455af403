#include "agent/host/nft_match.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "agent/host/nft_text.h"

namespace devstats::agent {
namespace {

using Values = std::vector<Json>;

bool Holds(const Values& values, const char* text) {
  return std::any_of(values.begin(), values.end(),
                     [text](const Json& value) { return value.is_string() && value == text; });
}

bool Holds(const Values& values, int number) {
  return std::any_of(values.begin(), values.end(),
                     [number](const Json& value) { return value.is_number_integer() && value == number; });
}

bool AllWords(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](const Json& value) { return value.is_string(); });
}

std::optional<uint32_t> PortOf(const Json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<int64_t>();
  if (number < 0 || number > 65535) return std::nullopt;
  return static_cast<uint32_t>(number);
}

std::optional<PortList> PortsOf(const Values& values) {
  PortList list;
  for (const Json& value : values) {
    const Json& range = JsonAt(value, "range");
    const bool is_range = range.is_array() && range.size() == 2;
    const auto first = PortOf(is_range ? range[0] : value), last = PortOf(is_range ? range[1] : value);
    if (!first || !last) return std::nullopt;
    list.push_back({*first, *last});
  }
  return list;
}

// One match, its sides told apart.
class Asking {
 public:
  Asking(const std::string& op, const Values& values, FilterRule* rule)
      : known_(op == "==" || op == "in" || op == "!="), negated_(op == "!="), values_(values), rule_(*rule) {}

  void About(const Json& left) {
    if (const Json& payload = JsonAt(left, "payload"); payload.is_object())
      Payload(JsonText(payload, "protocol"), JsonText(payload, "field"));
    else if (const Json& meta = JsonAt(left, "meta"); meta.is_object())
      Meta(JsonText(meta, "key"));
    else if (JsonText(JsonAt(left, "ct"), "key") == "state")
      OneOf("new");
    else if (IsAddressType(JsonAt(left, "fib")))
      OneOf("local");
    else
      rule_.otherwise = true;
  }

 private:
  static bool IsAddressType(const Json& fib) {
    const Json& flags = JsonAt(fib, "flags");
    return JsonText(fib, "result") == "type" && flags.is_array() && flags.size() == 1 && flags[0] == "daddr";
  }

  // The packet has this word there.
  void OneOf(const char* word) {
    if (!known_ || !AllWords(values_))
      rule_.otherwise = true;
    else if (Holds(values_, word) == negated_)
      rule_.never = true;
  }

  void Payload(const std::string& protocol, const std::string& field) {
    if (protocol == "tcp" || protocol == "udp" || protocol == "th") {
      if (protocol == "tcp") rule_.udp = false;
      if (protocol == "udp") rule_.tcp = false;
      auto ports = PortsOf(values_);
      if (field == "dport" && ports && known_ && !negated_)
        rule_.ports.push_back(*std::move(ports));
      else
        rule_.otherwise = true;
    } else if (protocol == "ip") {
      if (field == "protocol")
        Protocols();
      else if (field == "saddr" || field == "daddr")
        Addresses();
      else
        rule_.otherwise = true;
    } else if (protocol == "ether") {
      rule_.somewhere = true;
    } else {
      rule_.never = true;  // IPv6, ICMP, SCTP ...
    }
  }

  void Meta(const std::string& key) {
    if (key == "l4proto") return Protocols();
    if (key == "nfproto") return OneOf("ipv4");
    if (key == "protocol") return OneOf("ip");
    if (key != "iifname" && key != "iif") {
      rule_.otherwise = true;
    } else if (values_.size() != 1 || values_[0] != "lo" || !known_) {
      rule_.somewhere = true;
    } else if (!negated_) {
      rule_.never = true;
    }
  }

  void Protocols() {
    if (!known_) {
      rule_.otherwise = true;
      return;
    }
    rule_.tcp = rule_.tcp && (Holds(values_, "tcp") || Holds(values_, 6)) != negated_;
    rule_.udp = rule_.udp && (Holds(values_, "udp") || Holds(values_, 17)) != negated_;
  }

  // Those of loopback, multicast and broadcast are never another box's, nor this one's for it.
  void Addresses() {
    auto is_special = [](const Json& value) {
      const std::string address =
          value.is_string() ? value.get<std::string>() : JsonText(JsonAt(value, "prefix"), "addr");
      uint32_t first = 0;
      return absl::SimpleAtoi(address.substr(0, address.find('.')), &first) && (first == 127 || first >= 224);
    };
    if (values_.empty() || !known_ || !std::all_of(values_.begin(), values_.end(), is_special))
      rule_.somewhere = true;
    else if (!negated_)
      rule_.never = true;
  }

  const bool known_, negated_;
  const Values& values_;
  FilterRule& rule_;
};

}  // namespace

void NftAsk(const Json& left, const std::string& op, const std::vector<Json>& values, FilterRule* rule) {
  Asking(op, values, rule).About(left);
}

}  // namespace devstats::agent
