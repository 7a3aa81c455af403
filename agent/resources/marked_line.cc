#include "agent/resources/marked_line.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace devstats::agent {
namespace {

std::string Mark(absl::string_view what) {
  return absl::StrCat("# devstats: ", what, " (the next line is overwritten by devstats-agent)");
}

}  // namespace

std::optional<std::string> MarkedLine(absl::string_view text, absl::string_view what) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const auto mark = std::find(lines.begin(), lines.end(), Mark(what));
  if (mark == lines.end()) return std::nullopt;
  return mark + 1 == lines.end() ? "" : *(mark + 1);
}

std::string WithoutMarkedLine(absl::string_view text, absl::string_view what) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const auto mark = std::find(lines.begin(), lines.end(), Mark(what));
  if (mark != lines.end()) lines.erase(mark, mark + 1 == lines.end() ? mark + 1 : mark + 2);
  return absl::StrJoin(lines, "\n");
}

std::string WithMarkedLine(absl::string_view text, absl::string_view what, absl::string_view line) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const auto mark = std::find(lines.begin(), lines.end(), Mark(what));
  if (mark != lines.end() && mark + 1 != lines.end()) {
    *(mark + 1) = std::string(line);
    return absl::StrJoin(lines, "\n");
  }
  std::string out = WithoutMarkedLine(text, what);
  if (!out.empty() && out.back() != '\n') out.push_back('\n');
  return absl::StrCat(out, Mark(what), "\n", line, "\n");
}

}  // namespace devstats::agent
