#include "coordinator/chart/template/characters.h"

#include "coordinator/chart/value/runes.h"

namespace devstats::chart::tpl {
namespace {

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

}  // namespace

bool IsNameRune(int32_t code) { return code == '_' || IsLetter(code) || IsDigit(code); }

bool IsBlank(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (!IsUnicodeSpace(rune.code)) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

}  // namespace devstats::chart::tpl
