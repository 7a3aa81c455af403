#include "coordinator/spec/report.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::spec {
namespace {

std::string WithoutSecrets(absl::string_view text) {
  constexpr absl::string_view kKeyHead = "PRIVATE KEY";
  if (const size_t key = text.find(kKeyHead); key != text.npos)
    return absl::StrCat(text.substr(0, key + kKeyHead.size()), "...");
  const size_t scheme = text.find("://");
  if (scheme == text.npos) return std::string(text);
  const size_t at = text.rfind('@');
  if (at == text.npos || at < scheme) return std::string(text);
  return absl::StrCat(text.substr(0, scheme + 3), "...", text.substr(at));
}

}  // namespace

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
  const std::string shown = WithoutSecrets(text);
  if (shown.size() <= kLongest) return absl::StrCat("\"", absl::Utf8SafeCHexEscape(shown), "\"");
  size_t cut = kLongest;  // not within a character
  while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0) == 0x80) --cut;
  return absl::StrCat("\"", absl::Utf8SafeCHexEscape(shown.substr(0, cut)), "...\"");
}

}  // namespace devstats::spec
