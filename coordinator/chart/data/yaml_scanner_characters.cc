// Whether the text has but characters that YAML allows.
#include <algorithm>

#include "coordinator/chart/data/plain_text.h"
#include "coordinator/chart/data/yaml_scanner.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

// go-yaml reads so many bytes at once, and finds what is wrong with them before it looks at the first.
constexpr size_t kChunk = 512;

// As its first byte says; 0: no first byte of a character of more than one.
size_t Utf8Width(char first) {
  const uint8_t lead = static_cast<uint8_t>(first);
  return (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 0;
}

absl::string_view Utf8Problem(absl::string_view text) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  const size_t width = Utf8Width(text[0]);
  if (width == 0) return "invalid leading UTF-8 octet";
  if (text.size() < width) return "incomplete UTF-8 octet sequence";
  int32_t code = lead & (0xff >> (width + 1));
  for (size_t i = 1; i < width; ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return "invalid trailing UTF-8 octet";
    code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  }
  if (code < (width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000)) return "invalid length of a UTF-8 sequence";
  return "invalid Unicode character";
}

}  // namespace

// Finds how far the text can be read.
void YamlScanner::CheckCharacters() {
  size_t at = pos_;
  size_t chunk = 0;  // where the chunk begins in which `at` lies
  while (at < text_.size()) {
    at += PlainPrefix(text_.substr(at));
    if (at == text_.size()) break;
    const uint8_t c = static_cast<uint8_t>(text_[at]);
    size_t width = 1;
    if (c == '\r') {
      odd_breaks_ = true;
    } else if (c >= 0x80) {
      const Rune rune = DecodeRune(text_.substr(at));
      if (rune.Invalid()) {
        reader_problem_ = Utf8Problem(text_.substr(at));
      } else if ((rune.code < 0xa0 && rune.code != 0x85) || rune.code == 0xfffe || rune.code == 0xffff) {
        reader_problem_ = "control characters are not allowed";
      }
      odd_breaks_ |= rune.code == 0x85 || rune.code == 0x2028 || rune.code == 0x2029;
      width = static_cast<size_t>(rune.size);
    } else if (c != '\t') {
      reader_problem_ = "control characters are not allowed";
    }
    if (!reader_problem_.empty()) break;
    at += width;
  }
  end_ = text_.size();
  if (reader_problem_.empty()) return;
  // Chunks end between characters.
  while (chunk + kChunk <= at) {
    chunk += kChunk;
    while ((static_cast<uint8_t>(text_[chunk]) & 0xc0) == 0x80) --chunk;
  }
  const bool cut = at + Utf8Width(text_[at]) > std::min(chunk + kChunk, text_.size());
  end_ = std::max(cut ? at : chunk, pos_);
}

}  // namespace devstats::chart::internal
