// How large and deep Go's tree of a regular expression would be, which Go limits. Private to regex_syntax.cc.
#pragma once
#include <algorithm>
#include <optional>

namespace devstats::chart::internal {

// What Go's tree of an expression would measure.
struct RegexMeasure {
  int height = 1;
  double size = 1;      // instructions
  double repeated = 1;  // how often counted repetitions make of it the innermost thing

  void Join(const RegexMeasure& other, bool more_than_one) {
    height = std::max(height, other.height + (more_than_one ? 1 : 0));
    size += other.size;
    repeated = std::max(repeated, other.repeated);
  }
};

// A sequence, and what may be repeated at its end.
struct RegexSequence {
  RegexMeasure before{1, 0, 1};
  std::optional<RegexMeasure> last;
  bool last_is_literal = false;
  int items = 0;

  void Push(const RegexMeasure& item, bool literal = false) {
    // Go joins literals to a string, which is one node.
    if (last && !(literal && last_is_literal)) ++items;
    if (last) before.Join(*last, false);
    last = item;
    last_is_literal = literal;
  }
  RegexMeasure Whole() const {
    RegexMeasure whole = before;
    if (last) whole.Join(*last, false);
    if (items > 0) ++whole.height;
    return whole;
  }
};

// An open parenthesis, or the whole expression.
struct RegexGroup {
  bool captures = false;
  RegexSequence sequence;
  std::optional<RegexMeasure> alternatives;  // those before the last |

  RegexMeasure Whole() const {
    if (!alternatives) return sequence.Whole();
    RegexMeasure whole = *alternatives;
    whole.Join(sequence.Whole(), true);
    return whole;
  }
};

}  // namespace devstats::chart::internal
