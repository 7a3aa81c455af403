#include "coordinator/chart/render/split.h"

#include "absl/strings/match.h"
#include "coordinator/chart/functions/letters.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kSeparator = "---";

// What \s of a regular expression is.
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

// Past a separator that starts at `position`, and white space behind it.
size_t PastSeparator(absl::string_view text, size_t position) {
  position += kSeparator.size();
  while (position < text.size() && IsBlank(text[position])) ++position;
  return position;
}

}  // namespace

std::vector<absl::string_view> SplitManifests(absl::string_view text) {
  std::vector<absl::string_view> documents;
  const auto add = [&](absl::string_view document) {
    if (!document.empty()) documents.push_back(TrimSpace(document));
  };
  text = TrimSpace(text);
  size_t start = absl::StartsWith(text, kSeparator) ? PastSeparator(text, 0) : 0;
  for (size_t at = start; (at = text.find("\n---", at)) != text.npos;) {
    size_t end = at;
    while (end > start && IsBlank(text[end - 1])) --end;
    add(text.substr(start, end - start));
    at = start = PastSeparator(text, at + 1);
  }
  add(text.substr(start));
  return documents;
}

}  // namespace devstats::chart
