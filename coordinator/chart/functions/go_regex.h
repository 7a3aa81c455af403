// Regular expressions matched as by Go's regexp package (https://pkg.go.dev/regexp), by RE2. Pure; a GoRegex
// is thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace re2 {
class RE2;
}

namespace devstats::chart {

// What is searched. Go takes a byte that is no UTF-8 for U+FFFD, RE2 does not match it: then a copy is
// searched and places are told in terms of the original, which must outlive this.
class RegexSubject {
 public:
  explicit RegexSubject(absl::string_view text);

  absl::string_view searched() const { return places_.empty() ? text_ : absl::string_view(copy_); }
  // Of a place in searched(), where a character begins.
  size_t Original(size_t place) const { return places_.empty() ? place : places_[place]; }

 private:
  const absl::string_view text_;
  std::string copy_;
  std::vector<size_t> places_;
};

struct RegexPlace {
  size_t begin = 0, end = 0;
  bool matched = false;
};

class GoRegex {
 public:
  // regexp.Compile. InvalidArgument "error parsing regexp: missing closing ]: `[a`".
  static absl::StatusOr<GoRegex> Compile(absl::string_view pattern);

  GoRegex(GoRegex&&) noexcept;
  GoRegex& operator=(GoRegex&&) noexcept;
  ~GoRegex();

  // Finds the first match in `text`, which must be UTF-8, from `from` on; groups[0] is the whole.
  bool Find(absl::string_view text, size_t from, absl::Span<RegexPlace> groups) const;
  // Whether it matches anywhere.
  bool Matches(absl::string_view text) const;

  // Of the groups; names()[0] and those of groups without a name are empty.
  const std::vector<std::string>& names() const { return names_; }
  // What it takes to match and to hold: time is linear in this and in the text.
  size_t instructions() const;

 private:
  GoRegex(std::unique_ptr<re2::RE2> regex, std::vector<std::string> names);

  std::unique_ptr<re2::RE2> regex_;
  std::vector<std::string> names_;
};

}  // namespace devstats::chart
