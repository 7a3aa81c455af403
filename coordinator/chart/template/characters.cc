#include "coordinator/chart/template/characters.h"

#include "coordinator/chart/value/runes.h"

namespace devstats::chart::tpl {

bool IsNameRune(int32_t code) { return code == '_' || IsLetter(code) || IsDigit(code); }

bool IsBlank(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!chart::IsSpace(rune.code)) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

}  // namespace devstats::chart::tpl
