#include "coordinator/release/objects/quantity.h"

#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace devstats::release {
namespace {

constexpr int kFraction = 9;                            // digits: the finest unit is n
constexpr uint64_t kMost = 1'000'000'000'000'000'000u;  // before its suffix

// What a suffix multiplies by, in n.
std::optional<absl::uint128> UnitOf(absl::string_view suffix) {
  static const auto* const units = [] {
    auto* out =
        new absl::flat_hash_map<absl::string_view, absl::uint128>{{"n", 1}, {"u", 1'000}, {"m", 1'000'000}};
    const absl::uint128 one = 1'000'000'000;
    absl::uint128 decimal = one, binary = one;
    (*out)[""] = one;
    for (const auto& [ten, two] :
         {std::pair("k", "Ki"), {"M", "Mi"}, {"G", "Gi"}, {"T", "Ti"}, {"P", "Pi"}, {"E", "Ei"}}) {
      (*out)[ten] = decimal *= 1000;
      (*out)[two] = binary *= 1024;
    }
    return out;
  }();
  if (const auto unit = units->find(suffix); unit != units->end()) return unit->second;
  int exponent = 0;  // "e3", "E3"
  if ((suffix[0] != 'e' && suffix[0] != 'E') || !absl::SimpleAtoi(suffix.substr(1), &exponent))
    return std::nullopt;
  if (exponent < -kFraction || exponent > 18) return std::nullopt;
  absl::uint128 unit = 1;
  for (int i = -kFraction; i < exponent; ++i) unit *= 10;
  return unit;
}

// In n, without its sign.
std::optional<absl::uint128> AmountOf(absl::string_view text) {
  uint64_t digits = 0;
  int fraction = -1;  // digits behind the point; -1: no point yet
  size_t i = 0;
  for (; i < text.size() && (absl::ascii_isdigit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      if (fraction >= 0) return std::nullopt;
      fraction = 0;
      continue;
    }
    if (digits >= kMost / 10 || fraction == kFraction) return std::nullopt;
    digits = digits * 10 + static_cast<uint64_t>(text[i] - '0');
    fraction += fraction >= 0;
  }
  const auto unit = UnitOf(text.substr(i));
  if (i == 0 || text.substr(0, i) == "." || !unit) return std::nullopt;
  if (digits != 0 && *unit > absl::Uint128Max() / digits) return std::nullopt;
  absl::uint128 amount = *unit * digits;
  for (; fraction > 0; --fraction) {
    if (amount % 10 != 0) return std::nullopt;
    amount /= 10;
  }
  return amount;
}

bool TakeSign(absl::string_view* text) {
  const bool negative = !text->empty() && text->front() == '-';
  if (negative || (!text->empty() && text->front() == '+')) text->remove_prefix(1);
  return negative;
}

}  // namespace

bool IsSameAmount(absl::string_view a, absl::string_view b) {
  if (TakeSign(&a) != TakeSign(&b)) return false;
  const auto left = AmountOf(a);
  return left && left == AmountOf(b);
}

std::optional<int64_t> MilliAmountOf(absl::string_view text) {
  const auto amount = TakeSign(&text) ? std::nullopt : AmountOf(text);
  if (!amount) return std::nullopt;
  const absl::uint128 milli = *amount / 1'000'000 + (*amount % 1'000'000 != 0 ? 1 : 0);
  if (milli > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(milli);
}

}  // namespace devstats::release
