#include "coordinator/chart/loader/space.h"

#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// The last character of `text`, which is not empty.
Rune LastRune(absl::string_view text) {
  size_t start = text.size() - 1;
  while (start > 0 && text.size() - start < 4 && (static_cast<uint8_t>(text[start]) & 0xC0) == 0x80) --start;
  const Rune rune = DecodeRune(text.substr(start));
  return start + rune.size == text.size() ? rune : Rune{kRuneError, 1};
}

bool IsPlain(absl::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7e) return false;
  return true;
}

}  // namespace

bool IsSpaceRune(int32_t rune) {
  switch (rune) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
      return true;
    default:
      return rune >= 0x2000 && rune <= 0x200a;
  }
}

absl::string_view TrimSpace(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!IsSpaceRune(rune.code)) break;
    text.remove_prefix(rune.size);
  }
  while (!text.empty()) {
    const Rune rune = LastRune(text);
    if (!IsSpaceRune(rune.code)) break;
    text.remove_suffix(rune.size);
  }
  return text;
}

std::string Sanitize(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    text.remove_prefix(rune.size);
    if (IsSpaceRune(rune.code))
      out += ' ';
    else if (IsPrint(rune.code))
      AppendRune(out, rune.code);
  }
  return out;
}

}  // namespace devstats::chart
