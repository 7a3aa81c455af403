#include "coordinator/chart/schema/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {

Rune DecodeRune(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  int32_t value = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    value = value << 6 | (byte & 0x3F);
  }
  constexpr int32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[length] || value > 0x10FFFF || surrogate) return {};
  return {value, length};
}

size_t CountRunes(absl::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(DecodeRune(text).bytes);
  return count;
}

void AppendUtf8(std::string& out, int32_t rune) {
  if (rune < 0 || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000)) rune = 0xFFFD;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (rune >> shift & 0x3F)); };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | rune >> 6);
    tail(0);
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | rune >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | rune >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

int HexDigit(char c) { return absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

std::string SingleQuoted(absl::string_view text) {
  const std::string quoted = Quote(text);
  const std::string inside = absl::StrReplaceAll(quoted.substr(1, quoted.size() - 2), {{"\\\"", "\""}});
  return absl::StrCat("'", absl::StrReplaceAll(inside, {{"'", "\\'"}}), "'");
}

std::string SingleQuotedList(const std::vector<absl::string_view>& texts) {
  return absl::StrJoin(texts, ", ", [](std::string* out, absl::string_view text) {
    absl::StrAppend(out, SingleQuoted(text));
  });
}

absl::StatusOr<int64_t> Atoi(absl::string_view text) {
  auto value = ParseInt(text, 10, 64);
  if (value.ok()) return value;
  absl::string_view why = value.status().message();
  if (!absl::ConsumePrefix(&why, "strconv.ParseInt:")) return value;
  return absl::InvalidArgumentError(absl::StrCat("strconv.Atoi:", why));
}

}  // namespace devstats::chart::schema
