#include "coordinator/chart/values/set_reader.h"

#include "absl/strings/match.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

struct Rune {
  int32_t value = 0xFFFD;
  size_t bytes = 1;
  bool valid = false;
};

// The code point at the head of `text`, which is not empty; overlong forms and surrogates are none.
Rune Decode(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1, true};
  const size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {};
  int32_t value = byte(0) & (0x7F >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr int32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[bytes] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
  return {value, bytes, true};
}

// unicode.IsSpace
bool IsSpace(int32_t rune) {
  return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xA0 || rune == 0x1680 ||
         (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 || rune == 0x202F ||
         rune == 0x205F || rune == 0x3000;
}

}  // namespace

SetReader::Part SetReader::Until(absl::string_view stops) {
  Part part;
  while (!rest_.empty()) {
    if (absl::StrContains(stops, rest_[0])) {
      part.stop = rest_[0];
      rest_.remove_prefix(1);
      return part;
    }
    if (escapes_ && rest_[0] == '\\') {
      rest_.remove_prefix(1);
      if (rest_.empty()) return part;
    }
    const Rune rune = Decode(rest_);
    const absl::string_view bytes = rune.valid ? rest_.substr(0, rune.bytes) : kReplacement;
    part.text.append(bytes.data(), bytes.size());
    rest_.remove_prefix(rune.bytes);
  }
  return part;
}

bool SetReader::Take(char wanted) {
  if (rest_.empty() || rest_[0] != wanted) return false;
  rest_.remove_prefix(1);
  return true;
}

bool SetReader::SkipBlanks() {
  while (!rest_.empty()) {
    if (Take(',')) return true;
    const Rune rune = Decode(rest_);
    if (!IsSpace(rune.value)) return false;
    rest_.remove_prefix(rune.bytes);
  }
  return true;
}

std::string QuoteRunes(absl::string_view text) {
  std::string out = "[";
  while (!text.empty()) {
    const Rune rune = Decode(text);
    absl::StrAppend(&out, out.size() > 1 ? " " : "", QuoteRune(rune.value, /*ascii_only=*/false));
    text.remove_prefix(rune.bytes);
  }
  return out + "]";
}

}  // namespace devstats::chart
