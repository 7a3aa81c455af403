#include "coordinator/release/wait/not_reached.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace devstats::release {
namespace {

constexpr size_t kMostExplained = 5, kMostNamed = 20, kMostLines = 30;

std::string Rounded(absl::Duration time) {
  const absl::Duration unit = time < absl::Seconds(10) ? absl::Milliseconds(100) : absl::Seconds(1);
  return absl::FormatDuration(absl::Trunc(time, unit));
}

}  // namespace

std::string LastWords(const NotReached& report, const Explain& explain) {
  const size_t left = report.left.size();
  std::string text = absl::StrCat("not ", report.goal, " after ", Rounded(report.after), ": ");
  if (left != 1) absl::StrAppend(&text, left, " of ", report.objects, " objects");
  for (size_t i = 0; i < std::min(left, kMostNamed); ++i) {
    const NotReached::Left& one = report.left[i];
    absl::StrAppend(&text, left == 1 ? "" : "\n  ", one.ref.Text(), ": ", one.reason);
    if (i >= kMostExplained || !report.broken.empty()) continue;
    const std::vector<std::string> lines = explain(one.ref);
    for (size_t l = 0; l < std::min(lines.size(), kMostLines); ++l) {
      absl::StrAppend(&text, left == 1 ? "\n  " : "\n    ", lines[l]);
    }
  }
  if (left > kMostNamed) absl::StrAppend(&text, "\n  and ", left - kMostNamed, " more");
  for (size_t i = 0; i < std::min(report.broken.size(), kMostNamed); ++i) {
    absl::StrAppend(&text, "\n  ", report.broken[i]);
  }
  return text;
}

}  // namespace devstats::release
