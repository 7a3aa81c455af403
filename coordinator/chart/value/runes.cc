#include "coordinator/chart/value/runes.h"

#include <algorithm>

#include "coordinator/chart/value/rune_tables.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

template <size_t N>
bool InTable(const uint32_t (&table)[N], int32_t rune) {
  if (rune < 0) return false;
  const uint32_t* next = std::upper_bound(table, table + N, static_cast<uint32_t>(rune));
  return (next - table) % 2 == 1;
}

bool IsTail(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

// The least code that takes so many bytes: what is written longer is no UTF-8.
constexpr int32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};

}  // namespace

bool ValidRune(int32_t rune) { return rune >= 0 && rune <= kMaxRune && !(rune >= 0xd800 && rune <= 0xdfff); }

Rune DecodeRune(absl::string_view text) {
  if (text.empty()) return {};
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const int size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (size == 0 || text.size() < static_cast<size_t>(size)) return {kRuneError, 1};
  int32_t code = lead & (0xff >> (size + 1));
  for (int i = 1; i < size; ++i) {
    if (!IsTail(text[i])) return {kRuneError, 1};
    code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  }
  if (code < kLeast[size] || !ValidRune(code)) return {kRuneError, 1};
  return {code, size};
}

void AppendRune(std::string& out, int32_t rune) {
  if (!ValidRune(rune)) rune = kRuneError;
  const uint32_t code = static_cast<uint32_t>(rune);
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

size_t RuneCount(absl::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(DecodeRune(text).size);
    ++count;
  }
  return count;
}

bool ValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (rune.Invalid()) return false;
    text.remove_prefix(rune.size);
  }
  return true;
}

std::string ToValidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    AppendRune(out, rune.code);
    text.remove_prefix(rune.size);
  }
  return out;
}

bool IsLetter(int32_t rune) {
  if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
  return InTable(internal::kLetterTable, rune);
}

bool IsDigit(int32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  return InTable(internal::kDigitTable, rune);
}

bool IsSpace(int32_t rune) {
  if (rune < 0x100) return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xa0;
  return rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202f || rune == 0x205f || rune == 0x3000;
}

bool IsPrint(int32_t rune) {
  if (rune < 0x7f) return rune >= ' ';
  return InTable(internal::kPrintTable, rune);
}

}  // namespace devstats::chart
