// Characters of a --set line, read as Go reads runes: what is no UTF-8 becomes U+FFFD. Private to
// set_line.cc.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

class SetReader {
 public:
  static constexpr char kEnd = 0;
  struct Part {
    std::string text;
    char stop = kEnd;  // the character of `stops` that ended it, or kEnd
  };

  // With `escapes` a backslash takes its meaning from the character after it.
  SetReader(absl::string_view line, bool escapes) : rest_(line), escapes_(escapes) {}

  // Everything before the first of `stops`, which is read, too.
  Part Until(absl::string_view stops);
  bool Take(char wanted);
  bool AtEnd() const { return rest_.empty(); }
  // Reads blanks and one comma after them; true if that or the end of the line was there.
  bool SkipBlanks();
  absl::string_view rest() const { return rest_; }
  void Skip(size_t bytes) { rest_.remove_prefix(bytes); }

 private:
  absl::string_view rest_;
  const bool escapes_;
};

// As %q prints a []rune: ['a' 'b'].
std::string QuoteRunes(absl::string_view text);

}  // namespace devstats::chart
