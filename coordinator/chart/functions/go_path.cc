#include "coordinator/chart/functions/go_path.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

absl::Status BadPattern() { return absl::InvalidArgumentError("syntax error in pattern"); }

// Takes a character of a class off `pattern`: x or \x. There must be something behind it.
absl::StatusOr<int32_t> TakeClassCharacter(absl::string_view& pattern) {
  if (pattern.empty() || pattern[0] == '-' || pattern[0] == ']') return BadPattern();
  if (pattern[0] == '\\') {
    pattern.remove_prefix(1);
    if (pattern.empty()) return BadPattern();
  }
  const Rune rune = DecodeRune(pattern);
  pattern.remove_prefix(rune.size);
  if (rune.Invalid() || pattern.empty()) return BadPattern();
  return rune.code;
}

// Takes a class off `pattern`, behind its "[". Whether `rune` is in it.
absl::StatusOr<bool> TakeClass(absl::string_view& pattern, int32_t rune) {
  const bool negated = !pattern.empty() && pattern[0] == '^';
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (bool first = true;; first = false) {
    if (!first && !pattern.empty() && pattern[0] == ']') break;
    ASSIGN_OR_RETURN(const int32_t low, TakeClassCharacter(pattern));
    int32_t high = low;
    if (pattern[0] == '-') {
      pattern.remove_prefix(1);
      ASSIGN_OR_RETURN(high, TakeClassCharacter(pattern));
    }
    found = found || (low <= rune && rune <= high);
  }
  pattern.remove_prefix(1);
  return found != negated;
}

// Takes what `chunk`, a pattern without *, matches off the front of `text`. After a difference it goes on,
// for faults of the pattern.
absl::StatusOr<bool> TakeChunk(absl::string_view chunk, absl::string_view& text) {
  bool matches = true;
  while (!chunk.empty()) {
    matches = matches && !text.empty();
    const char operation = chunk[0];
    if (operation == '[') {
      chunk.remove_prefix(1);
      const Rune rune = matches ? DecodeRune(text) : Rune{0, 0};
      ASSIGN_OR_RETURN(const bool in_class, TakeClass(chunk, rune.code));
      text.remove_prefix(rune.size);
      matches = matches && in_class;
    } else if (operation == '?') {
      chunk.remove_prefix(1);
      if (!matches) continue;
      matches = text[0] != '/';
      text.remove_prefix(DecodeRune(text).size);
    } else {
      if (operation == '\\') chunk.remove_prefix(1);
      if (chunk.empty()) return BadPattern();
      if (matches) {
        matches = chunk[0] == text[0];
        text.remove_prefix(1);
      }
      chunk.remove_prefix(1);
    }
  }
  return matches;
}

struct GlobPart {
  bool star = false;  // before it
  absl::string_view pattern;
};

std::vector<GlobPart> SplitAtStars(absl::string_view pattern) {
  std::vector<GlobPart> chunks;
  while (!pattern.empty()) {
    GlobPart chunk;
    for (; !pattern.empty() && pattern[0] == '*'; pattern.remove_prefix(1)) chunk.star = true;
    bool in_class = false;
    size_t end = 0;
    for (; end < pattern.size() && (in_class || pattern[end] != '*'); ++end) {
      if (pattern[end] == '\\' && end + 1 < pattern.size())
        ++end;
      else if (pattern[end] == '[')
        in_class = true;
      else if (pattern[end] == ']')
        in_class = false;
    }
    chunk.pattern = pattern.substr(0, end);
    pattern.remove_prefix(end);
    chunks.push_back(chunk);
  }
  return chunks;
}

// The first place where `chunk` fits, at the front of `text` or, behind a star, as far as the next slash. The
// last chunk must take all that is left.
absl::StatusOr<bool> TakeFirstFit(const GlobPart& chunk, bool is_last, absl::string_view& text) {
  for (size_t skip = 0;; ++skip) {
    absl::string_view rest = text.substr(skip);
    ASSIGN_OR_RETURN(const bool fits, TakeChunk(chunk.pattern, rest));
    if (fits && (rest.empty() || !is_last)) {
      text = rest;
      return true;
    }
    if (!chunk.star || skip >= text.size() || text[skip] == '/') return false;
  }
}

}  // namespace

absl::string_view PathExtension(absl::string_view path) {
  const size_t last = path.find_last_of("./");
  return last == path.npos || path[last] == '/' ? absl::string_view() : path.substr(last);
}

absl::string_view PathBase(absl::string_view path) {
  if (path.empty()) return ".";
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (path.empty()) return "/";
  const size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string CleanPath(absl::string_view path) {
  const bool rooted = !path.empty() && path[0] == '/';
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == ".") continue;
    const bool goes_up = part == "..";
    if (goes_up && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!goes_up || !rooted)
      parts.push_back(part);
  }
  std::string clean = absl::StrCat(rooted ? "/" : "", absl::StrJoin(parts, "/"));
  return clean.empty() ? "." : clean;
}

absl::StatusOr<bool> MatchPath(absl::string_view pattern, absl::string_view path) {
  const std::vector<GlobPart> chunks = SplitAtStars(pattern);
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (chunks[i].star && chunks[i].pattern.empty()) return path.find('/') == path.npos;
    ASSIGN_OR_RETURN(const bool fits, TakeFirstFit(chunks[i], i + 1 == chunks.size(), path));
    if (!fits) return false;
  }
  return path.empty();
}

}  // namespace devstats::chart
