// Apart from log.cc: who only prints does not load the journal's library.
#include "common/log.h"
#include "common/utf8.h"

namespace devstats::log {
namespace {

// Length of the character that `text` begins with; 0 when there is none, or when it is a control character
// (C1: some terminals obey them).
size_t PrintableLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = Utf8Length(text);
  const bool control = (length == 1 && (byte(0) < 0x20 || byte(0) == 0x7f)) ||
                       (length == 2 && byte(0) == 0xc2 && byte(1) < 0xa0);
  return control ? 0 : length;
}

}  // namespace

std::string Printable(absl::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const size_t length = PrintableLength(text)) {
      out.append(text.data(), length);
      text.remove_prefix(length);
    } else {
      const auto c = static_cast<unsigned char>(text[0]);
      out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace devstats::log
