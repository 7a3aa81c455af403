#include "coordinator/chart/loader/space.h"

#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

bool IsPlain(absl::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7e) return false;
  return true;
}

}  // namespace

std::string Sanitize(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    text.remove_prefix(rune.size);
    if (IsSpace(rune.code))
      out += ' ';
    else if (IsPrint(rune.code))
      AppendRune(out, rune.code);
  }
  return out;
}

}  // namespace devstats::chart
