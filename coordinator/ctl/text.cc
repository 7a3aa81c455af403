#include "coordinator/ctl/text.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/log.h"

namespace devstats::ctl {
namespace {

const char* CodeOf(Color color) {
  switch (color) {
    case Color::kRed:
      return "31";
    case Color::kGreen:
      return "32";
    case Color::kYellow:
      return "33";
    case Color::kBlue:
      return "34";
    case Color::kBold:
      return "1";
    case Color::kDim:
      return "2";
    case Color::kNone:
      break;
  }
  return "";
}

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string Paint::operator()(Color color, absl::string_view text) const {
  if (!on_ || color == Color::kNone || text.empty()) return std::string(text);
  return absl::StrCat("\033[", CodeOf(color), "m", text, "\033[0m");
}

std::string PrintableText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\n\t"), text.size());
    out += log::Printable(text.substr(0, end));
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

size_t Width(absl::string_view text) {
  return text.size() - std::count_if(text.begin(), text.end(), Continues);
}

std::string Cut(absl::string_view text, size_t width) {
  if (Width(text) <= width) return std::string(text);
  const size_t keep = width > 3 ? width - 3 : 0;
  size_t end = 0;
  for (size_t left = keep; end < text.size(); ++end)
    if (!Continues(text[end]) && left-- == 0) break;
  return absl::StrCat(text.substr(0, end), "...");
}

std::string Pad(absl::string_view text, size_t width) {
  const std::string cut = Cut(text, width);
  const size_t used = Width(cut);
  return used < width ? absl::StrCat(cut, std::string(width - used, ' ')) : cut;
}

std::string Table::Text(const Paint& paint) const {
  std::vector<std::vector<Cell>> lines;
  lines.emplace_back();
  for (const std::string& h : head_) lines.back().emplace_back(h, Color::kBold);
  lines.insert(lines.end(), rows_.begin(), rows_.end());
  std::vector<size_t> widths(head_.size(), 0);
  for (std::vector<Cell>& line : lines)
    for (size_t i = 0; i < line.size(); ++i) {
      line[i].text = line[i].text.empty() ? "-" : log::Printable(line[i].text);
      widths[i] = std::max(widths[i], Width(line[i].text));
    }
  std::string out;
  for (const std::vector<Cell>& line : lines)
    for (size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      absl::StrAppend(&out, paint(line[i].color, line[i].text),
                      last ? "\n" : std::string(widths[i] - Width(line[i].text) + 2, ' '));
    }
  return out;
}

std::string Fields(const std::vector<std::pair<std::string, std::string>>& fields) {
  size_t width = 0;
  for (const auto& [name, value] : fields)
    if (!value.empty()) width = std::max(width, Width(name));
  std::string out;
  for (const auto& [name, value] : fields)
    if (!value.empty()) absl::StrAppend(&out, Pad(name + ":", width + 3), log::Printable(value), "\n");
  return out;
}

std::string Elapsed(absl::Duration d) {
  const int64_t ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(d));
  if (ms < 1000) return absl::StrCat(ms, "ms");
  if (ms < 60'000) return absl::StrFormat("%d.%ds", ms / 1000, ms % 1000 / 100);
  const int64_t s = ms / 1000;
  if (s < 3600) return absl::StrFormat("%dm%02ds", s / 60, s % 60);
  return absl::StrFormat("%dh%02dm", s / 3600, s % 3600 / 60);
}

std::string Moment(int64_t unix_ms, absl::TimeZone zone) {
  if (unix_ms == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixMillis(unix_ms), zone);
}

std::string Bytes(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? absl::StrCat(bytes, " B") : absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string Count(size_t n, absl::string_view noun) { return absl::StrCat(n, " ", noun, n == 1 ? "" : "s"); }

bool ParsePeriod(absl::string_view text, int64_t* seconds) {
  absl::Duration d;
  int64_t days = 0;
  if (!text.empty() && text.back() == 'd' && absl::SimpleAtoi(text.substr(0, text.size() - 1), &days)) {
    if (days > 36'500) return false;
    d = absl::Hours(24) * days;
  } else if (!absl::ParseDuration(text, &d)) {
    return false;
  }
  *seconds = absl::ToInt64Seconds(d);
  return *seconds > 0 && d < absl::Hours(24) * 36'500;
}

}  // namespace devstats::ctl
