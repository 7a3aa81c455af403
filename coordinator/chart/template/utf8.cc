#include "coordinator/chart/template/utf8.h"

#include <algorithm>
#include <iterator>

#include "coordinator/chart/template/name_runes.h"

namespace devstats::chart::tpl {
namespace {

constexpr int32_t kBadRune = 0xFFFD;

bool IsUnicodeSpace(int32_t code) {
  switch (code) {
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return true;
    default:
      return (code >= '\t' && code <= '\r') || code == ' ' || (code >= 0x2000 && code <= 0x200A);
  }
}

// Bytes of a sequence that begins with `lead`; 0: none does.
int SequenceLength(uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

Rune DecodeRune(absl::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const int length = SequenceLength(lead);
  if (length == 0 || text.size() < static_cast<size_t>(length)) return {kBadRune, 1};
  int32_t code = lead & (0xFF >> (length + 1));
  for (int i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return {kBadRune, 1};
    code = (code << 6) | (next & 0x3F);
  }
  constexpr int32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {kBadRune, 1};
  return {code, length};
}

bool IsNameRune(int32_t code) {
  if (code < 0x80)
    return code == '_' || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
  const auto* const after =
      std::upper_bound(std::begin(kNameRunes), std::end(kNameRunes), code,
                       [](int32_t c, const RuneRange& range) { return c < range.first; });
  return after != std::begin(kNameRunes) && code <= (after - 1)->last;
}

bool IsBlank(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!IsUnicodeSpace(rune.code)) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

}  // namespace devstats::chart::tpl
