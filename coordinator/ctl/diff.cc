#include "coordinator/ctl/diff.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace devstats::ctl {
namespace {

using Lines = std::vector<absl::string_view>;

constexpr size_t kMaxTable = 1 << 20;  // cells of the comparison

Lines SplitLines(absl::string_view text) {
  if (text.empty()) return {};
  if (text.back() == '\n') text.remove_suffix(1);
  return absl::StrSplit(text, '\n');
}

// Longest common subsequence of two middles, the textbook way.
void Compare(const Lines& a, const Lines& b, std::vector<DiffLine>* out) {
  const size_t width = b.size() + 1;
  if ((a.size() + 1) * width > kMaxTable) {
    for (absl::string_view line : a) out->push_back({'-', std::string(line)});
    for (absl::string_view line : b) out->push_back({'+', std::string(line)});
    return;
  }
  std::vector<uint32_t> longest((a.size() + 1) * width, 0);
  for (size_t i = a.size(); i-- > 0;)
    for (size_t j = b.size(); j-- > 0;)
      longest[i * width + j] = a[i] == b[j]
                                   ? longest[(i + 1) * width + j + 1] + 1
                                   : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  for (size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out->push_back({' ', std::string(a[i])});
      ++i, ++j;
    } else if (j == b.size() ||
               (i < a.size() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      out->push_back({'-', std::string(a[i++])});
    } else {
      out->push_back({'+', std::string(b[j++])});
    }
  }
}

}  // namespace

std::vector<DiffLine> DiffLines(absl::string_view before, absl::string_view after) {
  Lines a = SplitLines(before), b = SplitLines(after);
  size_t head = 0, tail = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
  while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::vector<DiffLine> all;
  if (head > 0) all.push_back({' ', std::string(a[head - 1])});
  Compare(Lines(a.begin() + head, a.end() - tail), Lines(b.begin() + head, b.end() - tail), &all);
  if (tail > 0) all.push_back({' ', std::string(a[a.size() - tail])});
  std::vector<DiffLine> out;
  for (size_t i = 0; i < all.size(); ++i) {
    const bool near = all[i].mark != ' ' || (i > 0 && all[i - 1].mark != ' ') ||
                      (i + 1 < all.size() && all[i + 1].mark != ' ');
    if (near) out.push_back(std::move(all[i]));
  }
  return out;
}

}  // namespace devstats::ctl
