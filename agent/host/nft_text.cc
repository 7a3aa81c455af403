#include "agent/host/nft_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::agent {
namespace {

constexpr size_t kMaxShown = 8;  // elements of a set

std::string ListText(const Json& list, absl::string_view separator) {
  std::vector<std::string> texts;
  for (const Json& element : list) {
    if (texts.size() == kMaxShown) {
      texts.emplace_back("...");
      break;
    }
    texts.push_back(NftText(element));
  }
  return absl::StrJoin(texts, separator);
}

std::string PairText(const Json& pair, absl::string_view separator) {
  if (!pair.is_array() || pair.size() != 2) return "...";
  return absl::StrCat(NftText(pair[0]), separator, NftText(pair[1]));
}

}  // namespace

const Json& JsonAt(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string JsonText(const Json& object, const char* key) {
  const Json& value = JsonAt(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::string NftText(const Json& expression) {
  if (expression.is_string()) return expression.get<std::string>();
  if (expression.is_number_integer()) return absl::StrCat(expression.get<int64_t>());
  if (expression.is_array()) return ListText(expression, ",");
  if (const Json& payload = JsonAt(expression, "payload"); payload.is_object())
    return absl::StrCat(JsonText(payload, "protocol"), " ", JsonText(payload, "field"));
  if (const Json& ct = JsonAt(expression, "ct"); ct.is_object())
    return absl::StrCat("ct ", JsonText(ct, "key"));
  if (const Json& meta = JsonAt(expression, "meta"); meta.is_object()) {
    const std::string key = JsonText(meta, "key");
    return key == "iifname" || key == "iif" ? key : absl::StrCat("meta ", key);
  }
  if (const Json& fib = JsonAt(expression, "fib"); fib.is_object())
    return absl::StrCat("fib ", ListText(JsonAt(fib, "flags"), " . "), " ", JsonText(fib, "result"));
  if (const Json& set = JsonAt(expression, "set"); set.is_array())
    return absl::StrCat("{ ", ListText(set, ", "), " }");
  if (const Json& range = JsonAt(expression, "range"); range.is_array()) return PairText(range, "-");
  if (const Json& prefix = JsonAt(expression, "prefix"); prefix.is_object())
    return absl::StrCat(JsonText(prefix, "addr"), "/", NftText(JsonAt(prefix, "len")));
  if (const Json& element = JsonAt(expression, "elem"); element.is_object())
    return NftText(JsonAt(element, "val"));
  return "...";
}

}  // namespace devstats::agent
