#include "coordinator/chart/values/set_reader.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {

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
    const Rune rune = DecodeRune(rest_);
    AppendRune(part.text, rune.code);
    rest_.remove_prefix(rune.size);
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
    const Rune rune = DecodeRune(rest_);
    if (!IsSpace(rune.code)) return false;
    rest_.remove_prefix(rune.size);
  }
  return true;
}

std::string QuoteRunes(absl::string_view text) {
  std::string out = "[";
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    absl::StrAppend(&out, out.size() > 1 ? " " : "", QuoteRune(rune.code, /*ascii_only=*/false));
    text.remove_prefix(rune.size);
  }
  return out + "]";
}

}  // namespace devstats::chart
