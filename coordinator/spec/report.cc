#include "coordinator/spec/report.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::spec {

absl::Status Report::status() const {
  if (mistakes_.empty()) return absl::OkStatus();
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.mark.line, a.mark.column) < std::tie(b.mark.line, b.mark.column);
  });
  std::vector<std::string> lines;
  for (size_t i = 0; i < std::min(sorted.size(), kMostShown); ++i)
    lines.push_back(absl::StrCat(YamlLocation(file_, sorted[i].mark), ": ", sorted[i].what));
  if (sorted.size() > kMostShown)
    lines.push_back(absl::StrCat(file_, ": ", sorted.size() - kMostShown, " more mistakes are not shown"));
  return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

std::string Quoted(absl::string_view text) {
  constexpr size_t kLongest = 60;
  if (text.size() <= kLongest) return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text), "\"");
  size_t cut = kLongest;  // not within a character
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(text.substr(0, cut)), "...\"");
}

}  // namespace devstats::spec
