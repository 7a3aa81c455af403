// "Did you mean ...?": finds the candidate that a mistyped word most likely stands for.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats {

// The number of single-character insertions, deletions, replacements and swaps of neighbours that turn a into
// b, ignoring the case of ASCII letters. Words over 64 bytes are cut there: nobody mistypes a longer one, and
// the cost grows with the product of both lengths.
int EditDistance(absl::string_view a, absl::string_view b);

// The candidate nearest to word, or empty if none is near enough to be worth a line: a third of its length
// may differ, or word is the beginning of exactly one candidate. Ties go to the earlier candidate. The view
// points into candidates.
absl::string_view Nearest(absl::string_view word, const std::vector<absl::string_view>& candidates);

// "did you mean \"x\"?" for Nearest(), else "expected one of a, b, c" (at most 16 of them), else empty.
std::string Suggestion(absl::string_view word, const std::vector<absl::string_view>& candidates);

}  // namespace devstats
