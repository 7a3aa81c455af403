#include "coordinator/ctl/chart/helm_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {
namespace {

struct Span {
  int32_t first, last;
};

// Letters of East Asia and most emoji take two columns; marks on other letters none.
constexpr Span kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
                          {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
                          {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Span kZero[] = {{0, 0x1F}, {0x7F, 0x9F}, {0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <size_t kSize>
bool In(const Span (&spans)[kSize], int32_t rune) {
  return std::any_of(std::begin(spans), std::end(spans),
                     [rune](const Span& span) { return span.first <= rune && rune <= span.last; });
}

size_t Columns(int32_t rune) { return In(kZero, rune) ? 0 : In(kWide, rune) ? 2 : 1; }

int32_t TakeRune(absl::string_view& text) {
  const chart::Rune rune = chart::DecodeRune(text);
  text.remove_prefix(rune.size);
  return rune.code;
}

size_t Columns(absl::string_view text) {
  size_t columns = 0;
  while (!text.empty()) columns += Columns(TakeRune(text));
  return columns;
}

// Padded, or cut, but to no less than one character.
std::string Resize(absl::string_view text, size_t width) {
  const size_t columns = Columns(text);
  if (columns <= width) return absl::StrCat(text, std::string(width - columns, ' '));
  absl::string_view rest = text;
  size_t used = 0;
  do used += Columns(TakeRune(rest));
  while (used + 3 < width);
  return absl::StrCat(text.substr(0, text.size() - rest.size()), "...");
}

// Its lines beside each other; a cell may have many.
std::string RowText(const std::vector<std::string>& row, const std::vector<size_t>& widths) {
  std::vector<std::vector<std::string>> columns;
  size_t height = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    const std::string cell = widths[i] > 0 ? Resize(row[i], widths[i]) : row[i];
    columns.push_back(absl::StrSplit(cell, '\n'));
    height = std::max(height, columns.back().size());
  }
  std::string out;
  for (size_t line = 0; line < height; ++line)
    for (size_t i = 0; i < row.size(); ++i) {
      const bool there = line < columns[i].size();
      const size_t width = there ? widths[i] : std::max<size_t>(widths[i], 1);
      absl::StrAppend(&out, i > 0 ? "\t" : "", width > 0 ? Resize(there ? columns[i][line] : "", width) : "",
                      i + 1 == row.size() ? "\n" : "");
    }
  return out;
}

}  // namespace

std::string HelmTable(const std::vector<std::vector<std::string>>& rows, size_t max_width) {
  std::vector<std::vector<std::string>> cells = rows;
  std::vector<size_t> widths;
  for (std::vector<std::string>& row : cells) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = PrintableText(row[i]);
      for (absl::string_view line : absl::StrSplit(row[i], '\n')) {
        const size_t columns = Columns(line);
        widths[i] = std::max(widths[i], max_width > 0 ? std::min(columns, max_width) : columns);
      }
    }
  }
  std::string out;
  for (const std::vector<std::string>& row : cells) absl::StrAppend(&out, RowText(row, widths));
  return out;
}

}  // namespace devstats::ctl
