#include "common/suggest.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats {
namespace {

constexpr size_t kLongestWord = 64;
constexpr size_t kMostListed = 16;

bool Same(char a, char b) { return absl::ascii_tolower(a) == absl::ascii_tolower(b); }

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b) {
  a = a.substr(0, kLongestWord);
  b = b.substr(0, kLongestWord);
  using Row = std::array<int, kLongestWord + 1>;
  Row before{};  // two rows up: what a swap of neighbours refers to
  Row above{};
  Row row{};
  for (size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = above[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

absl::string_view Nearest(absl::string_view word, const std::vector<absl::string_view>& candidates) {
  absl::string_view best;
  int best_distance = 0;
  absl::string_view completion;
  int completions = 0;
  for (absl::string_view candidate : candidates) {
    if (word.size() >= 3 && absl::StartsWithIgnoreCase(candidate, word)) {
      completion = candidate;
      ++completions;
    }
    const int distance = EditDistance(word, candidate);
    const int allowed = std::max<int>(1, static_cast<int>(std::max(word.size(), candidate.size())) / 3);
    // A word of one or two letters has nothing in common with a candidate at distance 1, unless it is longer.
    if (distance > allowed || static_cast<size_t>(distance) >= std::min(word.size(), candidate.size()))
      continue;
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (best.empty() && completions == 1) return completion;
  return best;
}

std::string Suggestion(absl::string_view word, const std::vector<absl::string_view>& candidates) {
  const absl::string_view nearest = Nearest(word, candidates);
  if (!nearest.empty()) return absl::StrCat("did you mean \"", nearest, "\"?");
  if (candidates.empty() || candidates.size() > kMostListed) return "";
  if (candidates.size() == 1) return absl::StrCat("expected ", candidates[0]);
  return absl::StrCat("expected one of ", absl::StrJoin(candidates, ", "));
}

}  // namespace devstats
