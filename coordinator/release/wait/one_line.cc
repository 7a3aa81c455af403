#include "coordinator/release/wait/one_line.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/log.h"

namespace devstats::release {

std::string OneLine(absl::string_view text, size_t bytes) {
  text = absl::StripAsciiWhitespace(text);
  const bool cut = text.size() > bytes;
  if (cut) {
    size_t end = bytes;
    while (end > 0 && (text[end] & 0xc0) == 0x80) --end;  // not within a character
    text = text.substr(0, end);
  }
  std::string out = log::Printable(absl::StrReplaceAll(text, {{"\r\n", " "}, {"\n", " "}, {"\t", " "}}));
  return cut ? out + "..." : out;
}

}  // namespace devstats::release
